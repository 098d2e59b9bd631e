// The Docker Engine, its newer builder, its plugins and the platforms that images are wanted for.
#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "runner/doctor/checks.hpp"
#include "runner/doctor/known_programs.hpp"

namespace runner {
namespace {

constexpr auto kDocker = "Docker";

std::string engine_remedy(const Examined& examined, const EngineReport& engine) {
  if (!examined.world.find_program("dockerd") && !examined.world.find_program("docker"))
    return "apt-get install docker.io";
  if (engine.error.find("ermission denied") != std::string::npos)
    return "sudo usermod -aG docker \"$USER\", then log in again";
  return "sudo systemctl start docker";
}

void check_engine(const Examined& examined, const EngineReport& engine, std::vector<Finding>& findings) {
  const bool needed = !examined.needs.engine.empty();
  if (!engine.error.empty()) {
    findings.push_back({kDocker, needed ? Health::missing : Health::note,
                        needed ? engine.error : "no Docker Engine; no workflow here needs one",
                        needed ? engine_remedy(examined, engine) : "", names_in(examined.needs.engine)});
    return;
  }
  findings.push_back({kDocker, Health::good,
                      fmt::format("Docker Engine {} at {}, {}/{}", engine.version, engine.address, engine.os,
                                  engine.architecture),
                      "", names_in(examined.needs.engine)});
  findings.push_back(engine.buildkit
                         ? Finding{kDocker, Health::good, "it builds with BuildKit"}
                         : Finding{kDocker, Health::note, "it has the classic builder only, no BuildKit",
                                   "an engine of version 18.09 or later"});
}

void check_platform(const EngineReport& engine, const std::string& platform, const NeededBy& by,
                    std::vector<Finding>& findings) {
  if (platform == fmt::format("{}/{}", engine.os, engine.architecture)) return;
  const auto& emulated = engine.emulated;
  if (std::find(emulated.begin(), emulated.end(), platform) != emulated.end()) {
    findings.push_back({kDocker, Health::good, platform + " runs in an emulator", "", names_in(by)});
  } else {
    findings.push_back(
        {kDocker, Health::missing,
         fmt::format("images for {} cannot be built here: the engine is {}/{} and there is no emulator",
                     platform, engine.os, engine.architecture),
         "apt-get install qemu-user-static binfmt-support", names_in(by)});
  }
}

void check_plugin(const Examined& examined, const char* plugin, const char* key,
                  std::vector<Finding>& findings) {
  const auto at = examined.needs.programs.find(key);
  const bool several = std::string_view(key) == "docker-buildx" && examined.needs.platforms.size() > 1;
  if (at == examined.needs.programs.end() && !several) return;
  NeededBy by = at == examined.needs.programs.end() ? NeededBy{} : at->second;
  if (several) {
    for (const auto& [platform, needed_by] : examined.needs.platforms)
      by.insert(needed_by.begin(), needed_by.end());
  }
  const bool here = examined.world.has_docker_plugin(plugin);
  findings.push_back({kDocker, here ? Health::good : Health::missing,
                      fmt::format("{} is {}", plugin, here ? "here" : "not here"),
                      here ? "" : find_known_program(key)->fix, names_in(by)});
}

}  // namespace

void check_docker(const Examined& examined, std::vector<Finding>& findings) {
  const auto engine = examined.world.engine();
  check_engine(examined, engine, findings);
  if (engine.error.empty()) {
    for (const auto& [platform, by] : examined.needs.platforms)
      check_platform(engine, platform, by, findings);
  }
  check_plugin(examined, "docker-buildx", "docker-buildx", findings);
  check_plugin(examined, "docker-compose", "docker-compose-v2", findings);
}

}  // namespace runner
