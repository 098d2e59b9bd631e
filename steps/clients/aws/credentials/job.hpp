// steps/clients/aws/credentials/job.hpp -- gets the credentials that aws-actions/configure-aws-credentials is
// asked for and leaves them in the job: in a run as in a plan that reads its targets.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "steps/clients/aws/credentials/assume_role.hpp"

namespace runner::aws {

struct JobCredentials {
  Identity identity;   // empty where nobody could be asked
  std::string source;  // "access key", "role ... with the access key", "profile dev of this machine"
};

// Masks before it exports. Throws InputError, ServiceError, ConfigurationError, Error.
JobCredentials provide_credentials(StepSite& site, const CredentialInputs& inputs);

// Adds the section `name` to the credentials and config files below `home`/.aws, for programs that are told
// --profile. Throws InputError when it is there and may not be replaced.
void write_profile(const std::filesystem::path& home, const std::string& name, const Credentials& credentials,
                   const std::string& region, bool overwrite);

}  // namespace runner::aws
