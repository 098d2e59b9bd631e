// steps/clients/docker/buildx/build.hpp -- a step's build by `docker buildx`, for what the Engine's API
// cannot do.
#pragma once
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/clients/docker/buildx/program.hpp"
#include "steps/step.hpp"

namespace runner {

// Builds, pushes and sets the outputs. Throws Error for what fails before the program runs.
StepResult build_by_buildx(StepHost& host, const Buildx& buildx, const BuildInputs& build);

}  // namespace runner
