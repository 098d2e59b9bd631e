#include "steps/support/environment.hpp"

namespace runner {

std::string env_value(const Environment& env, std::string_view name) {
  const auto at = env.find(std::string(name));
  return at == env.end() ? "" : at->second;
}

std::string path_of(const Environment& env) {
  const auto at = env.find("PATH");
  return at == env.end() ? "/usr/local/bin:/usr/bin:/bin" : at->second;
}

}  // namespace runner
