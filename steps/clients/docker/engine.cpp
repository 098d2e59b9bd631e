#include "steps/clients/docker/engine.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/json_stream.hpp"
#include "steps/clients/docker/reference.hpp"

namespace runner {
namespace {

using nlohmann::json;

constexpr std::string_view kApiVersion =
    "1.41";  // all that is asked for is in it, and Engine 20.10 speaks it

std::pair<int, int> number(std::string_view version) {
  int major = 0, minor = 0;
  std::sscanf(std::string(version).c_str(), "%d.%d", &major, &minor);
  return {major, minor};
}

// Ours, unless the engine is too old or no longer takes it.
std::string common_version(const std::string& newest, const std::string& oldest) {
  std::string version(kApiVersion);
  if (!newest.empty() && number(newest) < number(version)) version = newest;
  if (!oldest.empty() && number(version) < number(oldest)) version = oldest;
  return version;
}

std::string error_text(int status, const std::string& body) {
  const auto answer = read_json(body);
  if (answer.is_object() && !text_member(answer, "message").empty()) return text_member(answer, "message");
  return fmt::format("HTTP status {}", status);
}

std::string stream_error(const json& object) {
  if (const auto detail = object.find("errorDetail"); detail != object.end() && detail->is_object()) {
    if (auto text = text_member(*detail, "message"); !text.empty()) return text;
  }
  return text_member(object, "error");
}

}  // namespace

void DockerEngine::cannot_connect() const {
  if (!address_.unix_socket.empty() && ::access(address_.unix_socket.c_str(), R_OK | W_OK) != 0 &&
      errno == EACCES) {
    throw Error(
        "permission denied while trying to connect to the Docker daemon socket at {}: this user may not use "
        "it (is the user in the group \"docker\"?)",
        address_.text);
  }
  throw Error("Cannot connect to the Docker daemon at {}. Is the docker daemon running?", address_.text);
}

const EngineFacts& DockerEngine::facts() {
  if (facts_) return *facts_;
  HttpRequest request;
  request.url = address_.base_url + "/version";
  request.unix_socket = address_.unix_socket;
  request.stop = stop_;
  HttpResponse response;
  try {
    response = http_.send(request);
  } catch (const HttpError&) {
    if (stop_.stop_requested()) throw;
    cannot_connect();
  }
  const auto answer = read_json(response.body);
  if (response.status != 200 || !answer.is_object()) {
    throw Error("ask the Docker daemon at {} for its version: {}", address_.text,
                error_text(response.status, response.body));
  }
  EngineFacts facts;
  facts.api_version = common_version(text_member(answer, "ApiVersion"), text_member(answer, "MinAPIVersion"));
  if (const auto os = text_member(answer, "Os"); !os.empty()) facts.os = os;
  if (const auto architecture = text_member(answer, "Arch"); !architecture.empty())
    facts.architecture = architecture;
  return facts_.emplace(facts);
}

// The builder an engine prefers is in a header of /_ping; 20.10, which has both, names none.
bool DockerEngine::has_buildkit() {
  if (facts().os != "linux" || number(facts().api_version) < std::pair(1, 39)) return false;
  HttpRequest request;
  request.url = address_.base_url + "/_ping";
  request.unix_socket = address_.unix_socket;
  request.stop = stop_;
  return http_.send(request).header("Builder-Version") != "1";
}

HttpRequest DockerEngine::http_request(const EngineRequest& request) {
  HttpRequest result;
  result.method = request.method;
  result.url = fmt::format("{}/v{}{}", address_.base_url, facts().api_version, request.path);
  result.headers = request.headers;
  result.body = request.body;
  result.read_body = request.read_body;
  result.unix_socket = address_.unix_socket;
  result.stop = stop_;
  result.timeout = request.timeout;
  result.on_data = request.on_data;
  if (!request.body.empty()) result.headers.emplace_back("Content-Type", "application/json");
  return result;
}

HttpResponse DockerEngine::send(const EngineRequest& request) {
  auto response = http_.send(http_request(request));
  if (response.status >= 400) throw EngineError(error_text(response.status, response.body));
  return response;
}

void DockerEngine::stream(const EngineRequest& request, const std::function<void(const json&)>& sink) {
  auto message = http_request(request);
  std::string error, refusal;
  JsonStream objects([&](const json& object) {
    if (object.size() == 1 && object.contains("message")) refusal = text_member(object, "message");
    if (object.contains("error") || object.contains("errorDetail")) error = stream_error(object);
    sink(object);
  });
  message.on_data = [&](std::string_view piece) { objects.add(piece); };
  const auto response = http_.send(message);
  if (response.status >= 400) {
    throw EngineError(refusal.empty() ? fmt::format("HTTP status {}", response.status) : refusal);
  }
  if (!error.empty()) throw EngineError(error);
}

const std::string& DockerEngine::hub_key() {
  if (hub_key_.empty()) {
    const auto answer =
        json::parse(send({.method = "GET", .path = "/info", .headers = {}, .body = {}, .read_body = {}}).body,
                    nullptr, false);
    if (answer.is_object()) hub_key_ = text_member(answer, "IndexServerAddress");
    if (hub_key_.empty())
      throw Error("ask the Docker daemon at {} for Docker Hub's address: it names none", address_.text);
  }
  return hub_key_;
}

std::string DockerEngine::registry_key(const std::string& registry) {
  const auto host = registry_host(registry);
  if (host.empty()) return hub_key();
  // A host with a port, a bare name or an address is never Docker Hub: no need to ask the engine.
  const bool may_be_hub = std::count(host.begin(), host.end(), '.') <= 2 &&
                          host.find(':') == std::string::npos && host.find('.') != std::string::npos;
  if (!may_be_hub) return host;
  const auto& hub = hub_key();
  auto domain = registry_host(hub);  // "index.DOMAIN"
  if (domain.starts_with("index.")) domain.erase(0, 6);
  for (const auto& alias : {domain, "index." + domain, "registry-1." + domain}) {
    if (host == alias) return hub;
  }
  return host;
}

std::string base64_url(std::string_view bytes) {
  auto text = base64(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::string registry_auth(const std::string& key, const std::optional<Credentials>& credentials) {
  json value = json::object();
  if (credentials) {
    value["serveraddress"] = key;
    if (!credentials->identity_token.empty()) {
      value["identitytoken"] = credentials->identity_token;
    } else {
      value["username"] = credentials->username;
      value["password"] = credentials->password;
    }
  }
  return base64_url(value.dump());
}

DockerEngine docker_engine(const DockerUser& user, Http& http, const DockerConfig& config) {
  return {http, docker_address(user.env, config.folder(), config.current_context()), user.stop};
}

DockerEngine docker_engine(StepHost& host, const DockerConfig& config) {
  return docker_engine(docker_user(host), host.http(), config);
}

DockerConfig docker_config(const DockerUser& user) {
  DockerConfig config(docker_config_folder(user));
  const auto at = user.env.find("DOCKER_AUTH_CONFIG");
  if (at != user.env.end() && !at->second.empty()) config.add_overrides(at->second);
  return config;
}

}  // namespace runner
