#include "steps/clients/aws/credentials/credentials.hpp"

#include "parser/base/json.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

ConfigurationError partial(std::string_view source, std::string_view missing) {
  return {255, fmt::format("Partial credentials found in {}, missing: {}", source, missing)};
}

std::optional<Credentials> static_keys(const Settings& settings, const char* kind,
                                       const std::string& source) {
  Credentials found{.access_key_id = setting_of(settings, "aws_access_key_id"),
                    .secret_access_key = setting_of(settings, "aws_secret_access_key"),
                    .session_token = setting_of(settings, "aws_session_token"),
                    .source = source};
  if (found.access_key_id.empty()) return std::nullopt;
  if (found.secret_access_key.empty()) throw partial(kind, "aws_secret_access_key");
  if (found.session_token.empty()) found.session_token = setting_of(settings, "aws_security_token");
  return found;
}

std::optional<Credentials> file_keys(const Sections& profiles, const Chain& chain, const char* kind) {
  const auto at = profiles.find(chain.profile);
  return at == profiles.end() ? std::nullopt : static_keys(at->second, kind, "profile " + chain.profile);
}

std::optional<Credentials> shared_file_keys(const Chain& chain) {
  return file_keys(chain.configuration.from_credentials, chain, "shared-credentials-file");
}

std::optional<Credentials> config_file_keys(const Chain& chain) {
  return file_keys(chain.configuration.from_config, chain, "config-file");
}

std::optional<Credentials> login_credentials(const Chain& chain) {
  if (chain.setting("login_session").empty()) return std::nullopt;
  throw ConfigurationError(
      255, fmt::format("The profile {} uses a session of \"aws login\", which is not built in: use "
                       "keys, a role, SSO or credential_process",
                       chain.profile));
}

using Source = std::optional<Credentials> (*)(const Chain&);

std::optional<Credentials> first_of(std::initializer_list<Source> sources, const Chain& chain) {
  for (const auto source : sources) {
    if (auto found = source(chain)) return found;
  }
  return std::nullopt;
}

}  // namespace

const Settings& Chain::settings() const {
  static const Settings none;
  const auto at = configuration.profiles.find(profile);
  return at == configuration.profiles.end() ? none : at->second;
}

std::string Chain::setting(std::string_view name) const { return setting_of(settings(), name); }

std::optional<Credentials> environment_credentials(const Chain& chain) {
  const auto& env = chain.world.env;
  Credentials found{.access_key_id = env_value(env, "AWS_ACCESS_KEY_ID"),
                    .secret_access_key = env_value(env, "AWS_SECRET_ACCESS_KEY"),
                    .session_token = env_value(env, "AWS_SECURITY_TOKEN"),
                    .expires = read_time(env_value(env, "AWS_CREDENTIAL_EXPIRATION")),
                    .source = "environment"};
  if (found.access_key_id.empty()) return std::nullopt;
  if (found.secret_access_key.empty()) throw partial("env", "AWS_SECRET_ACCESS_KEY");
  if (found.session_token.empty()) found.session_token = env_value(env, "AWS_SESSION_TOKEN");
  return found;
}

std::optional<Credentials> profile_credentials(const Chain& chain) {
  return first_of({web_identity_credentials, sso_credentials, shared_file_keys, login_credentials,
                   process_credentials, config_file_keys},
                  chain);
}

Credentials find_credentials(const Chain& chain) {
  std::optional<Credentials> found;
  if (!chain.profile_is_option) found = environment_credentials(chain);
  if (!found)
    found =
        first_of({role_credentials, profile_credentials, container_credentials, instance_credentials}, chain);
  if (found) return *found;
  throw ConfigurationError(
      253, "Unable to locate credentials. You can configure credentials by running \"aws configure\".");
}

Credentials read_credentials(const nlohmann::ordered_json& answer, const CredentialNames& names,
                             const std::string& source) {
  const auto text = [&](const char* name, bool needed) -> std::string {
    const auto at = answer.is_object() ? answer.find(name) : answer.end();
    if (answer.is_object() && at != answer.end() && at->is_string()) return at->get<std::string>();
    if (!needed) return {};
    throw ConfigurationError(255,
                             fmt::format("Error when retrieving credentials from {}: Missing required key in "
                                         "response: '{}'",
                                         source, name));
  };
  return {.access_key_id = text(names.key, true),
          .secret_access_key = text(names.secret, true),
          .session_token = text(names.token, false),
          .expires = read_time(text(names.expires, false)),
          .source = source};
}

}  // namespace runner::aws
