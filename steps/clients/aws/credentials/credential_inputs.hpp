// steps/clients/aws/credentials/credential_inputs.hpp -- the inputs of aws-actions/configure-aws-credentials
// as values, and which of its ways to credentials they ask for. Reaches nothing: a plan uses it too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"

namespace runner::aws {

struct CredentialInputs {
  std::string region, access_key_id, secret_access_key, session_token;
  std::string role, session_name, external_id, inline_policy, token_file, audience, sts_endpoint;
  std::string profile_to_write, custom_tags;
  std::vector<std::string> managed_policies, transitive_tags, allowed_accounts;
  std::string stand_in;  // --aws-profile for this role
  int duration_seconds = 3600, attempts = 12;
  bool skip_tagging = false, chaining = false, skip_oidc = false, mask_account = false, output_them = false,
       export_them = true, unset_current = false, use_existing = false, overwrite_profile = false;
};

// Throws InputError.
CredentialInputs read_credential_inputs(const StepInputs& step);

enum class CredentialWay {
  keys,           // as they are
  keys_and_role,  // AssumeRole with the keys
  oidc,           // the job's token
  token_file,     // a token in a file
  surroundings,   // what the job's environment or this machine has; AssumeRole with it when there is a role
  stand_in        // a profile of the user's own
};
CredentialWay way_of(const CredentialInputs& inputs, const Environment& env);

// Why the step cannot succeed as it is written; "" when it may. Values known only in the run are let through.
std::string problem_of(const CredentialInputs& inputs, const StepInputs& step);

// "--aws-profile NAME", as advice for this role.
std::string stand_in_advice(const CredentialInputs& inputs);

}  // namespace runner::aws
