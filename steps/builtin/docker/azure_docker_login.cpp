// azure/docker-login: writes a registry's login into a docker configuration of the job's own. Nothing is
// checked, as in the original, and nothing is taken back: the folder goes with the job.
#include <chrono>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/docker/config.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/step.hpp"

namespace runner {
namespace azure_docker_login_action {
namespace {

// Docker Hub's key is known to the engine.
std::string key_of(StepHost& host) {
  const auto server = host.input("login-server");
  if (!server.empty()) return server;
  const auto config = docker_config(docker_user(host));
  return docker_engine(host, config).registry_key("");
}

StepResult run(StepHost& host) {
  const Credentials credentials{host.input("username"), host.input("password"), ""};
  for (const auto* name : {"username", "password"}) {
    if (host.input(name).empty()) return failure(fmt::format("Input required and not supplied: {}", name));
  }
  host.add_mask(credentials.password);
  host.add_mask(base64(credentials.username + ":" + credentials.password));
  const auto key = key_of(host);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto name =
      fmt::format("docker_login_{}", std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  DockerConfig config(writable_docker_config(host, name));
  config.store(key, credentials);
  config.write();
  host.set_env("DOCKER_CONFIG", config.folder().string());
  host.note(fmt::format("{} as {}", key, credentials.username));
  host.log("DOCKER_CONFIG environment variable is set");
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  const auto server = inputs.input("login-server");
  return {
      fmt::format("log in to {} as {}", server.empty() ? "Docker Hub" : server, inputs.input("username"))};
}

}  // namespace
}  // namespace azure_docker_login_action

BuiltinAction azure_docker_login() {
  using namespace azure_docker_login_action;
  return {
      .spec = {.uses = "azure/docker-login",
               .doc = "Keeps the login of a container registry for the rest of the job.",
               .inputs = {{.name = "username", .doc = "user at the registry", .required = true},
                          {.name = "password", .doc = "password or token", .required = true, .secret = true},
                          {.name = "login-server", .doc = "the registry; default: Docker Hub"}},
               .outputs = {},
               .first_major = 1,
               .last_major = 2},
      .run = run,
      .effects = effects};
}

}  // namespace runner
