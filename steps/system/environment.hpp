// steps/system/environment.hpp -- the environment of a process, as a value that is handed over.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace runner {

using Environment = std::map<std::string, std::string>;

std::string env_value(const Environment& env, std::string_view name);  // "" when absent
std::string path_of(const Environment& env);  // PATH, else where programs usually are

// `env` for a program that must load and run only what `machine`, the environment before the first step,
// makes it.
Environment without_detours(Environment env, const Environment& machine);

}  // namespace runner
