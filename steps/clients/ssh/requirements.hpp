// steps/clients/ssh/requirements.hpp -- the servers that a step with the inputs host, port and proxy_host
// connects to.
#pragma once
#include <vector>

#include "steps/requirement.hpp"
#include "steps/step.hpp"

namespace runner {

std::vector<Requirement> ssh_requirements(const StepInputs& inputs);

}  // namespace runner
