// Secrets and variables that the workflows read and nobody has set; files with secrets that git has or would
// take.
#include <fmt/core.h>

#include "runner/doctor/checks.hpp"

namespace runner {
namespace {

constexpr auto kValues = "Values";

void check_exposed(const ExposedSecrets& exposed, std::vector<Finding>& findings) {
  for (const auto& file : exposed.committed) {
    findings.push_back(
        {kValues, Health::warning,
         fmt::format("{} is in git: whoever has the repository has its secrets, in the history too", file),
         fmt::format("git rm --cached '{0}' && echo '/{0}' >> .gitignore  (and change what it holds)",
                     file)});
  }
  for (const auto& file : exposed.not_ignored) {
    findings.push_back({kValues, Health::warning,
                        fmt::format("git does not ignore {}: `git add .` would take it along", file),
                        fmt::format("echo '/{}' >> .gitignore", file)});
  }
}

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
  check_exposed(examined.exposed, findings);
  const bool all_set = needs.secrets.empty() && needs.variables.empty();
  if (all_set && needs.workflows > 0)
    findings.push_back({kValues, Health::good, "every secret and variable that is read is set"});
}

}  // namespace runner
