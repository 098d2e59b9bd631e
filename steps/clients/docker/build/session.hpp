// steps/clients/docker/build/session.hpp -- BuildKit's session: a connection to the engine on which the roles
// are turned, and it asks us while it builds: for secrets, for logins at registries, for files
// (file_sync.hpp).
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "steps/clients/docker/address.hpp"
#include "steps/clients/docker/build/grpc_server.hpp"
#include "steps/clients/docker/config.hpp"
#include "steps/system/fd.hpp"

namespace runner {

using BuildSecrets = std::map<std::string, std::string>;  // by id
using RegistryLogin = std::function<std::optional<Credentials>(const std::string& host)>;

// What BuildKit may ask; called from the session's thread.
GrpcMethods session_methods(BuildSecrets secrets, RegistryLogin login);

class BuildSession {
 public:
  // Connects, and answers in a thread of its own until it is destroyed. Throws Error when the engine offers
  // no sessions or cannot be reached.
  BuildSession(const DockerAddress& address, const std::string& api_version, GrpcMethods methods,
               const std::stop_token& stop);
  ~BuildSession();
  BuildSession(const BuildSession&) = delete;
  BuildSession& operator=(const BuildSession&) = delete;

  const std::string& id() const { return id_; }  // session= of POST /build

 private:
  void upgrade(const std::string& api_version, const std::stop_token& stop);

  std::string id_;
  GrpcMethods methods_;
  Fd connection_, end_;
  std::string received_;  // after the answer to the upgrade
  std::jthread thread_;   // last: it uses what is above
};

}  // namespace runner
