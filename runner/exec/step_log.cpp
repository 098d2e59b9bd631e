#include "runner/exec/step_log.hpp"

#include <algorithm>

namespace runner {
namespace {

void add_pairs(std::string& lines, std::string_view title, const auto& pairs) {
  if (pairs.empty()) return;
  lines.append(title).append(":\n");
  for (const auto& [name, value] : pairs) {
    lines.append("  ").append(name).append(": ").append(replace_all(value, "\n", "\n    ")).append("\n");
  }
}

std::string closed(std::string lines, const Environment& env) {
  add_pairs(lines, "env", env);
  return lines + "##[endgroup]\n";
}

}  // namespace

Environment shown_env(const RunRequest& request, const Environment& env) {
  auto shown = env;
  for (const auto& [name, file] : request.env_origin) {
    const auto at = shown.find(name);
    const auto given = request.extra_env.find(name);
    if (at != shown.end() && given != request.extra_env.end() && at->second == given->second)
      at->second = "(from " + file + ")";
  }
  return shown;
}

std::string step_text(const Step& step) {
  return step.uses ? "uses: " + step.uses->text : "run: " + first_line(step.run.text);
}

std::string plain_step_name(const Step& step) {
  return step.name ? step.name.text : "Run " + first_line(step.uses ? step.uses->text : step.run.text);
}

std::string script_preamble(std::string_view script, std::string_view shell, const Environment& env) {
  std::string lines = "##[group]Run " + first_line(script) + "\n";
  for (const auto line : split_lines(script)) lines.append(line).append("\n");
  lines.append("shell: ").append(shell).append("\n");
  return closed(std::move(lines), env);
}

std::string action_preamble(const Step& step, const NamedValues& with, const Environment& env) {
  std::string lines = "##[group]Run " + step.uses->text + "\n";
  add_pairs(lines, "with", with);
  return closed(std::move(lines), env);
}

}  // namespace runner
