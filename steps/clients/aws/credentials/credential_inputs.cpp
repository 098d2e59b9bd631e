#include "steps/clients/aws/credentials/credential_inputs.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

// Since v4.3 most inputs are also taken from the environment: ROLE_TO_ASSUME, AWS_REGION.
std::string text_of(const StepInputs& step, const char* name) {
  auto value = step.input(name);
  if (!value.empty() || !step.version().at_least(4, 3)) return value;
  return env_value(step.env(), replace_all(upper(name), "-", "_"));
}

bool flag(const StepInputs& step, const char* name, bool fallback = false) {
  const auto value = text_of(step, name);
  if (value.empty()) return fallback;
  if (value == "true" || value == "True" || value == "TRUE") return true;
  if (value == "false" || value == "False" || value == "FALSE") return false;
  return boolean_input(step, name);  // has the words for it
}

// Lines, or words between commas: both are seen.
std::vector<std::string> list(const std::string& text) {
  std::vector<std::string> items;
  for (const auto line : split_lines(text)) {
    for (const auto part : split(line, ',')) {
      if (const auto item = trim(part); !item.empty()) items.emplace_back(item);
    }
  }
  return items;
}

int number(const std::string& text, int fallback) {
  const int value = std::atoi(text.c_str());
  return value == 0 ? fallback : value;
}

bool open(std::string_view text) { return expr::has_expression(text); }

bool valid_region(const std::string& region) {
  return std::all_of(region.begin(), region.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool has_oidc(const Environment& env) { return !env_value(env, "ACTIONS_ID_TOKEN_REQUEST_TOKEN").empty(); }

// What the chain would find without asking this machine's cloud.
bool has_ambient(const Environment& env) {
  for (const auto* name : {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
                           "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}) {
    if (!env_value(env, name).empty()) return true;
  }
  return false;
}

// What STS takes as the name of a session, and the original asks for before it asks STS.
std::string wrong_session_name(const std::string& name) {
  constexpr std::string_view kAllowed = "_+=,.@-";
  if (name.size() < 2 || name.size() > 64)
    return fmt::format("Role session name must be between 2 and 64 characters, got {}: '{}'", name.size(),
                       name);
  const auto fine = [&](unsigned char c) {
    return std::isalnum(c) != 0 || kAllowed.find(char(c)) != kAllowed.npos;
  };
  if (std::all_of(name.begin(), name.end(), fine)) return {};
  return fmt::format("Role session name is not valid: '{}'. It may have letters, digits and {}", name,
                     kAllowed);
}

std::string missing_credentials(const CredentialInputs& inputs, const StepInputs& step) {
  if (way_of(inputs, step.env()) != CredentialWay::surroundings || inputs.chaining ||
      has_ambient(step.env())) {
    return {};
  }
  if (!inputs.role.empty()) {
    return fmt::format(
        "role-to-assume is {} and there are no keys: on GitHub a token of the job (OIDC) would stand for "
        "them, and here is nobody to issue one that AWS accepts. Give aws-access-key-id and "
        "aws-secret-access-key, or {}",
        inputs.role, stand_in_advice(inputs));
  }
  if (!step.given("aws-access-key-id")) return {};  // the machine's own credentials are asked for
  return fmt::format("aws-access-key-id is empty: is its secret set? Or {}", stand_in_advice(inputs));
}

}  // namespace

CredentialInputs read_credential_inputs(const StepInputs& step) {
  const auto version = step.version();
  CredentialInputs in;
  in.region = text_of(step, "aws-region");
  in.access_key_id = step.input("aws-access-key-id");
  in.secret_access_key = step.input("aws-secret-access-key");
  in.session_token = step.input("aws-session-token");
  in.role = text_of(step, "role-to-assume");
  in.session_name = text_of(step, "role-session-name");
  if (in.session_name.empty()) in.session_name = "GitHubActions";
  const bool six_hours = !version.at_least(3) && !in.access_key_id.empty();
  in.duration_seconds = number(text_of(step, "role-duration-seconds"), six_hours ? 21'600 : 3'600);
  in.external_id = text_of(step, "role-external-id");
  in.inline_policy = text_of(step, "inline-session-policy");
  in.managed_policies = list(text_of(step, "managed-session-policies"));
  in.transitive_tags = list(text_of(step, "transitive-tag-keys"));
  in.custom_tags = text_of(step, "custom-tags");
  in.token_file = text_of(step, "web-identity-token-file");
  in.audience = text_of(step, "audience");
  if (in.audience.empty()) in.audience = "sts.amazonaws.com";
  in.sts_endpoint = text_of(step, "sts-endpoint");
  in.allowed_accounts = list(text_of(step, "allowed-account-ids"));
  in.profile_to_write = step.input("aws-profile");
  in.overwrite_profile = flag(step, "overwrite-aws-profile");
  in.skip_tagging = flag(step, "role-skip-session-tagging");
  in.chaining = flag(step, "role-chaining");
  in.skip_oidc = flag(step, "force-skip-oidc");
  in.mask_account = flag(step, "mask-aws-account-id", !version.at_least(3));
  in.output_them = flag(step, "output-credentials");
  in.export_them =
      flag(step, "output-env-credentials", !(version.at_least(6) && !in.profile_to_write.empty()));
  in.unset_current = flag(step, "unset-current-credentials");
  in.use_existing = is_true(text_of(step, "use-existing-credentials"));
  in.attempts =
      flag(step, "disable-retry") ? 1 : std::max(1, number(text_of(step, "retry-max-attempts"), 12));
  in.stand_in = step.aws_profile(in.role);
  return in;
}

CredentialWay way_of(const CredentialInputs& in, const Environment& env) {
  if (!in.access_key_id.empty()) return in.role.empty() ? CredentialWay::keys : CredentialWay::keys_and_role;
  if (!in.role.empty() && !in.token_file.empty()) return CredentialWay::token_file;
  if (in.chaining) return CredentialWay::surroundings;
  if (!in.role.empty() && !in.skip_oidc && has_oidc(env)) return CredentialWay::oidc;
  return in.stand_in.empty() ? CredentialWay::surroundings : CredentialWay::stand_in;
}

std::string problem_of(const CredentialInputs& in, const StepInputs& step) {
  if (in.region.empty()) return "Input required and not supplied: aws-region";
  if (!open(in.region) && !valid_region(in.region)) return "Region is not valid: " + in.region;
  if (!in.access_key_id.empty() && in.secret_access_key.empty()) {
    return "'aws-secret-access-key' must be provided if 'aws-access-key-id' is provided";
  }
  if (!in.role.empty() && !open(in.session_name)) {
    if (auto why = wrong_session_name(in.session_name); !why.empty()) return why;
  }
  return missing_credentials(in, step);
}

std::string stand_in_advice(const CredentialInputs& in) {
  return fmt::format(
      "let a profile of this machine stand in: --aws-profile NAME{}, on the command line or in .runnerrc",
      in.role.empty() ? "" : fmt::format(" (or --aws-profile {}=NAME for this role alone)", in.role));
}

}  // namespace runner::aws
