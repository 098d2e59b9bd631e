// Programs that scripts and actions call, and toolchains of a certain version.
#include <cctype>

#include <fmt/core.h>

#include "runner/doctor/checks.hpp"
#include "runner/doctor/known_programs.hpp"

namespace runner {
namespace {

constexpr auto kGroup = "Programs";

struct Toolchain {
  const char *name, *program, *option;
};
constexpr Toolchain kToolchains[] = {{"node", "node", "--version"},
                                     {"python", "python3", "--version"},
                                     {"java", "java", "-version"},
                                     {"go", "go", "version"}};

std::vector<std::string> list(const NeededBy& names) { return {names.begin(), names.end()}; }

std::string remedy(const std::string& program) {
  const auto* known = find_known_program(program);
  return known == nullptr ? fmt::format("install {}", program) : known->mend;
}

void check_program(const Examined& examined, const std::string& name, const NeededBy& by,
                   std::vector<Finding>& findings) {
  const bool plugin = name == "docker-buildx" || name == "docker-compose-v2";  // told with the engine
  if (plugin || (name == "aws" && examined.own_aws)) return;
  const auto program = examined.world.find_program(name);
  findings.push_back({kGroup, program ? Health::good : Health::missing,
                      program ? fmt::format("{} ({})", name, *program) : fmt::format("{} is not here", name),
                      program ? "" : remedy(name), list(by)});
}

// The first number with a dot in it: "Python 3.11.2", "go version go1.19.8 linux/amd64".
std::string version_in(const std::string& line) {
  for (size_t at = 0; at < line.size(); ++at) {
    if (std::isdigit(static_cast<unsigned char>(line[at])) == 0) continue;
    const auto end = std::min(line.find_first_not_of("0123456789.", at), line.size());
    return line.substr(at, end - at);
  }
  return "";
}

// "20", "20.x", "3.11", "v1.2.3": the numbers at the front agree. Anything else is left to the step itself.
bool may_satisfy(const std::string& asked, const std::string& found) {
  auto wanted = asked;
  if (wanted.starts_with('v')) wanted.erase(0, 1);
  while (wanted.ends_with(".x") || wanted.ends_with(".*")) wanted.resize(wanted.size() - 2);
  if (wanted.empty() || wanted.find_first_not_of("0123456789.") != std::string::npos) return true;
  return (found + ".").starts_with(wanted + ".");
}

void check_toolchain(const Examined& examined, const std::string& name, const std::string& version,
                     const NeededBy& by, std::vector<Finding>& findings) {
  const Toolchain* toolchain = nullptr;
  for (const auto& candidate : kToolchains) {
    if (name == candidate.name) toolchain = &candidate;
  }
  if (toolchain == nullptr) return check_program(examined, name, by, findings);
  const auto shown = version.empty() ? name : fmt::format("{} {}", name, version);
  const auto program = examined.world.find_program(toolchain->program);
  if (!program) {
    findings.push_back(
        {kGroup, Health::missing, shown + " is not here", remedy(toolchain->program), list(by)});
    return;
  }
  const auto found = version_in(examined.world.version_line({*program, toolchain->option}));
  const bool fits = may_satisfy(version, found);
  findings.push_back({kGroup, fits ? Health::good : Health::warning,
                      fits ? fmt::format("{}: {} is here", shown, found)
                           : fmt::format("{} is wanted, {} is here", shown, found),
                      fits ? "" : fmt::format("a {} {} in the tool cache or in PATH", name, version),
                      list(by)});
}

}  // namespace

void check_programs(const Examined& examined, std::vector<Finding>& findings) {
  for (const auto& [name, by] : examined.needs.programs) check_program(examined, name, by, findings);
  for (const auto& [toolchain, by] : examined.needs.toolchains)
    check_toolchain(examined, toolchain.first, toolchain.second, by, findings);
}

}  // namespace runner
