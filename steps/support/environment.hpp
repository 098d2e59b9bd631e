// steps/support/environment.hpp -- look-ups in an environment that was handed over.
#pragma once
#include <string>
#include <string_view>

#include "steps/step.hpp"

namespace runner {

std::string env_value(const Environment& env, std::string_view name);  // "" when absent
std::string path_of(const Environment& env);  // PATH, else where programs usually are

// For the programs that a native step starts by itself: the step's environment, but PATH and what would make
// them load or run something else are as before the first step. GITHUB_ENV and GITHUB_PATH are open to every
// step before.
Environment program_environment(const StepInputs& step);

}  // namespace runner
