// steps/clients/docker/build/secrets.hpp -- the inputs secrets, secret-envs and secret-files of
// docker/build-push-action.
#pragma once
#include "steps/clients/docker/build/session.hpp"
#include "steps/step.hpp"

namespace runner {

// Every value is masked. What cannot be used is a warning, as in the original.
BuildSecrets build_secrets(StepHost& host);

}  // namespace runner
