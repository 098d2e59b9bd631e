// steps/clients/docker/build/step_build.hpp -- a step's build by the engine: context, builder, logins and
// secrets put together.
#pragma once
#include "steps/clients/docker/build/image_build.hpp"
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/clients/docker/build/session.hpp"
#include "steps/clients/docker/config.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/step.hpp"

namespace runner {

BuildLog build_log(StepHost& host);
// Throws Error where there is no commit to take the default context from, and with the texts of context.hpp.
BuildContext step_context(StepHost& host, const BuildInputs& build);
// Of the inputs, with the token for a context that lies on the run's own server.
BuildSecrets build_step_secrets(StepHost& host, const BuildInputs& build);
// Throws EngineError with the builder's message when the build fails.
BuiltImage build_by_engine(StepHost& host, DockerEngine& engine, const BuildInputs& build);

}  // namespace runner
