// The program of every command of a script, as a shell would read it.
#include <algorithm>
#include <array>
#include <cctype>

#include "parser/base/text.hpp"
#include "runner/doctor/known_programs.hpp"
#include "runner/doctor/needs.hpp"
#include "steps/script/script_words.hpp"

namespace runner {
namespace {

// Words that stand in front of a command.
bool is_prefix(const ScriptWord& word) {
  static constexpr std::array<std::string_view, 16> kPrefixes{
      "if", "then", "else", "elif", "do",      "while", "until", "!",
      "{",  "time", "exec", "env",  "command", "nohup", "retry", "sudo"};
  return !word.quoted && std::find(kPrefixes.begin(), kPrefixes.end(), word.text) != kPrefixes.end();
}

bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<long>(equals),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

void add_command(const std::vector<ScriptWord>& words, std::set<std::string>& programs) {
  size_t at = 0;
  while (at < words.size() && (is_prefix(words[at]) || is_assignment(words[at].text))) {
    if (words[at].text == "sudo") programs.insert("sudo");
    ++at;
  }
  if (at == words.size() || find_known_program(words[at].text) == nullptr) return;
  const auto next = at + 1 < words.size() ? std::string_view(words[at + 1].text) : std::string_view();
  programs.emplace(words[at].text);
  if (words[at].text == "docker" && next == "compose") programs.insert("docker-compose-v2");
  if (words[at].text == "docker" && next == "buildx") programs.insert("docker-buildx");
}

void add_script(std::string_view script, std::set<std::string>& programs) {
  ScriptWords tokens(script, [](const auto&) { return std::nullopt; });
  std::vector<ScriptWord> command;
  const auto end = [&] {
    add_command(command, programs);
    command.clear();
  };
  while (auto token = tokens.next()) {
    if (!token->op.empty()) {
      end();
      continue;
    }
    for (const auto& inner : token->word.substitutions) add_script(inner, programs);
    command.push_back(std::move(token->word));
  }
  end();
}

}  // namespace

std::set<std::string> script_programs(std::string_view script) {
  std::set<std::string> programs;
  add_script(script, programs);
  return programs;
}

}  // namespace runner
