// Programs that scripts and actions call. Which versions of a toolchain are here the setup-* actions say in
// the plan.
#include <fmt/core.h>

#include "runner/doctor/checks.hpp"
#include "runner/doctor/known_programs.hpp"

namespace runner {
namespace {

constexpr auto kPrograms = "Programs";

std::string remedy(const std::string& program) {
  const auto* known = find_known_program(program);
  return known == nullptr ? fmt::format("install {}", program) : known->fix;
}

void check_program(const Examined& examined, const std::string& name, const NeededBy& by,
                   std::vector<Finding>& findings) {
  const bool plugin = name == "docker-buildx" || name == "docker-compose-v2";  // told with the engine
  if (plugin || (name == "aws" && examined.own_aws)) return;
  const auto program = examined.world.find_program(name);
  findings.push_back({kPrograms, program ? Health::good : Health::missing,
                      program ? fmt::format("{} ({})", name, *program) : fmt::format("{} is not here", name),
                      program ? "" : remedy(name), names_in(by)});
}

}  // namespace

void check_programs(const Examined& examined, std::vector<Finding>& findings) {
  for (const auto& [name, by] : examined.needs.programs) check_program(examined, name, by, findings);
}

}  // namespace runner
