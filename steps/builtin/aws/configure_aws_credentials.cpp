// aws-actions/configure-aws-credentials: credentials and a region for the rest of the job, from keys, a role
// or, where there is nobody to issue a token, a profile of this machine that the user names.
#include <fmt/core.h>

#include "steps/clients/aws/credentials/job.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/step.hpp"

namespace runner {
namespace configure_aws_credentials_action {
namespace {

constexpr const char* kKeyVariables[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"};
constexpr const char* kRegionVariables[] = {"AWS_DEFAULT_REGION", "AWS_REGION"};

void clear(StepHost& host) {
  for (const auto* name : kKeyVariables) host.set_env(name, "");
  for (const auto* name : kRegionVariables) host.set_env(name, "");
}

bool already_there(StepHost& host, const aws::CredentialInputs& inputs) {
  aws::Options options;
  options.region = inputs.region;
  options.endpoint_url = inputs.sts_endpoint;
  try {
    aws::Session session(std::move(options), aws::world_of(host));
    aws::caller_identity(session);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

std::string doing(const aws::CredentialInputs& inputs, const Environment& env) {
  switch (aws::way_of(inputs, env)) {
    case aws::CredentialWay::oidc:
      return "Could not assume role with OIDC";
    case aws::CredentialWay::token_file:
      return "Could not assume role with web identity token file";
    case aws::CredentialWay::stand_in:
      return fmt::format("Could not use the profile {} of this machine", inputs.stand_in);
    case aws::CredentialWay::keys_and_role:
    case aws::CredentialWay::keys:
    case aws::CredentialWay::surroundings:
      break;
  }
  return inputs.role.empty() ? "Credentials could not be loaded, please check your action inputs"
                             : "Could not assume role with user credentials";
}

void tell_of_missing_token(StepHost& host, const aws::CredentialInputs& inputs) {
  const auto way = aws::way_of(inputs, host.env());
  if (inputs.role.empty() || inputs.chaining || way != aws::CredentialWay::surroundings) return;
  host.log(
      "There are neither keys nor a token of the job (OIDC): the role is assumed with the credentials that "
      "the "
      "job has.");
}

StepResult configure(StepHost& host, const aws::CredentialInputs& inputs) {
  if (inputs.unset_current && inputs.export_them) clear(host);
  if (auto why = aws::problem_of(inputs, host); !why.empty()) return failure(why);
  if (inputs.export_them) {
    for (const auto* name : kRegionVariables) host.set_env(name, inputs.region);
    host.save_state("exported", "true");
  }
  if (!inputs.profile_to_write.empty()) host.save_state("profile", inputs.profile_to_write);
  if (inputs.use_existing && already_there(host, inputs)) {
    host.annotate({.message = "Pre-existing credentials are valid. No need to generate new ones."});
    return {};
  }
  tell_of_missing_token(host, inputs);
  const auto used = aws::provide_credentials(host, inputs);
  const auto account = used.identity.account.empty() ? "" : "account " + used.identity.account + ", ";
  host.note(fmt::format("{}{}, {}", account, inputs.region, used.source));
  return {};
}

StepResult run(StepHost& host) {
  const auto inputs = aws::read_credential_inputs(host);
  const auto resource = inputs.role.empty() ? std::string("these credentials") : inputs.role;
  try {
    return configure(host, inputs);
  } catch (const InputError& error) {
    return failure(error.what());
  } catch (const std::exception& error) {
    return failure(aws::explained(error, doing(inputs, host.env()), resource));
  }
}

StepResult post(StepHost& host) {
  const auto skip = host.env().find("AWS_SKIP_CLEANUP_STEP");
  if (host.version().at_least(6, 2) && skip != host.env().end() && is_true(skip->second)) return {};
  if (!host.state("exported").empty()) clear(host);
  if (!host.state("profile").empty()) host.set_env("AWS_PROFILE", "");
  return {};
}

std::string who(const aws::CredentialInputs& inputs, const Environment& env) {
  const auto account = aws::account_of(inputs.role);
  const auto role = inputs.role.empty() ? std::string()
                    : account.empty()
                        ? "role " + inputs.role
                        : fmt::format("role {} of account {}", aws::short_arn(inputs.role), account);
  switch (aws::way_of(inputs, env)) {
    case aws::CredentialWay::keys:
      return "the access key";
    case aws::CredentialWay::stand_in:
      return fmt::format("the profile {} of this machine{}", inputs.stand_in,
                         role.empty() ? "" : ", which stands in for " + role);
    case aws::CredentialWay::keys_and_role:
      return role + " with the access key";
    case aws::CredentialWay::oidc:
      return role + " with the job's token";
    case aws::CredentialWay::token_file:
      return role + " with a token file";
    case aws::CredentialWay::surroundings:
      break;
  }
  return role.empty() ? "the credentials that the job has" : role + " with the credentials that the job has";
}

std::vector<std::string> effects(const StepInputs& step) {
  try {
    const auto inputs = aws::read_credential_inputs(step);
    return {fmt::format("use AWS in {}: {}", inputs.region, who(inputs, step.env()))};
  } catch (const InputError& error) {
    return {error.what()};
  }
}

// A plan may use credentials, never write a file for them.
std::vector<std::string> differences(PlanHost& host) {
  auto inputs = aws::read_credential_inputs(host);
  inputs.profile_to_write.clear();
  auto lines = effects(host);
  if (inputs.export_them) {
    for (const auto* name : kRegionVariables) host.set_env(name, inputs.region);
  }
  const auto used = aws::provide_credentials(host, inputs);
  if (!used.identity.account.empty())
    lines.push_back(fmt::format("account {} as {}", used.identity.account, used.identity.arn));
  return lines;
}

std::vector<std::string> problems(const StepInputs& step) {
  try {
    if (auto why = aws::problem_of(aws::read_credential_inputs(step), step); !why.empty()) return {why};
  } catch (const InputError& error) {
    return {error.what()};
  }
  return {};
}

std::vector<InputSpec> inputs_of_spec() {
  return {
      {.name = "aws-region", .doc = "region; exported as AWS_REGION and AWS_DEFAULT_REGION"},
      {.name = "aws-access-key-id", .doc = "key to use, alone or to assume the role with"},
      {.name = "aws-secret-access-key", .doc = "its secret", .secret = true},
      {.name = "aws-session-token", .doc = "its session token, of temporary keys", .secret = true},
      {.name = "role-to-assume", .doc = "ARN, or a name in the account of the keys"},
      {.name = "role-session-name", .doc = "name of the session"},
      {.name = "role-duration-seconds", .doc = "how long it lasts; default: 3600"},
      {.name = "role-external-id", .doc = "external id that the role asks for"},
      {.name = "role-skip-session-tagging", .doc = "no tags on the session"},
      {.name = "role-chaining", .doc = "assume the role with credentials of an earlier step"},
      {.name = "inline-session-policy", .doc = "JSON policy that narrows the session"},
      {.name = "managed-session-policies", .doc = "ARNs of policies that narrow the session, a line each"},
      {.name = "transitive-tag-keys", .doc = "tags that go on to further roles, a line each"},
      {.name = "custom-tags", .doc = "JSON object of further tags"},
      {.name = "web-identity-token-file", .doc = "file with a token to assume the role with"},
      {.name = "audience", .doc = "audience of the job's token; default: sts.amazonaws.com"},
      {.name = "force-skip-oidc", .doc = "never use the job's token"},
      {.name = "mask-aws-account-id", .doc = "keep the account out of the log; default: true up to v2"},
      {.name = "output-credentials", .doc = "credentials as outputs too"},
      {.name = "output-env-credentials", .doc = "export them; default: true"},
      {.name = "unset-current-credentials", .doc = "forget earlier ones first"},
      {.name = "use-existing-credentials", .doc = "keep those that are there when they are valid"},
      {.name = "disable-retry", .doc = "one attempt only"},
      {.name = "retry-max-attempts", .doc = "attempts at most; default: 12"},
      {.name = "special-characters-workaround", .doc = "without effect"},
      {.name = "action-timeout-s", .doc = "without effect"},
      {.name = "allowed-account-ids", .doc = "accounts that the credentials may be of"},
      {.name = "http-proxy", .doc = "without effect: HTTPS_PROXY of this machine is used"},
      {.name = "no-proxy", .doc = "without effect: NO_PROXY of this machine is used"},
      {.name = "sts-endpoint", .doc = "address of STS"},
      {.name = "aws-profile", .doc = "profile to write into the job's ~/.aws"},
      {.name = "overwrite-aws-profile", .doc = "replace the profile where there is one"}};
}

}  // namespace
}  // namespace configure_aws_credentials_action

BuiltinAction configure_aws_credentials() {
  using namespace configure_aws_credentials_action;
  return {
      .spec = {.uses = "aws-actions/configure-aws-credentials",
               .doc = "AWS credentials and region for the rest of the job: keys, a role, or a profile that "
                      "stands in (`--aws-profile`).",
               .inputs = inputs_of_spec(),
               .outputs = {{"aws-account-id", "account of the credentials"},
                           {"authenticated-arn", "who they are of"},
                           {"aws-access-key-id", "with output-credentials"},
                           {"aws-secret-access-key", "with output-credentials"},
                           {"aws-session-token", "with output-credentials"},
                           {"aws-expiration", "with output-credentials"}},
               .first_major = 1,
               .last_major = 6},
      .run = run,
      .post = post,
      .effects = effects,
      .differences = differences,
      .problems = problems};
}

}  // namespace runner
