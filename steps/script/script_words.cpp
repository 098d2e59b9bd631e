#include "steps/script/script_words.hpp"

#include <algorithm>
#include <cctype>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"

namespace runner {
namespace {

constexpr std::string_view kOperators[] = {"&&", "||", ";;", ";", "&", "|", "(", ")", "\n"};
constexpr std::string_view kRedirections[] = {"&>>", "&>", "<<<", "<<-", "<<", ">>",
                                              ">&",  "<&", "<>",  ">|",  ">",  "<"};

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool ends_word(char c) { return std::string_view(" \t\n;&|()<>").find(c) != std::string_view::npos; }
bool makes_pattern(std::string_view value) { return value.find_first_of(" \t\n*?[") != value.npos; }

template <class List>
std::string_view first_at(std::string_view text, const List& list) {
  for (const auto& item : list)
    if (text.starts_with(item)) return item;
  return {};
}

}  // namespace

std::optional<ScriptToken> ScriptWords::next() {
  while (true) {
    skip_blanks();
    if (at_end()) return std::nullopt;
    if (skip_redirection()) continue;
    const auto op = first_at(text_.substr(at_), kOperators);
    if (op.empty()) return ScriptToken{.word = read_word()};
    at_ += op.size();
    if (op == "\n") skip_here_documents();
    return ScriptToken{.op = std::string(op)};
  }
}

void ScriptWords::skip_blanks() {
  while (!at_end()) {
    if (at("\\\n"))
      at_ += 2;
    else if (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')
      ++at_;
    else if (text_[at_] == '#')
      at_ = std::min(text_.find('\n', at_), text_.size());
    else
      return;
  }
}

// "> file", "2>&1", "<<EOF": where a command's streams go says nothing of what it changes.
bool ScriptWords::skip_redirection() {
  size_t digits = at_;
  while (digits < text_.size() && std::isdigit(static_cast<unsigned char>(text_[digits])) != 0) ++digits;
  const auto op = first_at(text_.substr(digits), kRedirections);
  if (op.empty()) return false;
  at_ = digits + op.size();
  while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  if (at_end() || text_[at_] == '\n') return true;
  if (at("(")) {  // process substitution
    ScriptWord ignored;
    read_substitution(ignored, at_, '(', ')');
    return true;
  }
  const auto target = read_word();
  if (op == "<<" || op == "<<-") here_documents_.push_back(target.text);
  return true;
}

void ScriptWords::skip_here_documents() {
  for (const auto& mark : here_documents_) {
    while (!at_end()) {
      const auto end = std::min(text_.find('\n', at_), text_.size());
      const auto line = trim(text_.substr(at_, end - at_));
      at_ = std::min(end + 1, text_.size());
      if (line == mark) break;
    }
  }
  here_documents_.clear();
}

ScriptWord ScriptWords::read_word() {
  ScriptWord word;
  const size_t start = at_;
  bool vanishes = false;  // an empty variable without quotes
  while (!at_end() && !ends_word(text_[at_])) {
    const size_t before = word.text.size();
    const bool variable = text_[at_] == '$';
    if (at("\\\n"))
      at_ += 2;
    else if (text_[at_] == '\'')
      read_single_quoted(word);
    else if (text_[at_] == '"')
      read_double_quoted(word);
    else if (variable)
      read_dollar(word, false);
    else if (text_[at_] == '`')
      read_backticks(word);
    else
      read_plain(word);
    vanishes = vanishes || (variable && word.text.size() == before);
  }
  if (vanishes && word.text.empty() && !word.quoted) word.known = false;
  if (!word.known) word.text = std::string(text_.substr(start, at_ - start));
  return word;
}

void ScriptWords::read_plain(ScriptWord& word) {
  const char c = text_[at_];
  if (c == '\\' && at_ + 1 < text_.size()) {
    word.text += text_[at_ + 1];
    word.quoted = true;
    at_ += 2;
    return;
  }
  // patterns, braces with alternatives, the home folder: the shell makes other words of them
  const auto rest = text_.substr(at_, text_.find_first_of(" \t\n", at_) - at_);
  const auto closing = rest.find('}');
  const bool braces =
      c == '{' && closing != rest.npos &&
      (rest.substr(0, closing).find(',') != rest.npos || rest.substr(0, closing).find("..") != rest.npos);
  const bool test = word.text.empty() && (rest == "[" || rest == "[[");
  if ((c == '~' && word.text.empty()) ||
      (!test && std::string_view("*?[").find(c) != std::string_view::npos) || braces)
    word.known = false;
  if (test) {
    word.text += rest;
    at_ += rest.size();
    return;
  }
  word.text += c;
  ++at_;
}

void ScriptWords::read_single_quoted(ScriptWord& word) {
  word.quoted = true;
  const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
  const auto inner = text_.substr(at_ + 1, end - at_ - 1);
  if (expr::has_expression(inner)) word.known = false;  // an expression is put in before the shell reads
  word.text += inner;
  at_ = std::min(end + 1, text_.size());
}

void ScriptWords::read_double_quoted(ScriptWord& word) {
  word.quoted = true;
  ++at_;
  while (!at_end() && text_[at_] != '"') {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      const char c = text_[at_ + 1];
      if (std::string_view("$`\"\\\n").find(c) == std::string_view::npos) word.text += '\\';
      if (c != '\n') word.text += c;
      at_ += 2;
    } else if (text_[at_] == '$') {
      read_dollar(word, true);
    } else if (text_[at_] == '`') {
      read_backticks(word);
    } else {
      word.text += text_[at_++];
    }
  }
  if (!at_end()) ++at_;
}

void ScriptWords::take_unknown(ScriptWord& word, size_t end) {
  word.known = false;
  end = std::min(end, text_.size());
  word.text += text_.substr(at_, end - at_);
  at_ = end;
}

void ScriptWords::read_dollar(ScriptWord& word, bool in_quotes) {
  if (at("${{")) {
    const auto end = text_.find("}}", at_);
    return take_unknown(word, end == text_.npos ? end : end + 2);
  }
  if (at("$((")) {
    const auto end = text_.find("))", at_);
    return take_unknown(word, end == text_.npos ? end : end + 2);
  }
  if (at("$(")) return read_substitution(word, at_ + 1, '(', ')');
  const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : ' ';
  if (next == '{' || (is_name(next) && std::isdigit(static_cast<unsigned char>(next)) == 0))
    return read_variable(word, in_quotes);
  if (std::string_view("?#@*!$-0123456789'").find(next) != std::string_view::npos)
    return take_unknown(word, at_ + 2);
  word.text += text_[at_++];
}

void ScriptWords::read_variable(ScriptWord& word, bool in_quotes) {
  const bool braced = text_[at_ + 1] == '{';
  const size_t start = at_ + (braced ? 2 : 1);
  size_t end = start;
  while (end < text_.size() && is_name(text_[end])) ++end;
  const auto value = variables_(std::string(text_.substr(start, end - start)));
  if (braced && (end == text_.size() || text_[end] != '}')) {
    const auto close = text_.find('}', end);  // ${NAME:-other} and its kin
    return take_unknown(word, close == text_.npos ? close : close + 1);
  }
  if (braced) ++end;
  if (!value || (!in_quotes && makes_pattern(*value))) return take_unknown(word, end);
  word.text += *value;
  at_ = end;
}

void ScriptWords::read_substitution(ScriptWord& word, size_t opening, char open, char close) {
  int depth = 0;
  char quote = 0;
  size_t end = opening;
  for (; end < text_.size(); ++end) {
    const char c = text_[end];
    if (c == '\\' && quote != '\'')
      ++end;
    else if (quote != 0)
      quote = c == quote ? '\0' : quote;
    else if (c == '\'' || c == '"')
      quote = c;
    else if (c == open)
      ++depth;
    else if (c == close && --depth == 0)
      break;
  }
  end = std::min(end, text_.size());
  word.substitutions.emplace_back(text_.substr(std::min(opening + 1, end), end - std::min(opening + 1, end)));
  take_unknown(word, end + 1);
}

void ScriptWords::read_backticks(ScriptWord& word) {
  const auto end = std::min(text_.find('`', at_ + 1), text_.size());
  word.substitutions.emplace_back(text_.substr(at_ + 1, end - at_ - 1));
  take_unknown(word, end + 1);
}

}  // namespace runner
