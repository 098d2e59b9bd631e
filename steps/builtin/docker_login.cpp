// docker/login-action: checks a registry's user and password with the engine and keeps them for the job.
#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"
#include "steps/support/aws/ecr_tokens.hpp"
#include "steps/support/docker/engine.hpp"
#include "steps/support/docker/login.hpp"
#include "steps/support/docker/reference.hpp"
#include "steps/support/docker/requirements.hpp"
#include "steps/support/docker/step_failure.hpp"
#include "steps/support/environment.hpp"
#include "steps/support/list_input.hpp"

namespace runner {
namespace {

bool known_only_at_run(std::string_view text) { return text.find("${{") != std::string_view::npos; }

// "<12 digits>.dkr.ecr.<region>.<domain>", or ECR Public: there user and password are AWS keys.
bool is_ecr(std::string_view host) {
  if (host == aws::kEcrPublicHost) return true;
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
  const bool ecr = !known_only_at_run(inputs.input("ecr")) && wants_ecr(inputs);
  if (ecr && inputs.input("username") == "AWS") {
    return "at Amazon ECR username and password are AWS keys, or not given: with `ecr: false` the step takes "
           "user "
           "AWS and the password of `aws ecr get-login-password`";
  }
  return {};
}

std::string missing(const StepInputs& inputs) {
  if (!known_only_at_run(inputs.input("ecr")) && wants_ecr(inputs))
    return {};  // then the job's own AWS keys do
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

// The keys of the step, if it has both, in place of those of the job.
Environment aws_environment(const StepHost& host) {
  auto env = host.env();
  if (host.input("username").empty() || host.input("password").empty()) return env;
  for (const auto* name : {"AWS_SESSION_TOKEN", "AWS_PROFILE"}) env.erase(name);
  env["AWS_ACCESS_KEY_ID"] = host.input("username");
  env["AWS_SECRET_ACCESS_KEY"] = host.input("password");
  return env;
}

// The account and region that a registry's host names: "<account>.dkr.ecr.<region>.<domain>".
std::vector<std::string> ecr_accounts(const StepHost& host, const std::string& registry) {
  std::vector<std::string> accounts;
  if (is_ecr(registry)) accounts.push_back(registry.substr(0, 12));
  for (const auto& id : list_items(env_value(host.env(), "AWS_ACCOUNT_IDS"))) accounts.push_back(id);
  return accounts;
}

std::string ecr_region(const std::string& registry) {
  const auto parts = split(registry, '.');
  return is_ecr(registry) && parts.size() > 3 ? std::string(parts[3]) : "";
}

std::vector<aws::EcrToken> ecr_logins(StepHost& host, const std::string& registry) {
  const auto env = aws_environment(host);
  const bool is_public = registry == aws::kEcrPublicHost;
  aws::Options options;
  options.region = is_public ? aws::kEcrPublicRegion : ecr_region(registry);
  aws::Session session(options, {.env = env, .http = host.http(), .stop = host.stop()});
  return is_public ? aws::ecr_public_tokens(session) : aws::ecr_tokens(session, ecr_accounts(host, registry));
}

StepResult log_in_to_ecr(StepHost& host) {
  if (!host.input("password").empty()) host.add_mask(host.input("password"));
  const auto registry = registry_host(host.input("registry"));
  size_t number = 0;
  std::string hosts;
  for (const auto& [name, login] : ecr_logins(host, registry)) {
    host.add_mask(login.password);
    host.add_mask(base64(login.username + ":" + login.password));
    host.log(fmt::format("Logging into {}...", name));
    if (keep_registry_login(host, name, login, std::to_string(number++))) host.log("Login Succeeded!");
    hosts += (hosts.empty() ? "" : ", ") + name;
  }
  host.note(hosts);
  return {};
}

StepResult run(StepHost& host) {
  if (auto why = unsupported(host); !why.empty()) return failure(why);
  if (auto why = missing(host); !why.empty()) return failure(why);
  try {
    return wants_ecr(host) ? log_in_to_ecr(host) : log_in(host);
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
    for (size_t number = 0; drop_registry_login(host, std::to_string(number)); ++number) {
      host.log(fmt::format("Removing login credentials for {}", host.state("key" + std::to_string(number))));
    }
  } catch (const std::exception& error) {
    host.annotate({.level = AnnotationLevel::warning, .message = error.what()});
  }
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  if (!known_only_at_run(inputs.input("ecr")) && wants_ecr(inputs))
    return {fmt::format("get a token of Amazon ECR, log in to {}", shown_registry(inputs))};
  return {fmt::format("log in to {} as {}", shown_registry(inputs), inputs.input("username"))};
}

// The login itself is left to the run; later steps of the plan may ask the registry with it. Docker Hub goes
// by an address that the engine knows: its images are asked for as far as they are public.
std::vector<std::string> differences(PlanHost& host) {
  Credentials credentials{host.input("username"), host.input("password"), ""};
  const auto key = registry_host(host.input("registry"));
  const bool known = !known_only_at_run(key) && !known_only_at_run(credentials.password);
  const bool plain = known && !known_only_at_run(host.input("ecr")) && !wants_ecr(host);
  if (plain && !key.empty() && !credentials.empty()) plan_registry_login(host, key, credentials);
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
