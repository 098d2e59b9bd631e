// docker/setup-qemu-action: installs nothing, that would need a privileged container from outside; tells
// which platforms this machine can run already.
#include <algorithm>

#include <fmt/core.h>
#include <fmt/format.h>

#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/platforms.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/step.hpp"

namespace runner {
namespace docker_setup_qemu_action {
namespace {

// "arm64" and "linux/arm64" are the same; variants of arm are run by the same emulator.
bool is_same_platform(std::string wanted, const std::string& known) {
  if (wanted.find('/') == std::string::npos) wanted = "linux/" + wanted;
  return wanted == known || (wanted.starts_with("linux/arm/") && known == "linux/arm/v7") ||
         (wanted == "linux/arm" && known == "linux/arm/v7");
}

std::vector<std::string> missing_platforms(const std::string& input, const std::vector<std::string>& known) {
  std::vector<std::string> missing;
  for (const auto& wanted : list_items(input)) {
    const auto found = std::any_of(known.begin(), known.end(),
                                   [&](const auto& platform) { return is_same_platform(wanted, platform); });
    if (!found && wanted != "all") missing.push_back(wanted);
  }
  return missing;
}

StepResult run(StepHost& host) {
  const auto config = docker_config(docker_user(host));
  auto engine = docker_engine(host, config);
  const auto known = runnable_platforms(engine.facts());
  const auto listed = fmt::format("{}", fmt::join(known, ","));
  host.set_output("platforms", listed);
  host.log("Available platforms: " + listed);
  host.note(listed);
  if (const auto missing = missing_platforms(host.input("platforms"), known); !missing.empty()) {
    host.notice(
        fmt::format("No emulator for {} is registered on this machine: what is built for it "
                    "can run no command. Debian's package qemu-user-static brings them",
                    fmt::join(missing, ", ")));
  }
  return {};
}

std::vector<std::string> effects(const StepInputs&) {
  return {"nothing: tells which platforms this machine can run"};
}

}  // namespace
}  // namespace docker_setup_qemu_action

BuiltinAction docker_setup_qemu() {
  using namespace docker_setup_qemu_action;
  return {.spec = {.uses = "docker/setup-qemu-action",
                   .doc = "Tells which platforms this machine can build for; installs no emulator.",
                   .inputs = {{.name = "image", .doc = "without effect"},
                              {.name = "platforms", .doc = "platforms that are needed", .fallback = "all"},
                              {.name = "reset", .doc = "without effect", .fallback = "false"},
                              {.name = "cache-image", .doc = "without effect", .fallback = "true"}},
                   .outputs = {{"platforms", "what the engine can run, with commas"}},
                   .first_major = 1,
                   .last_major = 4},
          .run = run,
          .post = nullptr,
          .effects = effects,
          .problems = nullptr};
}

}  // namespace runner
