// Secrets and variables that the workflows read and nobody has set.
#include <fmt/core.h>

#include "runner/doctor/checks.hpp"

namespace runner {
namespace {

constexpr auto kValues = "Values";

}  // namespace

void check_values(const Examined& examined, std::vector<Finding>& findings) {
  const auto& needs = examined.needs;
  for (const auto& [name, by] : needs.secrets) {
    findings.push_back({kValues,
                        Health::missing,
                        fmt::format("the secret {} is not set", name),
                        fmt::format("echo '{}=...' >> .secrets && chmod 600 .secrets", name),
                        {by.begin(), by.end()}});
  }
  for (const auto& [name, by] : needs.variables) {
    findings.push_back({kValues,
                        Health::missing,
                        fmt::format("the variable {} is not set", name),
                        fmt::format("echo '{}=...' >> .vars", name),
                        {by.begin(), by.end()}});
  }
  const bool all_set = needs.secrets.empty() && needs.variables.empty();
  if (all_set && needs.workflows > 0)
    findings.push_back({kValues, Health::good, "every secret and variable that is read is set"});
}

}  // namespace runner
