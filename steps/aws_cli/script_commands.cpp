#include "steps/aws_cli/script_commands.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"

namespace runner::aws {
namespace {

enum class Block { condition, loop, function, subshell, braces, choice };
struct Keyword {
  std::string_view word;
  Block opens;
};
constexpr Keyword kOpening[] = {{"if", Block::condition}, {"for", Block::loop},    {"while", Block::loop},
                                {"until", Block::loop},   {"select", Block::loop}, {"case", Block::choice},
                                {"{", Block::braces}};
constexpr std::string_view kClosing[] = {"fi", "done", "esac", "}"};
constexpr std::string_view kBetween[] = {"then", "else", "elif",    "do",    "!",
                                         "time", "exec", "command", "nohup", "env"};
// They start other commands, in another way than the script says.
constexpr std::string_view kStarters[] = {"sudo", "xargs", "timeout", "retry", "parallel", "watch"};
constexpr std::string_view kTests[] = {"[", "[[", "test", "grep", "diff", "cmp", "which", "!"};
constexpr std::string_view kDeclaring[] = {"export", "declare", "local", "readonly", "typeset"};
constexpr std::string_view kForgetting[] = {"source", ".", "eval"};
constexpr std::string_view kSetting[] = {"read", "unset", "mapfile", "readarray", "printf", "getopts"};

template <class List>
bool is_one_of(std::string_view word, const List& list) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

std::string_view text_of(Block block) {
  switch (block) {
    case Block::loop:
      return "in a loop";
    case Block::condition:
    case Block::choice:
      return "under a condition";
    case Block::function:
      return "in a function";
    default:
      return "";
  }
}

// The length of NAME in NAME=value, 0 when it is none.
size_t assigned_name(const ScriptWord& word) {
  size_t end = 0;
  while (end < word.text.size() &&
         (std::isalnum(static_cast<unsigned char>(word.text[end])) != 0 || word.text[end] == '_'))
    ++end;
  const bool starts_well = end > 0 && std::isdigit(static_cast<unsigned char>(word.text[0])) == 0;
  return starts_well && end < word.text.size() && word.text[end] == '=' ? end : 0;
}

class Reader {
 public:
  Reader(const Environment& env, std::vector<ScriptCommand>& found) : found_(found) {
    for (const auto& [name, value] : env)
      if (!expr::has_expression(value)) variables_[name] = value;
  }

  void read(const std::string& script, const std::string& outer_condition = "") {
    outer_condition_ = outer_condition;
    ScriptWords words(script, [this](const std::string& name) { return value_of(name); });
    std::vector<ScriptWord> command;
    while (const auto token = words.next()) {
      if (token->op.empty() && is_keyword(*token, command)) continue;
      if (token->op.empty()) {
        command.push_back(token->word);
        continue;
      }
      end_command(command, token->op);
      command.clear();
      if (ended_) return;
    }
    end_command(command, "");
  }

 private:
  std::optional<std::string> value_of(const std::string& name) const {
    const auto found = variables_.find(name);
    return forgotten_ || found == variables_.end() ? std::nullopt : std::optional(found->second);
  }

  // Opens or closes a block, at the start of a command.
  bool is_keyword(const ScriptToken& token, const std::vector<ScriptWord>& command) {
    if (!command.empty() || token.word.quoted || !token.word.known) return false;
    const auto& text = token.word.text;
    for (const auto& [word, opens] : kOpening) {
      if (text != word) continue;
      blocks_.push_back(opens);
      return opens == Block::braces || opens == Block::condition;  // the words of a loop's head are a command
    }
    if (is_one_of(text, kClosing)) {
      close_block();
      return true;
    }
    return is_one_of(text, kBetween);
  }

  void close_block() {
    if (!blocks_.empty()) blocks_.pop_back();
    if (!blocks_.empty() && blocks_.back() == Block::function) blocks_.pop_back();
  }

  void end_command(std::vector<ScriptWord>& command, const std::string& op) {
    const bool in_choice = !blocks_.empty() && blocks_.back() == Block::choice;
    if (op == "(" && command.size() == 1) {
      blocks_.push_back(Block::function);  // name () { ... }
      return;
    }
    if (op == ")" && in_choice) return;  // a pattern of `case`
    if (!command.empty()) run(command);
    if (op == "(") blocks_.push_back(Block::subshell);
    if (op == ")" && !blocks_.empty() && blocks_.back() == Block::subshell) blocks_.pop_back();
    join_ = op == "&&" && last_was_test_ ? "under a condition"
            : op == "||"                 ? "only if the command before it fails"
                                         : "";
  }

