// IAM Identity Center: the token that `aws sso login` left is turned into the credentials of an account's
// role.
#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/credentials/credentials.hpp"
#include "steps/clients/aws/endpoint.hpp"
#include "steps/clients/aws/json.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

ConfigurationError sso_error(std::string text) { return {255, std::move(text)}; }

ConfigurationError expired() {
  return sso_error(
      "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO "
      "session "
      "run aws sso login with the corresponding profile.");
}

// The profile's settings with those of the [sso-session] it names.
Settings sso_settings(const Chain& chain) {
  auto settings = chain.settings();
  std::vector<std::string> needed{"sso_role_name", "sso_account_id", "sso_start_url", "sso_region"};
  if (const auto name = setting_of(settings, "sso_session"); !name.empty()) {
    const auto at = chain.configuration.sso_sessions.find(name);
    if (at == chain.configuration.sso_sessions.end())
      throw sso_error(fmt::format("The specified sso-session does not exist: \"{}\"", name));
    settings.insert(at->second.begin(), at->second.end());
  }
  std::erase_if(needed, [&](const auto& name) { return settings.contains(name); });
  if (needed.empty()) return settings;
  throw sso_error(
      fmt::format("The profile \"{}\" is configured to use SSO but is missing required configuration: {}",
                  chain.profile, fmt::join(needed, ", ")));
}

std::string access_token(const Chain& chain, const Settings& settings) {
  const auto session = setting_of(settings, "sso_session");
  const auto key = session.empty() ? setting_of(settings, "sso_start_url") : session;
  const auto file = expand_home(chain.world.env, "~/.aws/sso/cache/" + hex(sha1(key)) + ".json");
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    throw sso_error(
        fmt::format("Error loading SSO Token: Token for {} does not exist: run aws sso login --profile {}",
                    key, chain.profile));
  }
  const auto token = read_ordered_json(read_file(file));
  const auto text = [&](const char* name) {
    return token.is_object() && token.contains(name) && token[name].is_string()
               ? token[name].get<std::string>()
               : "";
  };
  if (text("accessToken").empty())
    throw sso_error(fmt::format("Error loading SSO Token: Token for {} is invalid.", key));
  const auto until = read_time(text("expiresAt"));
  if (!until || *until <= chain.world.now()) throw expired();
  return text("accessToken");
}

Json ask_portal(const Chain& chain, const Settings& settings, const std::string& token) {
  auto options = chain.options;
  options.endpoint_url.clear();
  const Session session(std::move(options), chain.world);
  const auto region = setting_of(settings, "sso_region");
  auto address = session.configured_endpoint("SSO");
  if (address.empty()) address = fmt::format("https://portal.sso.{}.{}", region, dns_suffix(region));
  auto request =
      request_for(session, fmt::format("{}/federation/credentials?role_name={}&account_id={}", address,
                                       percent_encode(setting_of(settings, "sso_role_name")),
                                       percent_encode(setting_of(settings, "sso_account_id"))));
  request.headers = {{"x-amz-sso_bearer_token", token}};
  const auto answer = chain.world.http.send(request);
  if (answer.status == 401) throw expired();
  const auto json = read_ordered_json(answer.body);
  if (answer.status == 200 && json.is_object()) return json.value("roleCredentials", Json::object());
  throw sso_error(fmt::format("Error when retrieving credentials from sso: status {}: {}", answer.status,
                              json.is_object() ? json.value("message", "") : ""));
}

}  // namespace

std::optional<Credentials> sso_credentials(const Chain& chain) {
  if (chain.setting("sso_role_name").empty() && chain.setting("sso_account_id").empty()) return std::nullopt;
  const auto settings = sso_settings(chain);
  auto answer = ask_portal(chain, settings, access_token(chain, settings));
  // milliseconds since 1970
  if (answer.contains("expiration") && answer["expiration"].is_number())
    answer["expiration"] = fmt::format("{:.3f}", answer["expiration"].get<double>() / 1000);
  return read_credentials(answer, {"accessKeyId", "secretAccessKey", "sessionToken", "expiration"},
                          "SSO of profile " + chain.profile);
}

}  // namespace runner::aws
