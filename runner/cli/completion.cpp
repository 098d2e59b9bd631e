#include "runner/cli/completion.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/cli/command_tables.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

using Words = std::vector<std::string>;

Candidates options_of(const CommandRow& command) {
  Candidates all;
  for (const auto& option : command.options) {
    for (const auto& name : option.names) all.push_back({name, option.text});
  }
  return all;
}

Candidates all_commands() {
  Candidates all;
  for (const auto& name : command_names()) all.push_back({name, find_command(name)->text});
  return all;
}

// What the metavar of an option or an argument stands for.
Candidates named(const OptionRow& row, const std::string& workflow, const CompletionWorld& here) {
  const auto is = [&](std::string_view name) {
    return std::find(row.names.begin(), row.names.end(), name) != row.names.end();
  };
  if (!row.values.empty()) {
    Candidates all;
    for (const auto& value : row.values) all.push_back({value, ""});
    return all;
  }
  if (is("--event")) return here.events();
  if (is("--job")) return here.jobs(workflow);
  if (is("--workflow") || row.metavar == "[WORKFLOW]" || row.metavar == "[FILE...]") return here.workflows();
  if (row.metavar == "[RUN]") return here.runs();
  if (row.metavar == "[JOB]") return here.jobs("");
  if (row.metavar == "[COMMAND]") return all_commands();
  return row.metavar == "[NAME]" ? here.actions() : Candidates();
}

Candidates in_command(const CommandRow& command, const Words& before, const std::string& current,
                      const CompletionWorld& here) {
  const auto place = next_place(command, before);
  const auto workflow = place.arguments.empty() ? "" : place.arguments.front();
  if (place.option != nullptr) return named(*place.option, workflow, here);
  const auto equals = current.find('=');
  if (!place.plain && current.starts_with("--") && equals != std::string::npos) {
    const auto* option = command.option(current.substr(0, equals));
    auto all = option == nullptr ? Candidates() : named(*option, workflow, here);
    for (auto& candidate : all) candidate.word.insert(0, current.substr(0, equals + 1));
    return all;
  }
  if (!place.plain && current.starts_with('-')) return options_of(command);
  if (command.name.empty()) return all_commands();
  const auto count = place.arguments.size(), known = command.arguments.size();
  if (count < known) return named(command.arguments[count], workflow, here);
  return command.many ? named(command.arguments.back(), workflow, here) : Candidates();
}

constexpr std::string_view kBash =
    R"(# Completes command lines of runner in bash. In ~/.bashrc: source <(runner completion bash)
_runner() {
  local IFS=$'\n' program=${COMP_WORDS[0]/#\~/$HOME}
  COMPREPLY=($("$program" completion bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _runner runner
)";

constexpr std::string_view kZsh = R"(#compdef runner
# Completes command lines of runner in zsh. In ~/.zshrc, behind compinit: source <(runner completion zsh)
_runner() {
  local -a found
  found=("${(@f)$(${~words[1]} completion zsh -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n ${found[1]} ]]; then _describe runner found; else _files; fi
}
if [[ $funcstack[1] = _runner ]]; then _runner "$@"; else compdef _runner runner; fi
)";

constexpr std::string_view kFish =
    R"(# Completes command lines of runner in fish. In ~/.config/fish/config.fish: runner completion fish | source
function __runner_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] completion fish -- $words[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c runner -f -a '(__runner_complete)'
)";

}  // namespace

Candidates complete(const Words& words, const CompletionWorld& here) {
  Words typed;  // bash takes "--format=json" apart at "="
  for (const auto& word : words) {
    if (word != "=") typed.push_back(word);
  }
  if (typed.empty() || words.back() == "=") typed.emplace_back();
  const auto current = typed.back();
  typed.pop_back();
  const auto at = command_at(typed);
  const bool behind = at < typed.size() && !typed[at].starts_with('-');  // of a command
  const auto* command = behind ? find_command(typed[at]) : &command_tables().front();
  if (command == nullptr) return {};
  if (behind) typed.erase(typed.begin(), typed.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  auto all = in_command(*command, typed, current, here);
  std::erase_if(all, [&](const auto& candidate) { return !candidate.word.starts_with(current); });
  return all;
}

std::string written_for(const std::string& shell, const Candidates& candidates) {
  std::string text;
  for (const auto& [word, what] : candidates) {
    if (shell == "bash")
      text += shell_word(word);
    else if (shell == "fish")
      text += word + "\t" + what;
    else
      text += replace_all(word, ":", "\\:") + (what.empty() ? "" : ":" + what);
    text += "\n";
  }
  return text;
}

std::string completion_script(const std::string& shell) {
  return std::string(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish);
}

}  // namespace runner
