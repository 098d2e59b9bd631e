// steps/clients/aws/credentials/assume_role.hpp -- the STS side of aws-actions/configure-aws-credentials: who
// am I, a role assumed with keys or with a token, the tags of its session.
#pragma once
#include <string>

#include "steps/clients/aws/credentials/credential_inputs.hpp"
#include "steps/clients/aws/session.hpp"

namespace runner::aws {

struct Identity {
  std::string account, arn;
};
Identity caller_identity(Session& session);

struct AssumedRole {
  Credentials credentials;
  std::string id, expiration;  // "AROA...:GitHubActions"; ISO 8601
};
// With the session's own credentials. `step` names what the session is tagged with.
AssumedRole assume_role(Session& session, const CredentialInputs& inputs, const std::string& source_account,
                        const StepInputs& step);
// `session` signs nothing.
AssumedRole assume_role_with_token(Session& session, const CredentialInputs& inputs,
                                   const std::string& token);

// Asks the job's OIDC endpoint (services.md 8). Throws Error.
std::string job_token(Http& http, const Environment& env, const std::string& audience, std::stop_token stop);

}  // namespace runner::aws
