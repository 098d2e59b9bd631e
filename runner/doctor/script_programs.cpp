// The first word of every command of a script, read cheaply: quotes and here-documents are not followed,
// since a word too many only counts when it is the name of a known program at the start of a command.
#include <algorithm>
#include <array>
#include <cctype>

#include "parser/base/text.hpp"
#include "runner/doctor/known_programs.hpp"
#include "runner/doctor/needs.hpp"

namespace runner {
namespace {

// Words that stand in front of a command.
bool is_prefix(std::string_view word) {
  static constexpr std::array<std::string_view, 16> kPrefixes{
      "if", "then", "else", "elif", "do",      "while", "until", "!",
      "{",  "time", "exec", "env",  "command", "nohup", "retry", "sudo"};
  return std::find(kPrefixes.begin(), kPrefixes.end(), word) != kPrefixes.end();
}

bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<long>(equals),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

std::vector<std::string_view> words_of(std::string_view command) {
  std::vector<std::string_view> words;
  for (const auto word : split(command, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

void add_command(std::string_view command, std::set<std::string>& programs) {
  auto words = words_of(command);
  size_t at = 0;
  while (at < words.size() && (is_prefix(words[at]) || is_assignment(words[at]))) {
    if (words[at] == "sudo") programs.insert("sudo");
    ++at;
  }
  if (at == words.size() || find_known_program(words[at]) == nullptr) return;
  const auto next = at + 1 < words.size() ? words[at + 1] : std::string_view();
  programs.emplace(words[at]);
  if (words[at] == "docker" && next == "compose") programs.insert("docker-compose-v2");
  if (words[at] == "docker" && next == "buildx") programs.insert("docker-buildx");
}

}  // namespace

std::set<std::string> script_programs(std::string_view script) {
  std::set<std::string> programs;
  for (const auto line : split_lines(script)) {
    if (trim(line).starts_with('#')) continue;
    std::string text(line);
    for (char& c : text) {
      if (std::string_view("|&;()`\t").find(c) != std::string_view::npos) c = c == '\t' ? ' ' : '\n';
    }
    for (const auto command : split_lines(text)) add_command(command, programs);
  }
  return programs;
}

}  // namespace runner
