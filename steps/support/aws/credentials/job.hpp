// steps/support/aws/credentials/job.hpp -- gets the credentials that aws-actions/configure-aws-credentials is
// asked for and leaves them in the job: in a run as in a plan that reads its targets.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "steps/support/aws/credentials/assume_role.hpp"

namespace runner::aws {

// What a run and a plan have in common.
struct JobSurface {
  const StepInputs& step;
  World world;
  std::filesystem::path workspace, user_home;
  std::function<void(std::string_view name, std::string value)> set_env, set_output;
  std::function<void(std::string_view secret)> add_mask;
  std::function<void(std::string_view text)> log, warn;
};

struct JobCredentials {
  Identity identity;   // empty where nobody could be asked
  std::string source;  // "access key", "role ... with the access key", "profile dev of this machine"
};

// Masks before it exports. Throws InputError, ServiceError, ConfigurationError, Error.
JobCredentials provide_credentials(const JobSurface& surface, const CredentialInputs& inputs);

// Adds the section `name` to the credentials and config files below `home`/.aws, for programs that are told
// --profile. Throws InputError when it is there and may not be replaced.
void write_profile(const std::filesystem::path& home, const std::string& name, const Credentials& credentials,
                   const std::string& region, bool overwrite);

}  // namespace runner::aws
