// steps/clients/aws/credentials/credentials.hpp -- where credentials come from: the chain of sources and its
// order (aws.md 2.7). Session keeps what is found here and asks again before it expires.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "steps/clients/aws/config_file.hpp"
#include "steps/clients/aws/session.hpp"

namespace runner::aws {

struct Chain {
  const Configuration& configuration;
  std::string profile;
  bool profile_is_option = false;  // chosen by --profile: then the environment's keys do not count
  std::string region;
  const Options& options;
  const World& world;

  const Settings& settings() const;                  // of the profile; empty when there is none
  std::string setting(std::string_view name) const;  // "" when absent
};

// Throws ConfigurationError when there are none, and what the source that was chosen throws.
Credentials find_credentials(const Chain& chain);
// The sources that a profile alone can be: what source_profile means. Nothing when it has none.
std::optional<Credentials> profile_credentials(const Chain& chain);

// The sources, one file each: nothing when it is not configured, an error when it is and does not work.
std::optional<Credentials> environment_credentials(const Chain& chain);
std::optional<Credentials> role_credentials(const Chain& chain);
std::optional<Credentials> web_identity_credentials(const Chain& chain);
std::optional<Credentials> sso_credentials(const Chain& chain);
std::optional<Credentials> process_credentials(const Chain& chain);
std::optional<Credentials> container_credentials(const Chain& chain);
std::optional<Credentials> instance_credentials(const Chain& chain);

// The forms in which sources answer. Throws ConfigurationError naming `source` when a part is missing.
struct CredentialNames {
  const char *key, *secret, *token, *expires;
};
Credentials read_credentials(const nlohmann::ordered_json& answer, const CredentialNames& names,
                             const std::string& source);

}  // namespace runner::aws
