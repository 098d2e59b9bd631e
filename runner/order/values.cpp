#include "runner/order/values.hpp"

namespace runner {

NamedValues ValueSet::of(const std::string& environment) const {
  auto values = common;
  if (const auto at = environments.find(environment); at != environments.end()) {
    for (const auto& [name, value] : at->second) values[name] = value;
  }
  return values;
}

}  // namespace runner
