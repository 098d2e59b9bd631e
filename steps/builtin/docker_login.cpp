// docker/login-action: checks a registry's user and password with the engine and keeps them for the job.
#include <algorithm>
#include <cctype>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "parser/base/text.hpp"
#include "steps/step.hpp"
#include "steps/support/docker/config.hpp"
#include "steps/support/docker/engine.hpp"
#include "steps/support/docker/reference.hpp"
#include "steps/support/docker/step_failure.hpp"

namespace runner {
namespace {

using nlohmann::json;

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
           "user AWS "
           "and the password of `aws ecr get-login-password`";
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

// Throws EngineError when the registry refuses. An identity token is given in place of a password by some
// registries.
Credentials verify(DockerEngine& engine, const std::string& key, Credentials credentials) {
  EngineRequest request;
  request.path = "/auth";
  request.body =
      json{{"username", credentials.username}, {"password", credentials.password}, {"serveraddress", key}}
          .dump();
  const auto response = engine.send(request);
  if (response.status != 200) throw EngineError(fmt::format("HTTP status {}", response.status));
  const auto answer = json::parse(response.body, nullptr, false);
  if (answer.is_object()) credentials.identity_token = answer.value("IdentityToken", "");
  return credentials;
}

// Without an engine the login is kept unchecked, as the push that needs it will tell; Docker Hub's address,
// though, is known to the engine alone.
std::string registry_key_or_host(StepHost& host, DockerEngine& engine, const std::string& registry,
                                 bool& reachable) {
  try {
    engine.facts();
    return engine.registry_key(registry);
  } catch (const EngineError&) {
    throw;
  } catch (const Error& error) {
    if (registry.empty() || host.stop().stop_requested()) throw;
    reachable = false;
    host.annotate({.level = AnnotationLevel::warning,
                   .message = fmt::format("{} The login is kept without a check.", error.what())});
    return registry_host(registry);
  }
}

void keep(StepHost& host, const std::string& key, const Credentials& credentials) {
  DockerConfig config(writable_docker_config(host));
  host.save_state("key", key);
  host.save_state("before", config.saved_entry(key));
  host.save_state("folder", config.folder().string());
  config.store(key, credentials);
  config.write();
}

StepResult log_in(StepHost& host) {
  Credentials credentials{host.input("username"), host.input("password"), ""};
  host.add_mask(credentials.password);
  host.add_mask(base64(credentials.username + ":" + credentials.password));
  host.log(fmt::format("Logging into {}...", shown_registry(host)));
  const auto config = docker_config(host);
  auto engine = docker_engine(host, config);
  bool reachable = true;
  const auto key = registry_key_or_host(host, engine, host.input("registry"), reachable);
  if (reachable) credentials = verify(engine, key, credentials);
  if (!credentials.identity_token.empty()) host.add_mask(credentials.identity_token);
  keep(host, key, credentials);
  if (reachable) host.log("Login Succeeded!");
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

// Puts back what stood there before, so that a later login of the same job does not take an earlier one with
// it.
StepResult post(StepHost& host) {
  const auto key = host.state("key");
  if (key.empty() || !boolean_input(host, "logout")) return {};
  try {
    DockerConfig config(host.state("folder"));
    config.restore(key, host.state("before"));
    config.write();
    host.log(fmt::format("Removing login credentials for {}", shown_registry(host)));
  } catch (const std::exception& error) {
    host.annotate({.level = AnnotationLevel::warning, .message = error.what()});
  }
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  return {fmt::format("log in to {} as {}", shown_registry(inputs), inputs.input("username"))};
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
      .problems = problems};
}

}  // namespace runner
