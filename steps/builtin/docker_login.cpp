// docker/login-action: checks a registry's user and password with the engine and keeps them for the job.
#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"
#include "steps/support/docker/engine.hpp"
#include "steps/support/docker/login.hpp"
#include "steps/support/docker/reference.hpp"
#include "steps/support/docker/requirements.hpp"
#include "steps/support/docker/step_failure.hpp"

namespace runner {
namespace {

bool known_only_at_run(std::string_view text) { return text.find("${{") != std::string_view::npos; }

// "<12 digits>.dkr.ecr.<region>.<domain>": there user and password would be AWS keys.
bool is_ecr(std::string_view host) {
  const auto dot = host.find('.');
  return dot == 12 && host.substr(dot).starts_with(".dkr.ecr") &&
         std::all_of(host.begin(), host.begin() + 12, [](unsigned char c) { return std::isdigit(c); });
}

bool wants_ecr(const StepInputs& inputs) {
  const auto ecr = inputs.input("ecr");
  return ecr.empty() || ecr == "auto" ? is_ecr(registry_host(inputs.input("registry")))
                                      : boolean_input(inputs, "ecr");
}

// Why the step cannot be run as it is written; "" when it can.
std::string unsupported(const StepInputs& inputs) {
  if (!inputs.input("registry-auth").empty()) {
    return "registry-auth is not supported yet: use one docker/login-action step per registry";
  }
  if (!inputs.input("scope").empty()) {
    return "scope is not supported yet: without it the login holds for the whole registry";
  }
  if (!known_only_at_run(inputs.input("ecr")) && wants_ecr(inputs)) {
    return "logging in to Amazon ECR with AWS keys is not supported yet: with `ecr: false` the step takes "
           "user AWS and the password of `aws ecr get-login-password`";
  }
  return {};
}

std::string missing(const StepInputs& inputs) {
  const bool no_user = inputs.input("username").empty(), no_password = inputs.input("password").empty();
  if (no_user && no_password) return "Username and password required";
  if (no_user) return "Username required";
  return no_password ? "Password required" : "";
}

std::string shown_registry(const StepInputs& inputs) {
  const auto registry = inputs.input("registry");
  return registry.empty() ? "Docker Hub" : registry;
}

StepResult log_in(StepHost& host) {
  Credentials credentials{host.input("username"), host.input("password"), ""};
  host.add_mask(credentials.password);
  host.add_mask(base64(credentials.username + ":" + credentials.password));
  host.log(fmt::format("Logging into {}...", shown_registry(host)));
  const bool checked = keep_registry_login(host, host.input("registry"), credentials);
  if (checked) host.log("Login Succeeded!");
  host.note(fmt::format("{} as {}", shown_registry(host), credentials.username));
  return {};
}

StepResult run(StepHost& host) {
  if (auto why = unsupported(host); !why.empty()) return failure(why);
  if (auto why = missing(host); !why.empty()) return failure(why);
  try {
    return log_in(host);
  } catch (const EngineError& error) {
    return failed_or_cancelled(host, fmt::format("Error response from daemon: {}", error.what()));
  } catch (const Error& error) {
    return failed_or_cancelled(host, error.what());
  }
}

StepResult post(StepHost& host) {
  if (!boolean_input(host, "logout")) return {};
  try {
    if (drop_registry_login(host))
      host.log(fmt::format("Removing login credentials for {}", shown_registry(host)));
  } catch (const std::exception& error) {
    host.annotate({.level = AnnotationLevel::warning, .message = error.what()});
  }
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  return {fmt::format("log in to {} as {}", shown_registry(inputs), inputs.input("username"))};
}

// The login itself is left to the run; later steps of the plan may ask the registry with it. Docker Hub goes
// by an address that the engine knows: its images are asked for as far as they are public.
std::vector<std::string> differences(PlanHost& host) {
  Credentials credentials{host.input("username"), host.input("password"), ""};
  const auto key = registry_host(host.input("registry"));
  const bool known = !known_only_at_run(key) && !known_only_at_run(credentials.password);
  if (known && !key.empty() && !credentials.empty()) plan_registry_login(host, key, credentials);
  return effects(host);
}

std::vector<std::string> problems(const StepInputs& inputs) {
  try {
    for (auto why : {unsupported(inputs), missing(inputs)}) {
      if (!why.empty()) return {why};
    }
  } catch (const InputError& error) {
    return {error.what()};
  }
  return {};
}

}  // namespace

BuiltinAction docker_login() {
  return {
      .spec = {.uses = "docker/login-action",
               .doc = "Logs in to a container registry for the rest of the job.",
               .inputs = {{.name = "registry", .doc = "host[:port]; default: Docker Hub"},
                          {.name = "username", .doc = "user at the registry"},
                          {.name = "password", .doc = "password or token"},
                          {.name = "scope", .doc = "not supported yet"},
                          {.name = "ecr", .doc = "is it Amazon ECR: auto, true, false", .fallback = "auto"},
                          {.name = "logout", .doc = "log out when the job ends", .fallback = "true"},
                          {.name = "registry-auth", .doc = "not supported yet"}},
               .outputs = {},
               .first_major = 1,
               .last_major = 4},
      .run = run,
      .post = post,
      .effects = effects,
      .differences = differences,
      .problems = problems,
      .requirements = login_requirements};
}

}  // namespace runner
