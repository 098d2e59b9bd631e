// docker/login-action: checks users and passwords of registries with the engine and keeps them for the job.
#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/aws/ecr_tokens.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/login.hpp"
#include "steps/clients/docker/reference.hpp"
#include "steps/clients/docker/requirements.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace docker_login_action {
namespace {

bool known_only_at_run(std::string_view text) { return expr::has_expression(text); }

// "<12 digits>.dkr.ecr.<region>.<domain>", or ECR Public: there user and password are AWS keys.
bool is_ecr(std::string_view host) {
  if (host == aws::kEcrPublicHost) return true;
  const auto dot = host.find('.');
  return dot == 12 && host.substr(dot).starts_with(".dkr.ecr") &&
         std::all_of(host.begin(), host.begin() + 12, [](unsigned char c) { return std::isdigit(c); });
}

// One registry to log in to: the inputs themselves, or an item of registry-auth.
struct Login {
  std::string registry, username, password, scope, ecr;
  std::string shown() const { return registry.empty() ? "Docker Hub" : registry; }
};

std::string text_of(const nlohmann::ordered_json& item, const char* name) {
  const auto at = item.find(name);
  if (at == item.end() || at->is_null()) return {};
  return std::string(trim(at->is_string() ? at->get<std::string>() : at->dump()));
}

std::vector<Login> listed_logins(const std::string& text) {
  constexpr auto kForm = "registry-auth: expected a YAML list of {registry, username, password, scope, ecr}";
  const auto list = parse_json_or_yaml(text, "registry-auth", YamlReader::js_yaml);
  if (!list.is_array()) throw InputError(kForm);
  std::vector<Login> logins;
  for (const auto& item : list) {
    if (!item.is_object()) throw InputError(kForm);
    logins.push_back({text_of(item, "registry"), text_of(item, "username"), text_of(item, "password"),
                      text_of(item, "scope"), text_of(item, "ecr")});
  }
  if (logins.empty()) throw InputError("No registry to login");
  return logins;
}

std::vector<Login> logins_of(const StepInputs& inputs) {
  const auto list = inputs.input("registry-auth");
  if (list.empty()) {
    return {{inputs.input("registry"), inputs.input("username"), inputs.input("password"),
             inputs.input("scope"), inputs.input("ecr")}};
  }
  for (const auto* name : {"registry", "username", "password", "scope", "ecr"}) {
    if (inputs.given(name) && !inputs.input(name).empty())
      throw InputError("Cannot use registry-auth with other inputs");
  }
  return listed_logins(list);
}

bool wants_ecr(const Login& login) {
  if (login.ecr.empty() || login.ecr == "auto") return is_ecr(registry_host(login.registry));
  for (const auto* yes : {"true", "True", "TRUE"}) {
    if (login.ecr == yes) return true;
  }
  for (const auto* no : {"false", "False", "FALSE"}) {
    if (login.ecr == no) return false;
  }
  throw InputError(fmt::format("ecr: expected auto, true or false, found '{}'", login.ecr));
}

// Why the login cannot be done as it is written; "" when it can.
std::string problem_of(const Login& login) {
  if (known_only_at_run(login.ecr)) return {};
  if (!known_only_at_run(login.scope)) check_login_scope(login.scope);
  if (wants_ecr(login)) {  // then the job's own AWS keys do
    return login.username == "AWS"
               ? "at Amazon ECR username and password are AWS keys, or not given: with `ecr: false` the "
                 "step takes user AWS and the password of `aws ecr get-login-password`"
               : "";
  }
  if (login.username.empty() && login.password.empty()) return "Username and password required";
  if (login.username.empty()) return "Username required";
  return login.password.empty() ? "Password required" : "";
}

// The login holds for the whole registry after all: a switch of the original.
std::string scope_of(const StepInputs& inputs, const Login& login) {
  const auto off = env_value(inputs.env(), "DOCKER_LOGIN_SCOPE_DISABLED");
  return is_true(off) || off == "1" ? "" : login.scope;
}

// Keeps logins under numbers, one after another, for the post.
class Keeper {
 public:
  explicit Keeper(StepHost& host) : host_(host) {}

  void keep(const std::string& name, const std::string& registry, const Credentials& credentials,
            const std::string& scope) {
    host_.add_mask(base64(credentials.username + ":" + credentials.password));
    host_.log(fmt::format("Logging into {}...", name));
    const auto slot = std::to_string(number_++);
    if (keep_registry_login(host_, registry, credentials, slot, scope)) host_.log("Login Succeeded!");
    host_.save_state("name" + slot, name);
  }

