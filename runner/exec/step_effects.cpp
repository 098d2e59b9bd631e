#include "runner/exec/step_effects.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace runner {
namespace {

constexpr size_t kAnnotationBytes = 4096;  // execution.md 5.4; GitHub counts characters

void cut(std::string& text, size_t size) {
  if (text.size() <= size) return;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;  // not inside a character
  text.resize(size);
}

std::string_view marker(AnnotationLevel level) {
  switch (level) {
    case AnnotationLevel::error:
      return "##[error]";
    case AnnotationLevel::warning:
      return "##[warning]";
    case AnnotationLevel::notice:
      return "##[notice]";
  }
  return "";
}

}  // namespace

void StepEffects::set_output(std::string_view name, std::string value) {
  const std::lock_guard lock(mutex_);
  const auto at = std::find_if(outputs.begin(), outputs.end(),
                               [&](const auto& output) { return equal_ignoring_case(output.first, name); });
  if (at == outputs.end())
    outputs.emplace_back(name, std::move(value));
  else
    at->second = std::move(value);
}

void StepEffects::save_state(std::string_view name, std::string value) {
  const std::lock_guard lock(mutex_);
  states[std::string(name)] = std::move(value);
}

void StepEffects::set_env(std::string_view name, std::string value) {
  if (equal_ignoring_case(name, "NODE_OPTIONS")) {
    error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
    return;
  }
  const std::lock_guard lock(mutex_);
  job_.env[std::string(name)] = std::move(value);
}

void StepEffects::add_path(std::string_view folder) {
  const std::lock_guard lock(mutex_);
  job_.add_path(std::string(folder));
}

void StepEffects::add_mask(std::string_view secret) {
  const auto problem = masking_problem(job_.services.masker.add(secret));
  if (!problem.empty()) warning(fmt::format("a value that was given to add-mask {}", problem));
}

void StepEffects::annotate(Annotation annotation) {
  annotation.message = job_.services.masker.mask(annotation.message);  // whole, before it is cut
  cut(annotation.message, kAnnotationBytes);
  job_.services.reporter.annotation(info_, annotation);
}

void StepEffects::log(std::string_view masked_lines) { job_.services.reporter.log(info_, masked_lines); }

void StepEffects::unfinished(std::string_view text) { job_.services.reporter.progress(info_, text); }

void StepEffects::log_text(std::string_view text) {
  std::string lines(text), scratch;
  if (!lines.ends_with('\n')) lines += '\n';
  const std::lock_guard lock(mutex_);
  log(job_.services.masker.mask_view(lines, scratch, edge_));
}

void StepEffects::tell(Annotation annotation) {
  std::string lines;
  for (const auto line : split_lines(annotation.message))
    lines.append(marker(annotation.level)).append(line).append("\n");
  log_text(lines);
  annotate(std::move(annotation));
}

void StepEffects::error(std::string_view message) {
  tell({.level = AnnotationLevel::error, .message = std::string(message)});
}
void StepEffects::warning(std::string_view message) {
  tell({.level = AnnotationLevel::warning, .message = std::string(message)});
}

}  // namespace runner
