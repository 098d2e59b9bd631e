// steps/clients/docker/engine.hpp -- requests to the Docker Engine's API: version, errors, streams of JSON.
// What the requests mean is known to those who make them.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "parser/base/error.hpp"
#include "steps/clients/docker/address.hpp"
#include "steps/clients/docker/config.hpp"
#include "steps/system/http.hpp"

namespace runner {

// The engine answered, and the answer is an error. what() is the engine's own text.
class EngineError : public Error {
 public:
  explicit EngineError(const std::string& message) : Error("{}", message) {}
};

struct EngineFacts {
  std::string api_version, os = "linux", architecture = "amd64";
};

struct EngineRequest {
  std::string method = "POST", path;  // without version: "/build?q=1"
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON
  std::function<size_t(char* buffer, size_t size)> read_body;
  std::chrono::milliseconds timeout{0};  // the whole request; 0: none
  // Called with each piece of the answer; without it the answer is collected.
  std::function<void(std::string_view piece)> on_data{};
};

class DockerEngine {
 public:
  DockerEngine(Http& http, DockerAddress address, std::stop_token stop)
      : http_(http), address_(std::move(address)), stop_(std::move(stop)) {}

  const DockerAddress& address() const { return address_; }
  // Connects at first use. Throws Error with docker's "Cannot connect to the Docker daemon at ..." text.
  const EngineFacts& facts();
  // Linux engines have BuildKit since 18.09 unless their configuration turns it off. Connects at first use.
  bool has_buildkit();
  // Throws EngineError for a status of 400 and above.
  HttpResponse send(const EngineRequest& request);
  // Gives each object of the answer. Throws EngineError when one says so, after all have come.
  void stream(const EngineRequest& request, const std::function<void(const nlohmann::json&)>& sink);

  // The key of `registry` in config.json. Docker Hub goes by the address the engine has for it.
  std::string registry_key(const std::string& registry);

 private:
  HttpRequest http_request(const EngineRequest& request);
  [[noreturn]] void cannot_connect() const;
  const std::string& hub_key();

  Http& http_;
  DockerAddress address_;
  std::stop_token stop_;
  std::optional<EngineFacts> facts_;
  std::string hub_key_;
};

// The value of X-Registry-Auth; without credentials that of an anonymous request, which the engine insists
// on.
std::string registry_auth(const std::string& key, const std::optional<Credentials>& credentials);
std::string base64_url(std::string_view bytes);  // RFC 4648 section 5, padded

// For the environment of the step or plan; `config` says which context is current.
DockerEngine docker_engine(const DockerUser& user, Http& http, const DockerConfig& config);
DockerEngine docker_engine(StepHost& host, const DockerConfig& config);
// config.json of the step, DOCKER_AUTH_CONFIG included.
DockerConfig docker_config(const DockerUser& user);

}  // namespace runner
