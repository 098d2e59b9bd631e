#include "steps/clients/docker/address.hpp"

#include <unistd.h>

#include <array>
#include <fstream>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::string context_host(const std::string& name, const fs::path& config_folder) {
  const auto file = config_folder / "contexts" / "meta" / hex_sha256(name) / "meta.json";
  std::ifstream in(file);
  if (!in) throw Error("find the docker context \"{}\": {} does not exist", name, file.string());
  const auto meta = nlohmann::json::parse(in, nullptr, false);
  const auto host = nlohmann::json::json_pointer("/Endpoints/docker/Host");
  if (meta.is_discarded() || !meta.contains(host) || !meta[host].is_string()) {
    throw Error("find the docker context \"{}\": {} names no host", name, file.string());
  }
  return meta[host].get<std::string>();
}

// The system's engine, else a rootless one of this user.
std::string default_host(const Environment& env) {
  const std::string system = "/var/run/docker.sock";
  if (fs::exists(system)) return "unix://" + system;
  auto folder = env_value(env, "XDG_RUNTIME_DIR");
  if (folder.empty()) folder = fmt::format("/run/user/{}", ::getuid());
  std::error_code ignored;
  const bool rootless = fs::exists(folder + "/docker.sock", ignored);
  return "unix://" + (rootless ? folder + "/docker.sock" : system);
}

}  // namespace

DockerAddress docker_address(const Environment& env, const fs::path& config_folder,
                             const std::string& current_context) {
  auto host = env_value(env, "DOCKER_HOST");
  if (host.empty()) {
    auto context = env_value(env, "DOCKER_CONTEXT");
    if (context.empty()) context = current_context;
    host = context.empty() || context == "default" ? default_host(env) : context_host(context, config_folder);
  }
  if (host.starts_with("unix://")) return {host, host.substr(7), "http://engine"};
  if (host.starts_with("tcp://") || host.starts_with("http://")) {
    if (!env_value(env, "DOCKER_TLS_VERIFY").empty()) {
      throw Error("connect to the Docker daemon at {}: TLS with client certificates is not supported yet",
                  host);
    }
    return {host, "", "http://" + host.substr(host.find("://") + 3)};
  }
  throw Error("connect to the Docker daemon at {}: only unix:// and tcp:// addresses are supported", host);
}

}  // namespace runner
