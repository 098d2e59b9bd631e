// docker/setup-buildx-action: nothing to set up, the engine builds. Gives the outputs later steps read, and
// remembers the builder for a build that needs `docker buildx`.
#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/json.hpp"
#include "steps/clients/docker/buildx/builder.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/platforms.hpp"
#include "steps/clients/docker/requirements.hpp"
#include "steps/step.hpp"

namespace runner {
namespace docker_setup_buildx_action {
namespace {

// Inputs that would change the builder an original makes, and here change nothing.
std::vector<std::string> without_effect(StepHost& host) {
  std::vector<std::string> names;
  for (const auto* name : {"driver-opts", "buildkitd-flags", "buildkitd-config", "buildkitd-config-inline",
                           "config", "config-inline", "append", "endpoint", "platforms"}) {
    if (!host.input(name).empty()) names.emplace_back(name);
  }
  const auto driver = host.input("driver");
  if (driver == "kubernetes" || driver == "remote") names.emplace_back("driver");
  if (names.empty() || !Buildx::find(host)) return names;
  return host.input("append").empty() ? std::vector<std::string>{} : std::vector<std::string>{"append"};
}

void remember(StepHost& host) {
  const auto builder = wanted_builder(host);
  if (!builder) return;
  remember_builder(host, *builder);
  host.save_state("builder", builder->name);
}

StepResult run(StepHost& host) {
  const auto config = docker_config(docker_user(host));
  auto engine = docker_engine(host, config);
  const auto listed = fmt::format("{}", fmt::join(runnable_platforms(engine.facts()), ","));
  const auto name = host.input("name").empty() ? std::string("default") : host.input("name");
  const auto node = nlohmann::json{
      {"name", name}, {"endpoint", engine.address().text}, {"status", "running"}, {"platforms", listed}};
  host.set_output("name", name);
  host.set_output("driver", "docker");
  host.set_output("platforms", listed);
  host.set_output("nodes", nlohmann::json::array({node}).dump());
  host.set_output("endpoint", engine.address().text);
  host.set_output("status", "running");
  host.set_output("flags", "");
  host.log(fmt::format("The Docker Engine at {} builds ({})", engine.address().text, listed));
  remember(host);
  if (const auto names = without_effect(host); !names.empty()) {
    host.warn(fmt::format("The engine's own builder is used: {} changes nothing", fmt::join(names, ", ")));
  }
  return {};
}

StepResult post(StepHost& host) {
  const auto name = host.state("builder");
  if (name.empty() || !boolean_input(host, "cleanup")) return {};
  try {
    if (remove_builder(host, name, boolean_input(host, "keep-state")))
      host.log(fmt::format("Removed the builder {}", name));
  } catch (const std::exception& error) {
    host.warn(error.what());
  }
  return {};
}

std::vector<std::string> effects(const StepInputs&) {
  return {"nothing: the Docker Engine builds by itself"};
}

}  // namespace
}  // namespace docker_setup_buildx_action

BuiltinAction docker_setup_buildx() {
  using namespace docker_setup_buildx_action;
  return {.spec = {.uses = "docker/setup-buildx-action",
                   .doc = "Names the builder for docker/build-push-action: the Docker Engine itself.",
                   .inputs = {{.name = "version", .doc = "without effect"},
                              {.name = "driver",
                               .doc = "docker: never a builder of its own",
                               .fallback = "docker-container"},
                              {.name = "driver-opts", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "buildkitd-flags", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "buildkitd-config", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "buildkitd-config-inline",
                               .doc = "of the builder that `docker buildx` gets"},
                              {.name = "config", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "config-inline", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "install", .doc = "without effect", .fallback = "false"},
                              {.name = "use", .doc = "for builds that name no builder", .fallback = "true"},
                              {.name = "endpoint", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "platforms", .doc = "of the builder that `docker buildx` gets"},
                              {.name = "append", .doc = "without effect"},
                              {.name = "name", .doc = "of the builder; given back in the output `name`"},
                              {.name = "cache-binary", .doc = "without effect", .fallback = "true"},
                              {.name = "cleanup",
                               .doc = "remove the builder at the end of the job",
                               .fallback = "true"},
                              {.name = "keep-state", .doc = "but not its cache", .fallback = "false"}},
                   .outputs = {{"name", "of the builder"},
                               {"driver", "docker"},
                               {"platforms", "what the engine can run, with commas"},
                               {"nodes", "JSON: one node"},
                               {"endpoint", "the engine's address"},
                               {"status", "running"},
                               {"flags", "empty"}},
                   .first_major = 1,
                   .last_major = 4},
          .run = run,
          .post = post,
          .effects = effects,
          .problems = nullptr,
          .requirements = engine_requirements};
}

}  // namespace runner
