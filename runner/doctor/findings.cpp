#include "runner/doctor/findings.hpp"

#include <algorithm>

namespace runner {

std::string_view to_string(Health health) {
  switch (health) {
    case Health::good:
      return "ok";
    case Health::note:
      return "note";
    case Health::warning:
      return "warning";
    case Health::missing:
      return "missing";
  }
  return "";
}

bool something_missing(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const auto& finding) { return finding.health == Health::missing; });
}

}  // namespace runner
