// steps/support/environment.hpp -- look-ups in an environment that was handed over.
#pragma once
#include <string>
#include <string_view>

#include "steps/step.hpp"

namespace runner {

std::string env_value(const Environment& env, std::string_view name);  // "" when absent
std::string path_of(const Environment& env);  // PATH, else where programs usually are

}  // namespace runner
