#include "runner/doctor/checks.hpp"

namespace runner {

std::vector<Finding> examine(const Examined& examined) {
  static constexpr void (*kChecks[])(const Examined&, std::vector<Finding>&) = {
      check_machine, check_docker, check_programs, check_network, check_values, check_workflows, check_actrc};
  std::vector<Finding> findings;
  for (const auto check : kChecks) check(examined, findings);
  return findings;
}

}  // namespace runner