 private:
  StepHost& host_;
  size_t number_ = 0;
};

std::string log_in(StepHost& host, const Login& login, Keeper& keeper) {
  keeper.keep(login.shown(), login.registry, {login.username, login.password, ""}, scope_of(host, login));
  return fmt::format("{} as {}", login.shown(), login.username);
}

// The keys of the login, if it has both, in place of those of the job.
Environment aws_environment(const StepHost& host, const Login& login) {
  auto env = host.env();
  if (login.username.empty() || login.password.empty()) return env;
  for (const auto* name : {"AWS_SESSION_TOKEN", "AWS_PROFILE"}) env.erase(name);
  env["AWS_ACCESS_KEY_ID"] = login.username;
  env["AWS_SECRET_ACCESS_KEY"] = login.password;
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

std::vector<aws::EcrToken> ecr_logins(StepHost& host, const Login& login) {
  const auto registry = registry_host(login.registry);
  const auto env = aws_environment(host, login);
  const bool is_public = registry == aws::kEcrPublicHost;
  aws::Options options;
  options.region = is_public ? aws::kEcrPublicRegion : ecr_region(registry);
  aws::Session session(options, {.env = env, .http = host.http(), .stop = host.stop()});
  return is_public ? aws::ecr_public_tokens(session) : aws::ecr_tokens(session, ecr_accounts(host, registry));
}

std::string log_in_to_ecr(StepHost& host, const Login& login, Keeper& keeper) {
  std::string hosts;
  for (const auto& [name, credentials] : ecr_logins(host, login)) {
    host.add_mask(credentials.password);
    keeper.keep(name, name, credentials, scope_of(host, login));
    hosts += (hosts.empty() ? "" : ", ") + name;
  }
  return hosts;
}

StepResult log_in_to_all(StepHost& host) {
  const auto logins = logins_of(host);
  for (const auto& login : logins) {
    if (!login.password.empty()) host.add_mask(login.password);
  }
  for (const auto& login : logins) {
    if (auto why = problem_of(login); !why.empty()) return failure(why);
  }
  Keeper keeper(host);
  std::string note;
  for (const auto& login : logins) {
    const auto done = wants_ecr(login) ? log_in_to_ecr(host, login, keeper) : log_in(host, login, keeper);
    note += (note.empty() ? "" : ", ") + done;
  }
  host.note(note);
  return {};
}

StepResult run(StepHost& host) {
  try {
    return log_in_to_all(host);
  } catch (const EngineError& error) {
    return failure(fmt::format("Error response from daemon: {}", error.what()));
  }
}

StepResult post(StepHost& host) {
  if (!boolean_input(host, "logout")) return {};
  try {
    size_t count = 0;
    while (!host.state("key" + std::to_string(count)).empty()) ++count;
    while (count-- > 0) {  // the last first: each brings back what stood there before it
      const auto slot = std::to_string(count);
      drop_registry_login(host, slot);
      host.log(fmt::format("Removing login credentials for {}", host.state("name" + slot)));
    }
  } catch (const std::exception& error) {
    host.warn(error.what());
  }
  return {};
}

std::string effect_of(const Login& login) {
  if (!known_only_at_run(login.ecr) && wants_ecr(login))
    return fmt::format("get a token of Amazon ECR, log in to {}", login.shown());
  return fmt::format("log in to {} as {}{}", login.shown(), login.username,
                     login.scope.empty() ? "" : " for " + login.scope);
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::vector<std::string> lines;
  try {
    for (const auto& login : logins_of(inputs)) lines.push_back(effect_of(login));
  } catch (const std::exception&) {  // an item that only a run can read, or a problem: told as such
    return {"log in to the registries of registry-auth"};
  }
  return lines;
}

// The login itself is left to the run; later steps of the plan may ask the registry with it. Docker Hub goes
// by an address that the engine knows: its images are asked for as far as they are public.
std::vector<std::string> differences(PlanHost& host) {
  for (const auto& login : logins_of(host)) {
    const Credentials credentials{login.username, login.password, ""};
    const auto key = registry_host(login.registry);
    const bool known = !known_only_at_run(key) && !known_only_at_run(credentials.password);
    const bool plain = known && !known_only_at_run(login.ecr) && !wants_ecr(login) && login.scope.empty();
    if (plain && !key.empty() && !credentials.empty()) plan_registry_login(host, key, credentials);
  }
  return effects(host);
}

std::vector<std::string> problems(const StepInputs& inputs) {
  const bool known = !known_only_at_run(inputs.input("registry-auth"));
  try {
    for (const auto& login : logins_of(inputs)) {
      if (auto why = problem_of(login); !why.empty()) return {why};
    }
  } catch (const InputError& error) {
    return {error.what()};
  } catch (const Error& error) {
    if (known) return {error.what()};  // else its text may be other YAML once it is whole
  }
  return {};
}

}  // namespace
}  // namespace docker_login_action

BuiltinAction docker_login() {
  using namespace docker_login_action;
  return {
      .spec = {.uses = "docker/login-action",
               .doc = "Logs in to a container registry for the rest of the job.",
               .inputs = {{.name = "registry", .doc = "host[:port]; default: Docker Hub", .target = true},
                          {.name = "username", .doc = "user at the registry"},
                          {.name = "password", .doc = "password or token", .secret = true},
                          {.name = "scope", .doc = "repository that the login is for, with @actions"},
                          {.name = "ecr", .doc = "is it Amazon ECR: auto, true, false", .fallback = "auto"},
                          {.name = "logout", .doc = "log out when the job ends", .fallback = "true"},
                          {.name = "registry-auth",
                           .doc = "YAML list: several logins, each with these inputs"}},
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
