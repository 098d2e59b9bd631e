// steps/support/docker/build.hpp -- builds an image with the engine's own builder and shows what it says.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "steps/support/docker/context.hpp"
#include "steps/support/docker/engine.hpp"

namespace runner {

struct ImageBuild {
  std::string query;                        // of POST /build
  std::string registry_config;              // X-Registry-Config: logins for private base images
  std::function<void(TarWriter&)> context;  // empty: the engine fetches it (remote=)
};

struct BuildLog {  // both may be called from another thread
  std::function<void(std::string_view line)> line;
  std::function<void(std::string_view text)> progress;
};

struct BuiltImage {
  std::string id;  // sha256:...
  int steps = 0, cached = 0;
};

// Throws EngineError with the builder's message when the build fails.
BuiltImage build_image(DockerEngine& engine, const ImageBuild& build, const BuildLog& log);

}  // namespace runner
