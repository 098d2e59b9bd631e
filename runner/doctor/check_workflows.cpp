// What of the workflows here cannot be run at all.
#include "runner/doctor/checks.hpp"
#include "runner/report/paint.hpp"

namespace runner {

void check_workflows(const Examined& examined, std::vector<Finding>& findings) {
  constexpr auto kWorkflows = "Workflows";
  const auto& needs = examined.needs;
  if (needs.workflows == 0) {
    findings.push_back({kWorkflows, Health::note, "no workflow here: the machine alone was looked at"});
    return;
  }
  for (const auto& [why, by] : needs.refused)
    findings.push_back({kWorkflows, Health::missing, why, "", {by.begin(), by.end()}});
  if (needs.refused.empty())
    findings.push_back({kWorkflows, Health::good, counted(needs.workflows, "workflow") + " can be planned"});
}

}  // namespace runner
