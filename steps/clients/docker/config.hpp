// steps/clients/docker/config.hpp -- docker's config.json: who logs in where. Reads also what others wrote;
// writes only into a job's own folder, never the user's.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/step.hpp"

namespace runner {

struct Credentials {
  std::string username, password, identity_token;
  bool empty() const { return username.empty() && password.empty() && identity_token.empty(); }
};

// Asks `docker-credential-HELPER get` for the registry with this key; nothing when it has none.
using CredentialHelper =
    std::function<std::optional<Credentials>(const std::string& helper, const std::string& key)>;
// Whose docker configuration a step, or a plan, reads.
struct DockerUser {
  Environment env;
  std::filesystem::path workspace, user_home;
  std::stop_token stop;
};
DockerUser docker_user(const StepSite& site);
CredentialHelper credential_helper(DockerUser user);

class DockerConfig {
 public:
  // A missing file is an empty configuration. Throws Error naming the file when it is not JSON.
  explicit DockerConfig(const std::filesystem::path& folder);
  ~DockerConfig();
  DockerConfig(DockerConfig&&) noexcept;
  DockerConfig& operator=(DockerConfig&&) noexcept;

  const std::filesystem::path& folder() const { return folder_; }
  std::string current_context() const;
  // DOCKER_AUTH_CONFIG's text: its entries win over the file's.
  void add_overrides(const std::string& json_text);

  // `key`: a registry's host, or Docker Hub's address as the engine names it. Old keys with scheme or path
  // match.
  std::optional<Credentials> find(const std::string& key, const CredentialHelper& helper) const;
  // The login kept for just this repository, "team/app", or for what it lies below, "team".
  std::optional<Credentials> find_for_repository(const std::string& host, std::string path) const;
  std::vector<std::string> registries() const;  // every key known

  // The entry of `key` as it stands, for restore(); "null" where there is none. Holds secrets.
  std::string saved_entry(const std::string& key) const;
  // From now on `key` is looked up in the file, not in the user's keychain.
  void store(const std::string& key, const Credentials& credentials);
  void restore(const std::string& key, const std::string& saved_entry);
  // Mode 0600, whole or not at all. Members this program does not know are kept.
  void write() const;

 private:
  std::filesystem::path folder_;
  std::unique_ptr<nlohmann::json> file_, overrides_;
};

// Where docker's configuration for this step is: DOCKER_CONFIG of its environment, else the user's own
// folder.
std::filesystem::path docker_config_folder(const DockerUser& user);
// The same to write in: without DOCKER_CONFIG a copy named `name` in the job's temp folder, exported as
// DOCKER_CONFIG.
std::filesystem::path writable_docker_config(StepHost& host, const std::string& name = "docker-config");

}  // namespace runner
