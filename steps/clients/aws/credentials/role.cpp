// Roles: STS is asked, with the credentials of another profile, of the surroundings, or with a token file.
#include <algorithm>
#include <charconv>

#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/aws/credentials/credentials.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

ConfigurationError invalid_role(std::string text) { return {255, std::move(text)}; }

std::string session_name(const Chain& chain, std::string chosen) {
  if (!chosen.empty()) return chosen;
  const auto epoch = std::chrono::duration_cast<std::chrono::seconds>(chain.world.now().time_since_epoch());
  return fmt::format("botocore-session-{}", epoch.count());
}

// STS, as the caller is configured but with other credentials.
Json ask_sts(const Chain& chain, std::optional<Credentials> credentials, std::string_view operation,
             const Json& input) {
  auto options = chain.options;
  options.sign = credentials.has_value();
  options.credentials = std::move(credentials);
  // the address given on the command line is that of the service which is called, not of STS
  options.endpoint_url.clear();
  if (options.region.empty()) options.region = chain.region.empty() ? "us-east-1" : chain.region;
  Session session(std::move(options), chain.world);
  return Client(session, "sts").call(operation, input);
}

constexpr CredentialNames kSts{"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"};

std::string whose(const std::string& role, const Chain& chain) {
  return fmt::format("role {} of profile {}", role, chain.profile);
}

bool has_keys(const Settings& settings) {
  return settings.contains("aws_access_key_id") || settings.contains("aws_secret_access_key");
}

bool names_role(const Settings& settings) {
  return settings.contains("role_arn") && !settings.contains("web_identity_token_file");
}

using Visited = std::vector<std::string>;

void check_source_profile(const Chain& chain, const std::string& source, const Visited& visited) {
  const auto& profiles = chain.configuration.profiles;
  const auto at = profiles.find(source);
  if (at == profiles.end()) {
    throw invalid_role(fmt::format(
        "The source_profile \"{}\" referenced in the profile \"{}\" does not exist.", source, chain.profile));
  }
  if (std::find(visited.begin(), visited.end(), source) == visited.end()) return;
  // a profile may name itself: its own keys, then its role
  if (source == chain.profile && has_keys(at->second)) return;
  throw invalid_role(
      fmt::format("Infinite loop in credential configuration detected. Attempting to load from profile {} "
                  "which has already been visited. Visited profiles: {}",
                  source, fmt::join(visited, ", ")));
}

Credentials surroundings(const Chain& chain, const std::string& name) {
  struct Named {
    std::string_view name;
    std::optional<Credentials> (*find)(const Chain&);
  };
  constexpr Named kKnown[] = {{"Environment", environment_credentials},
                              {"Ec2InstanceMetadata", instance_credentials},
                              {"EcsContainer", container_credentials}};
  for (const auto& known : kKnown) {
    if (!equal_ignoring_case(known.name, name)) continue;
    if (auto found = known.find(chain)) return *found;
    throw invalid_role(
        fmt::format("Error when retrieving credentials from {}: No credentials found in credential_source "
                    "referenced in profile {}",
                    name, chain.profile));
  }
  throw invalid_role(fmt::format("The credential source \"{}\" referenced in profile \"{}\" is not valid{}",
                                 name, chain.profile,
                                 did_you_mean(name, {"Environment", "Ec2InstanceMetadata", "EcsContainer"})));
}

Credentials assume_role(const Chain& chain, Visited visited);

Credentials source_credentials(const Chain& chain, Visited visited) {
  const auto source = chain.setting("source_profile"), place = chain.setting("credential_source");
  if (!source.empty() && !place.empty()) {
    throw invalid_role(
        fmt::format("The profile \"{}\" contains both source_profile and credential_source.", chain.profile));
  }
  if (source.empty() && place.empty())
    throw invalid_role(
        "Partial credentials found in assume-role, missing: source_profile or credential_source");
  if (!place.empty()) return surroundings(chain, place);
  check_source_profile(chain, source, visited);
  visited.push_back(source);
  auto other = chain;
  other.profile = source;
  other.profile_is_option = true;
  if (names_role(other.settings()) && !has_keys(other.settings()))
    return assume_role(other, std::move(visited));
  if (auto found = profile_credentials(other)) return *found;
  throw invalid_role(fmt::format("The source profile \"{}\" must have credentials.", source));
}

Credentials assume_role(const Chain& chain, Visited visited) {
  const auto role = chain.setting("role_arn");
  if (!chain.setting("mfa_serial").empty()) {
    throw invalid_role(
        fmt::format("The profile \"{}\" asks for an MFA code (mfa_serial), which nobody can type here: use a "
                    "profile without it, or export the keys of a session",
                    chain.profile));
  }
  const auto source = source_credentials(chain, std::move(visited));
  Json input{{"RoleArn", role}, {"RoleSessionName", session_name(chain, chain.setting("role_session_name"))}};
  if (const auto id = chain.setting("external_id"); !id.empty()) input["ExternalId"] = id;
  int duration = 0;
  const auto seconds = chain.setting("duration_seconds");
  std::from_chars(seconds.data(), seconds.data() + seconds.size(), duration);
  if (duration > 0) input["DurationSeconds"] = duration;
  const auto answer = ask_sts(chain, source, "AssumeRole", input);
  return read_credentials(answer.value("Credentials", Json::object()), kSts, whose(role, chain));
}

}  // namespace

std::optional<Credentials> role_credentials(const Chain& chain) {
  if (!names_role(chain.settings())) return std::nullopt;
  return assume_role(chain, {chain.profile});
}

std::optional<Credentials> web_identity_credentials(const Chain& chain) {
  const auto value = [&](const char* variable, const char* name) {
    const auto set = chain.profile_is_option ? "" : env_value(chain.world.env, variable);
    return set.empty() ? chain.setting(name) : set;
  };
  const auto file = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
  if (file.empty()) return std::nullopt;
  const auto role = value("AWS_ROLE_ARN", "role_arn");
  if (role.empty()) {
    throw invalid_role(
        "The provided profile or the current environment is configured to assume role with web identity but "
        "has no role ARN configured. Ensure that the profile has the role_arn configuration set or the "
        "AWS_ROLE_ARN env var is set.");
  }
  const Json input{
      {"RoleArn", role},
      {"RoleSessionName", session_name(chain, value("AWS_ROLE_SESSION_NAME", "role_session_name"))},
      {"WebIdentityToken", std::string(trim(read_file(expand_home(chain.world.env, file))))}};
  const auto answer = ask_sts(chain, std::nullopt, "AssumeRoleWithWebIdentity", input);
  return read_credentials(answer.value("Credentials", Json::object()), kSts, whose(role, chain));
}

}  // namespace runner::aws
