// steps/clients/docker/address.hpp -- where the Docker Engine is (builtin-actions.md A.1).
#pragma once
#include <filesystem>
#include <string>

#include "steps/step.hpp"

namespace runner {

struct DockerAddress {
  std::string text;         // as docker shows it: "unix:///run/docker.sock"
  std::string unix_socket;  // or
  std::string base_url;     // "http://host:2375"; of a socket any host will do
};

// DOCKER_HOST, else the context of DOCKER_CONTEXT or of config.json, else the default socket. Throws Error
// for an address this program cannot speak to: ssh, TLS.
DockerAddress docker_address(const Environment& env, const std::filesystem::path& config_folder,
                             const std::string& current_context);

}  // namespace runner
