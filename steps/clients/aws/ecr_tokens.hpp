// steps/clients/aws/ecr_tokens.hpp -- logins at registries of Amazon ECR, as the service hands them out.
#pragma once
#include <string>
#include <vector>

#include "steps/clients/aws/session.hpp"
#include "steps/clients/docker/config.hpp"

namespace runner::aws {

inline constexpr const char* kEcrPublicHost = "public.ecr.aws";
inline constexpr const char* kEcrPublicRegion = "us-east-1";  // the only one that has it

struct EcrToken {
  std::string host;
  runner::Credentials login;
};

// Of the accounts' registries; without accounts of that of the credentials. Throws Error when there is none.
std::vector<EcrToken> ecr_tokens(Session& session, const std::vector<std::string>& accounts);
std::vector<EcrToken> ecr_public_tokens(Session& session);

}  // namespace runner::aws
