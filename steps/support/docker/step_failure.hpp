// steps/support/docker/step_failure.hpp -- how a docker step ends when something was thrown.
#pragma once
#include <string>

#include "steps/step.hpp"

namespace runner {

// A cancelled job closes the connection, which then looks like an error of the network: it is none.
inline StepResult failed_or_cancelled(const StepHost& host, std::string message) {
  if (host.stop().stop_requested()) return {Outcome::cancelled, "cancelled"};
  return failure(std::move(message));
}

}  // namespace runner
