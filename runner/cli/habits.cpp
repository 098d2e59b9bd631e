#include "runner/cli/habits.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/cli/command_tables.hpp"
#include "runner/order/event_payload.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

using Words = std::vector<std::string>;

// "*" is any one word; it stands where {} is, {workflow} is the workflow of the run with that number.
struct Habit {
  std::string_view typed, here;
};
constexpr std::array kHabits{
    Habit{"run list", "runs"},
    Habit{"run ls", "runs"},
    Habit{"run view * --log-failed", "logs {} --failed"},
    Habit{"run view * --log", "logs {}"},
    Habit{"run view *", "logs {}"},
    Habit{"run view", "logs"},
    Habit{"run watch *", "logs {} --follow"},
    Habit{"run watch", "logs --follow"},
    Habit{"run rerun *", "run {workflow}"},
    Habit{"run rerun", "run"},
    Habit{"workflow list", "list"},
    Habit{"workflow ls", "list"},
    Habit{"workflow run *", "run {}"},
    Habit{"workflow run", "run"},
    Habit{"workflow view *", "list {}"},
    Habit{"workflow view", "list"},
    Habit{"workflow", "list"},
    Habit{"logs latest", "logs"},
    Habit{"logs last", "logs"},
    Habit{"log", "logs"},
    Habit{"view *", "logs {}"},
    Habit{"show *", "logs {}"},
    Habit{"watch *", "logs {} --follow"},
    Habit{"watch", "logs --follow"},
    Habit{"rerun *", "run {workflow}"},
    Habit{"rerun", "run"},
    Habit{"ls", "list"},
    Habit{"lint", "validate"},
    Habit{"check", "validate"},
    Habit{"history", "runs"},
};

// What follows is shown as it was typed, but for values: "..." stands for those.
std::string rest_of(const Words& words, size_t from) {
  std::string text;
  for (size_t i = from; i < words.size(); ++i) {
    const bool secret = words[i] == "-s" || words[i] == "--secret" || words[i] == "--token";
    if (secret || words[i].find('=') != std::string::npos) return text + " ...";
    text += " " + shell_word(words[i]);
  }
  return text;
}

std::optional<std::string> meant(const Habit& habit, const Words& words, const Here& here) {
  const auto pattern = split(habit.typed, ' ');
  if (words.size() < pattern.size()) return {};
  std::string named;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == "*")
      named = words[i];
    else if (words[i] != pattern[i])
      return {};
  }
  if (named.starts_with('-')) return {};
  auto text = replace_all(std::string(habit.here), "{}", shell_word(named));
  if (text.ends_with("{workflow}")) {
    const auto workflow = here.workflow_of_run(named);
    text = workflow.empty() ? "run" : "run " + shell_word(workflow);
  }
  return text + rest_of(words, pattern.size());
}

// act: the event stands alone, and the command is an option.
class ActLine {
 public:
  explicit ActLine(Words words, std::string command = "run")
      : words_(std::move(words)), command_(std::move(command)) {}

  std::string read() {
    for (at_ = 0; at_ < words_.size(); ++at_) {
      if (take_command(words_[at_]) || take_option(words_[at_])) continue;
      if (event_.empty() && is_event(words_[at_])) {
        event_ = " --event " + words_[at_];
      } else if (at_ == 0) {
        return "";
      } else {
        rest_ = rest_of(words_, at_);
        break;
      }
    }
    const bool runs = command_ == "run" || command_ == "plan";
    return command_ + workflow_ + (runs ? event_ + payload_ + jobs_ + rest_ : "");
  }

 private:
  bool take_command(std::string_view word) {
    struct Row {
      std::string_view option, command;
    };
    for (const auto& row : {Row{"-l", "list"}, Row{"--list", "list"}, Row{"-g", "list"},
                            Row{"--graph", "list"}, Row{"-n", "plan"}, Row{"--dryrun", "plan"},
                            Row{"--dry-run", "plan"}, Row{"--validate", "validate"}}) {
      if (row.option == word) return command_ = row.command, true;
    }
    return false;
  }

  bool take_option(const std::string& word) {
    const auto equals = word.find('=');
    const auto name = word.substr(0, equals);
    const bool workflow = name == "-W" || name == "--workflows";
    const bool event = name == "-e" || name == "--eventpath" || name == "--event";
    if (!workflow && !event && name != "-j" && name != "--job") return false;
    if (equals == std::string::npos && at_ + 1 == words_.size()) return false;
    const auto value = equals == std::string::npos ? words_[++at_] : word.substr(equals + 1);
    if (workflow && (value.ends_with(".yml") || value.ends_with(".yaml")))
      workflow_ = " " + shell_word(value);
    else if (event)
      (is_event(value) ? event_ : payload_) =
          (is_event(value) ? " --event " : " --event-path ") + shell_word(value);
    else if (!workflow)
      jobs_ += " -j " + shell_word(value);
    return true;
  }

  Words words_;
  size_t at_ = 0;
  std::string command_, workflow_, event_, payload_, jobs_, rest_;
};

std::string meant(const Words& words, const Here& here) {
  if (words.empty()) return "";
  const bool named = words.size() > 1 && words[0] == "run" && !words[1].starts_with('-');
  if (named && here.is_workflow(words[1])) return "";
  if (find_command(words[0]) == nullptr && here.is_workflow(words[0]))
    return "run " + shell_word(words[0]) + rest_of(words, 1);
  for (const auto& habit : kHabits) {
    if (const auto text = meant(habit, words, here)) return *text;
  }
  const bool by_option = std::any_of(words.begin(), words.end(), [](const auto& word) {
    return word == "-W" || word.substr(0, word.find('=')) == "--workflows";
  });
  if (by_option && (words[0] == "run" || words[0] == "plan"))
    return ActLine(Words(words.begin() + 1, words.end()), words[0]).read();
  if (named && is_event(words[1])) return "run --event " + words[1] + rest_of(words, 2);
  return find_command(words[0]) == nullptr ? ActLine(words).read() : "";
}

}  // namespace

std::string right_command(const Words& args, const Here& here) {
  const auto at = command_at(args);
  const auto text = meant(Words(args.begin() + static_cast<std::ptrdiff_t>(at), args.end()), here);
  if (text.empty()) return "";
  std::string before;
  for (size_t i = 0; i < at; ++i) before += shell_word(args[i]) + " ";
  return "runner " + before + text;
}

}  // namespace runner
