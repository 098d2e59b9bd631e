// steps/support/docker/build_inputs.hpp -- the inputs of docker/build-push-action as values and as the query
// of the engine's POST /build. Reaches nothing: a plan uses it too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"
#include "steps/support/docker/engine.hpp"
#include "steps/support/docker/reference.hpp"

namespace runner {

enum class ContextKind { commit, folder, remote };

struct BuildInputs {
  ContextKind kind = ContextKind::commit;
  std::string context;  // a folder as written, below the commit's root, or a URL
  std::string dockerfile;
  std::vector<ImageReference> tags;
  bool push = false;
  std::vector<std::string> build_args;  // K=V or K
};

// Throws InputError when an input is wrong.
BuildInputs read_build_inputs(const StepInputs& inputs);

// Inputs the engine's own builder cannot honour and that would give another image: the step is refused. "" if
// none.
std::string unsupported_build_input(const StepInputs& inputs);
// Inputs that change nothing here, by name.
std::vector<std::string> build_inputs_without_effect(const StepInputs& inputs);

// Everything but the Dockerfile's name. Throws InputError.
std::string build_query(const StepInputs& inputs, const BuildInputs& build, const EngineFacts& engine);

}  // namespace runner
