// steps/support/docker/build/secrets.hpp -- the inputs secrets, secret-envs and secret-files of
// docker/build-push-action.
#pragma once
#include "steps/step.hpp"
#include "steps/support/docker/build/session.hpp"

namespace runner {

// Every value is masked. What cannot be used is a warning, as in the original.
BuildSecrets build_secrets(StepHost& host);

}  // namespace runner
