#include "steps/step.hpp"

#include <tuple>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/system/sleep.hpp"

namespace runner {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::success:
      return "success";
    case Outcome::failure:
      return "failure";
    case Outcome::cancelled:
      return "cancelled";
    case Outcome::skipped:
      return "skipped";
  }
  return "";
}

StepResult failure(std::string message) { return {Outcome::failure, std::move(message)}; }

bool ActionVersion::at_least(int want_major, int want_minor, int want_patch) const {
  if (major == 0 && minor == 0 && patch == 0) return true;
  // "v4" and "v4.2" are moving tags: the newest of their line.
  const int written = parts != 0 ? parts : minor == 0 && patch == 0 ? 1 : 3;
  if (written == 1) return major >= want_major;
  if (written == 2) return std::tie(major, minor) >= std::tie(want_major, want_minor);
  return std::tie(major, minor, patch) >= std::tie(want_major, want_minor, want_patch);
}

Environment StepInputs::machine_env() const { return env(); }

std::filesystem::path planned_file(const PlanHost& host, const std::string& path) {
  std::error_code error;
  auto whole = host.workspace() / path;
  if (!std::filesystem::exists(whole, error)) throw NotBeforeRun(path);
  return whole;
}

Environment program_environment(const StepInputs& step) {
  return without_detours(step.env(), step.machine_env());
}

void StepSite::sleep(std::chrono::milliseconds time) { sleep_for(time, stop()); }

void StepSite::warn(std::string text) {
  annotate({.level = AnnotationLevel::warning, .message = std::move(text)});
}

void StepSite::notice(std::string text) {
  annotate({.level = AnnotationLevel::notice, .message = std::move(text)});
}

bool is_true(std::string_view loose) { return equal_ignoring_case(trim(loose), "true"); }

bool boolean_input(const StepInputs& inputs, std::string_view name) {
  const auto value = inputs.input(name);
  for (const auto* yes : {"true", "True", "TRUE"}) {
    if (value == yes) return true;
  }
  for (const auto* no : {"false", "False", "FALSE"}) {
    if (value == no) return false;
  }
  throw InputError(
      fmt::format("Input does not meet YAML 1.2 \"Core Schema\" specification: {}\n"
                  "Support boolean input list: `true | True | TRUE | false | False | FALSE`",
                  name));
}

std::vector<std::string> line_inputs(const StepInputs& inputs, std::string_view name) {
  std::vector<std::string> lines;
  const auto value = inputs.input(name);  // named: the lines are views of it
  for (const auto line : split_lines(value)) {
    if (const auto text = trim(line); !text.empty()) lines.emplace_back(text);
  }
  return lines;
}

}  // namespace runner
