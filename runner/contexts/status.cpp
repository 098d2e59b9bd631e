#include "runner/contexts/status.hpp"

#include "parser/base/text.hpp"

namespace runner {

StepStatus status_in(const StepFrame& frame) {
  const auto* root = &frame;
  while (root->outer != nullptr) root = root->outer;
  return status_in(frame, root->status);
}

StepStatus status_in(const StepFrame& frame, Outcome job) {
  return {.job = job, .steps = frame.outer == nullptr ? job : frame.status};
}

expr::Value job_object(const StepStatus& status) {
  return expr::Value::Object{{"status", std::string(to_string(status.job))}};
}

std::optional<expr::Value> status_function(std::string_view name, const StepStatus& status) {
  const bool cancelled = status.job == Outcome::cancelled;
  if (equal_ignoring_case(name, "always")) return true;
  if (equal_ignoring_case(name, "cancelled")) return cancelled;
  if (equal_ignoring_case(name, "success")) return !cancelled && status.steps == Outcome::success;
  if (equal_ignoring_case(name, "failure")) return !cancelled && status.steps == Outcome::failure;
  return std::nullopt;
}

}  // namespace runner
