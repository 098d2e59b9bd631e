#include "steps/clients/aws/credentials/assume_role.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

constexpr size_t kLongestTag = 256;

// A tag's value takes letters, digits, blanks and _.:/=+-@ only.
std::string tag_value(const std::string& text) {
  constexpr std::string_view kTaken = "_.:/=+-@ ";
  std::string value;
  for (size_t at = 0; at < text.size();) {
    const auto length = std::max<size_t>(1, utf8_length(text, at));
    const auto c = static_cast<unsigned char>(text[at]);
    const bool fine = length > 1 || std::isalnum(c) != 0 || kTaken.find(text[at]) != std::string_view::npos;
    if (value.size() + length > kLongestTag) break;
    value += fine ? text.substr(at, length) : "_";
    at += length;
  }
  return value;
}

struct TagSource {
  const char *key, *context;
};
constexpr TagSource kTags[] = {
    {"Repository", "github.repository"}, {"Workflow", "github.workflow"}, {"Action", "github.action"},
    {"Actor", "github.actor"},           {"Commit", "github.sha"},        {"Branch", "github.ref"}};
// Of the newest version; left out where the role's policies leave no room.
constexpr TagSource kMoreTags[] = {{"EventName", "github.event_name"},
                                   {"BaseRef", "github.base_ref"},
                                   {"HeadRef", "github.head_ref"},
                                   {"RunId", "github.run_id"},
                                   {"Job", "github.job"},
                                   {"TriggeringActor", "github.triggering_actor"}};

void add_tags(Json& tags, const auto& sources, const StepInputs& step) {
  for (const auto& source : sources) {
    if (auto value = tag_value(step.context(source.context)); !value.empty()) {
      tags.push_back({{"Key", source.key}, {"Value", std::move(value)}});
    }
  }
}

void add_custom_tags(Json& tags, const std::string& text) {
  if (text.empty()) return;
  const auto custom = read_ordered_json(text);
  if (!custom.is_object()) {
    throw InputError("custom-tags: expected a JSON object of names and values, like {\"Team\": \"web\"}");
  }
  for (const auto& [key, value] : custom.items()) {
    tags.push_back({{"Key", key}, {"Value", value.is_string() ? value.get<std::string>() : value.dump()}});
  }
}

Json tags_of(const CredentialInputs& inputs, const StepInputs& step, bool all) {
  auto tags = Json::array({{{"Key", "GitHub"}, {"Value", "Actions"}}});
  add_tags(tags, kTags, step);
  if (all) add_tags(tags, kMoreTags, step);
  add_custom_tags(tags, inputs.custom_tags);
  return tags;
}

std::string role_arn(const CredentialInputs& inputs, const std::string& source_account) {
  if (inputs.role.starts_with("arn:")) return inputs.role;
  if (source_account.empty()) {
    throw InputError(
        fmt::format("role-to-assume is the name {}: its account is not known here, so it has to be the ARN "
                    "(arn:aws:iam::ACCOUNT:role/{})",
                    inputs.role, inputs.role));
  }
  return fmt::format("arn:aws:iam::{}:role/{}", source_account, inputs.role);
}

Json request_for(const CredentialInputs& inputs, const std::string& source_account) {
  Json request{{"RoleArn", role_arn(inputs, source_account)},
               {"RoleSessionName", inputs.session_name},
               {"DurationSeconds", inputs.duration_seconds}};
  if (!inputs.inline_policy.empty()) request["Policy"] = inputs.inline_policy;
  for (const auto& arn : inputs.managed_policies) request["PolicyArns"].push_back({{"arn", arn}});
  return request;
}

AssumedRole role_of(const Json& answer) {
  const auto text = [](const Json& object, const char* name) {
    const auto at = object.find(name);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto credentials = answer.value("Credentials", Json::object());
  AssumedRole role;
  role.credentials = {text(credentials, "AccessKeyId"), text(credentials, "SecretAccessKey"),
                      text(credentials, "SessionToken"), std::nullopt, "the assumed role"};
  role.expiration = text(credentials, "Expiration");
  role.id = text(answer.value("AssumedRoleUser", Json::object()), "AssumedRoleId");
  if (role.credentials.access_key_id.empty()) throw Error("assume a role: the answer of STS has no keys");
  return role;
}

}  // namespace

Identity caller_identity(Session& session) {
  const auto answer = Client(session, "sts").call("GetCallerIdentity", Json::object());
  Identity identity{answer.value("Account", ""), answer.value("Arn", "")};
  if (identity.account.empty()) throw Error("Could not get Account ID or ARN from STS");
  return identity;
}

AssumedRole assume_role(Session& session, const CredentialInputs& inputs, const std::string& source_account,
                        const StepInputs& step) {
  Client sts(session, "sts");
  auto request = request_for(inputs, source_account);
  if (!inputs.external_id.empty()) request["ExternalId"] = inputs.external_id;
  if (inputs.skip_tagging) return role_of(sts.call("AssumeRole", request));
  if (!inputs.transitive_tags.empty()) request["TransitiveTagKeys"] = inputs.transitive_tags;
  const bool newest = step.version().at_least(6);
  request["Tags"] = tags_of(inputs, step, newest);
  try {
    return role_of(sts.call("AssumeRole", request));
  } catch (const ServiceError& error) {
    if (!newest || error.code() != "PackedPolicyTooLarge") throw;
    request["Tags"] = tags_of(inputs, step, false);
    return role_of(sts.call("AssumeRole", request));
  }
}

AssumedRole assume_role_with_token(Session& session, const CredentialInputs& inputs,
                                   const std::string& token) {
  auto request = request_for(inputs, "");
  request["WebIdentityToken"] = token;
  return role_of(Client(session, "sts").call("AssumeRoleWithWebIdentity", request));
}

std::string job_token(Http& http, const Environment& env, const std::string& audience, std::stop_token stop) {
  HttpRequest request;
  request.url = env_value(env, "ACTIONS_ID_TOKEN_REQUEST_URL");
  if (request.url.empty()) throw Error("getIDToken call failed: ACTIONS_ID_TOKEN_REQUEST_URL is not set");
  if (!audience.empty()) {
    request.url +=
        (request.url.find('?') == std::string::npos ? "?" : "&") + ("audience=" + percent_encode(audience));
  }
  request.headers = {{"Authorization", "Bearer " + env_value(env, "ACTIONS_ID_TOKEN_REQUEST_TOKEN")},
                     {"Accept", "application/json"}};
  request.timeout = std::chrono::seconds(30);
  request.stop = std::move(stop);
  const auto response = http.send(request);
  const auto answer = read_json(response.body);
  if (response.status != 200 || !answer.is_object() || !answer.contains("value") ||
      !answer["value"].is_string())
    throw Error("getIDToken call failed: HTTP status {} and no token in the answer", response.status);
  return answer["value"];
}

}  // namespace runner::aws