  std::string condition() const {
    if (!outer_condition_.empty()) return outer_condition_;
    for (const auto block : blocks_)
      if (!text_of(block).empty()) return std::string(text_of(block));
    return join_;
  }

  void run(std::vector<ScriptWord>& command) {
    read_substitutions(command);
    auto at = skip_heads(command);
    const auto before = variables_;
    for (; at < command.size() && assigned_name(command[at]) > 0; ++at) assign(command[at]);
    last_was_test_ = at < command.size() && is_one_of(command[at].text, kTests);
    if (at == command.size()) return;
    while (at < command.size() && is_one_of(command[at].text, kBetween)) ++at;  // time, exec, env
    for (; at < command.size() && assigned_name(command[at]) > 0; ++at) assign(command[at]);
    run_simple({command.begin() + static_cast<long>(at), command.end()});
    // assignments in front of a command are its own
    if (at > 0 && command[at - 1].text.find('=') != std::string::npos) variables_ = before;
  }

  // "while", and "for NAME in": what is left is a command, or nothing.
  size_t skip_heads(const std::vector<ScriptWord>& command) {
    const auto& head = command.front().text;
    if (head == "while" || head == "until") return 1;
    if ((head == "for" || head == "select") && command.size() > 1) variables_.erase(command[1].text);
    return head == "for" || head == "select" || head == "case" ? command.size() : 0;
  }

  void read_substitutions(const std::vector<ScriptWord>& command) {
    for (const auto& word : command) {
      for (const auto& script : word.substitutions) {
        Reader inner(*this);
        inner.blocks_.clear();
        inner.read(script, condition());
      }
    }
  }

  bool surely_here() const {  // what happens here holds for the commands after the block too
    return std::all_of(blocks_.begin(), blocks_.end(), [](Block block) { return block == Block::braces; });
  }

  void assign(const ScriptWord& word) {
    const auto length = assigned_name(word);
    const auto name = word.text.substr(0, length);
    if (word.known && surely_here() && join_.empty())
      variables_[name] = word.text.substr(length + 1);
    else
      variables_.erase(name);
  }

  void run_simple(const std::vector<ScriptWord>& words) {
    if (words.empty()) return;
    const auto& name = words.front().text;
    if (name == "aws" && words.front().known) return record({words.begin() + 1, words.end()}, condition());
    if (is_one_of(name, kStarters)) return find_started(words);
    if (is_one_of(name, kDeclaring))
      for (const auto& word : words)
        if (assigned_name(word) > 0) assign(word);
    if (is_one_of(name, kForgetting)) forgotten_ = true;
    if (is_one_of(name, kSetting))
      for (const auto& word : words) variables_.erase(word.text);
    if (name == "cd" || name == "pushd" || name == "popd") change_directory(words);
    if ((name == "exit" || name == "return") && blocks_.empty() && join_.empty()) ended_ = true;
  }

  void change_directory(const std::vector<ScriptWord>& words) {
    const bool known = words.front().text == "cd" && words.size() == 2 && words[1].known &&
                       words[1].text != "-" && surely_here() && join_.empty();
    if (known && directory_)
      directory_ = (std::filesystem::path(*directory_) / words[1].text).lexically_normal().string();
    else
      directory_.reset();
  }

  void find_started(const std::vector<ScriptWord>& words) {
    const auto aws =
        std::find_if(words.begin(), words.end(), [](const ScriptWord& word) { return word.text == "aws"; });
    if (aws != words.end()) record({aws + 1, words.end()}, "started by " + words.front().text);
  }

  void record(std::vector<ScriptWord> words, std::string condition) {
    ScriptCommand command{
        .words = std::move(words), .env = {}, .directory = directory_, .condition = std::move(condition)};
    if (!forgotten_) command.env.insert(variables_.begin(), variables_.end());
    found_.push_back(std::move(command));
  }

  std::vector<ScriptCommand>& found_;
  std::map<std::string, std::string> variables_;
  std::vector<Block> blocks_;
  std::string join_, outer_condition_;
  std::optional<std::string> directory_ = "";
  bool last_was_test_ = false, forgotten_ = false, ended_ = false;
};

}  // namespace

std::vector<ScriptCommand> aws_commands(const std::string& script, const Environment& env) {
  std::vector<ScriptCommand> found;
  Reader(env, found).read(script);
  return found;
}

}  // namespace runner::aws
