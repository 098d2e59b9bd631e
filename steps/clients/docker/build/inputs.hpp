// steps/clients/docker/build/inputs.hpp -- the inputs of docker/build-push-action as values and as the query
// of the engine's POST /build. Reaches nothing: a plan uses it too.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/reference.hpp"
#include "steps/step.hpp"

namespace runner {

enum class ContextKind { commit, folder, remote };
enum class Builder { classic, buildkit };

struct BuildInputs {
  ContextKind kind = ContextKind::commit;
  std::string context;  // a folder as written, below the commit's root, or a URL
  std::string dockerfile;
  std::vector<ImageReference> tags;
  bool push = false;
  std::vector<std::string> build_args;  // K=V or K
  std::vector<std::string> cache_from;  // images in registries
  bool inline_cache = false, ignored_caches = false;
  std::string platform;           // empty: the engine's own
  bool default_platform = false;  // it is from DOCKER_DEFAULT_PLATFORM, not from the step's inputs
};

// Throws InputError when an input is wrong.
BuildInputs read_build_inputs(const StepInputs& inputs);

// DOCKER_BUILDKIT=0 in the step's environment.
bool wants_classic_builder(const StepInputs& inputs);
// What the engine cannot do by itself and `docker buildx` can: "building for several platforms (a, b)"; "" if
// nothing.
std::string needs_buildx(const StepInputs& inputs);
// What a pushed image would lack without `docker buildx`: attestations or annotations are asked for.
bool gains_by_buildx(const StepInputs& inputs, const BuildInputs& build);
// Engines build with a cache and a store of their own; some wishes need a builder in a container.
bool needs_container_builder(const StepInputs& inputs);
// An item of cache-from or cache-to for a service that only exists on the original's machines.
bool is_github_cache(const std::string& cache);
// Why the step is refused whoever builds; "" if it is not.
std::string unsupported_build_input(const StepInputs& inputs);
// Inputs that change nothing here, by name.
std::vector<std::string> build_inputs_without_effect(const StepInputs& inputs, const BuildInputs& build);

// Everything but the Dockerfile's name and the session. Throws InputError.
std::string build_query(const StepInputs& inputs, const BuildInputs& build, const EngineFacts& engine,
                        Builder builder);

}  // namespace runner
