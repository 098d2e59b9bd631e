#include "steps/clients/docker/login.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/reference.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// An identity token is given in place of a password by some registries.
Credentials verify(DockerEngine& engine, const std::string& key, Credentials credentials) {
  EngineRequest request;
  request.path = "/auth";
  request.body =
      json{{"username", credentials.username}, {"password", credentials.password}, {"serveraddress", key}}
          .dump();
  const auto response = engine.send(request);
  if (response.status != 200) throw EngineError(fmt::format("HTTP status {}", response.status));
  const auto answer = read_json(response.body);
  if (answer.is_object()) credentials.identity_token = answer.value("IdentityToken", "");
  return credentials;
}

// Without an engine the push that needs the login will tell; Docker Hub's address, though, is known to the
// engine alone.
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
    host.warn(fmt::format("{} The login is kept without a check.", error.what()));
    return registry_host(registry);
  }
}

void keep(StepHost& host, const fs::path& folder, const std::string& key, const Credentials& credentials,
          const std::string& slot) {
  DockerConfig config(folder);
  host.save_state("key" + slot, key);
  host.save_state("before" + slot, config.saved_entry(key));
  host.save_state("folder" + slot, config.folder().string());
  config.store(key, credentials);
  config.write();
}

// Where `docker buildx` looks for a login that is not for the whole registry.
fs::path buildx_folder(const StepHost& host, const fs::path& own, const std::string& registry,
                       const std::string& scope) {
  const auto buildx = env_value(host.env(), "BUILDX_CONFIG");
  const auto root = (buildx.empty() ? own / "buildx" : fs::path(buildx)) / "config";
  const auto at = scope.find('@');
  const auto repository = scope.substr(0, at);
  auto folder = root / registry;
  if (!repository.empty()) folder /= repository;
  return folder.string() + (at == std::string::npos ? "" : scope.substr(at));
}

// Twice: once for `docker buildx`, once for the pushes and builds by the engine, which look under the name of
// the image. The actions after the @ are told apart by the former alone.
void keep_scoped(StepHost& host, const std::string& key, const Credentials& credentials,
                 const std::string& slot, const std::string& scope) {
  const bool hub = key.find("://") != std::string::npos;
  const auto own = writable_docker_config(host);
  const auto folder = buildx_folder(host, own, hub ? kDockerHub : key, scope);
  make_private_folder(folder);
  keep(host, folder, key, credentials, slot + "buildx");
  const auto repository = scope.substr(0, scope.find('@'));
  keep(host, own, repository.empty() ? key : registry_host(key) + "/" + repository, credentials, slot);
}

bool drop(StepHost& host, const std::string& slot) {
  const auto key = host.state("key" + slot);
  if (key.empty()) return false;
  DockerConfig config(host.state("folder" + slot));
  config.restore(key, host.state("before" + slot));
  config.write();
  return true;
}

}  // namespace

bool keep_registry_login(StepHost& host, const std::string& registry, Credentials credentials,
                         const std::string& slot, const std::string& scope) {
  const auto config = docker_config(docker_user(host));
  auto engine = docker_engine(host, config);
  bool reachable = true;
  const auto key = registry_key_or_host(host, engine, registry, reachable);
  if (reachable) credentials = verify(engine, key, std::move(credentials));
  if (!credentials.identity_token.empty()) host.add_mask(credentials.identity_token);
  if (scope.empty()) {
    keep(host, writable_docker_config(host), key, credentials, slot);
  } else {
    keep_scoped(host, key, credentials, slot, scope);
  }
  return reachable;
}

bool drop_registry_login(StepHost& host, const std::string& slot) {
  drop(host, slot + "buildx");
  return drop(host, slot);
}

void check_login_scope(const std::string& scope) {
  const auto at = scope.find('@');
  const auto wrong = [&](const char* why) {
    throw InputError(fmt::format("Invalid scope '{}': {}", scope, why));
  };
  for (const auto part : split(std::string_view(scope).substr(0, at), '/')) {
    if (part == ".." || part == ".") wrong("expected the name of a repository");
  }
  if (scope.starts_with('/')) wrong("expected the name of a repository");
  if (at == std::string::npos) return;
  const auto actions = scope.substr(at + 1);
  if (actions.find('@') != std::string::npos) wrong("scope can contain at most one @ separator");
  for (const auto action : split(actions, ',')) {
    const bool name = !action.empty() &&
                      std::all_of(action.begin(), action.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!name) wrong("scope actions must be lowercase names separated by commas");
  }
}

// DOCKER_AUTH_CONFIG is read before any file: in a plan it stands for what a run would write.
void plan_registry_login(PlanHost& host, const std::string& key, const Credentials& credentials) {
  const auto at = host.env().find("DOCKER_AUTH_CONFIG");
  auto logins = read_json(at == host.env().end() || at->second.empty() ? "{}" : at->second);
  if (!logins.is_object()) logins = json::object();
  const auto login = base64(credentials.username + ":" + credentials.password);
  host.add_mask(login);
  logins["auths"][key]["auth"] = login;
  host.set_env("DOCKER_AUTH_CONFIG", logins.dump());
}

}  // namespace runner
