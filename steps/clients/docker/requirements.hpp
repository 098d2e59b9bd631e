// steps/clients/docker/requirements.hpp -- what docker steps stand on.
#pragma once
#include <vector>

#include "steps/requirement.hpp"
#include "steps/step.hpp"

namespace runner {

std::vector<Requirement> engine_requirements(const StepInputs& inputs);
// docker/login-action: the engine and the input `registry`.
std::vector<Requirement> login_requirements(const StepInputs& inputs);
// docker/build-push-action: the engine, `docker buildx` where it is needed, the inputs `platforms` and, where
// it pushes, the registries of `tags`.
std::vector<Requirement> build_requirements(const StepInputs& inputs);

}  // namespace runner
