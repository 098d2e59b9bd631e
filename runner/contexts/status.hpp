// runner/contexts/status.hpp -- success(), failure(), cancelled() and always() of steps (execution.md 1.5).
#pragma once
#include <optional>
#include <string_view>

#include "parser/expr/value.hpp"
#include "runner/contexts/step_frame.hpp"

namespace runner {

// What they look at. The job decides on cancelled(), the steps beside the asking one on the other two.
struct StepStatus {
  Outcome job = Outcome::success, steps = Outcome::success;
};

StepStatus status_in(const StepFrame& frame);
// In a job whose status is `job`: would a condition hold if it were cancelled?
StepStatus status_in(const StepFrame& frame, Outcome job);

expr::Value job_object(const StepStatus& status);  // the `job` context

// Nothing for another function.
std::optional<expr::Value> status_function(std::string_view name, const StepStatus& status);

}  // namespace runner
