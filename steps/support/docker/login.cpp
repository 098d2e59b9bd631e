#include "steps/support/docker/login.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/support/docker/engine.hpp"
#include "steps/support/docker/reference.hpp"

namespace runner {
namespace {

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
    host.annotate({.level = AnnotationLevel::warning,
                   .message = fmt::format("{} The login is kept without a check.", error.what())});
    return registry_host(registry);
  }
}

void keep(StepHost& host, const std::string& key, const Credentials& credentials, const std::string& slot) {
  DockerConfig config(writable_docker_config(host));
  host.save_state("key" + slot, key);
  host.save_state("before" + slot, config.saved_entry(key));
  host.save_state("folder" + slot, config.folder().string());
  config.store(key, credentials);
  config.write();
}

}  // namespace

bool keep_registry_login(StepHost& host, const std::string& registry, Credentials credentials,
                         const std::string& slot) {
  const auto config = docker_config(docker_user(host));
  auto engine = docker_engine(host, config);
  bool reachable = true;
  const auto key = registry_key_or_host(host, engine, registry, reachable);
  if (reachable) credentials = verify(engine, key, std::move(credentials));
  if (!credentials.identity_token.empty()) host.add_mask(credentials.identity_token);
  keep(host, key, credentials, slot);
  return reachable;
}

bool drop_registry_login(StepHost& host, const std::string& slot) {
  const auto key = host.state("key" + slot);
  if (key.empty()) return false;
  DockerConfig config(host.state("folder" + slot));
  config.restore(key, host.state("before" + slot));
  config.write();
  return true;
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
