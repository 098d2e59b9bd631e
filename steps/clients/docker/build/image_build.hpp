// steps/clients/docker/build/image_build.hpp -- builds an image with one of the engine's two builders and
// shows what it says.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "steps/clients/docker/build/context_tar.hpp"
#include "steps/clients/docker/engine.hpp"

namespace runner {

struct ImageBuild {
  std::string query;              // of POST /build
  std::string registry_config{};  // X-Registry-Config: logins for private base images, classic builder only
  const BuildContext* context = nullptr;  // sent as a tar; none: the engine fetches it (remote=)
  TarReader reader = TarReader::classic;
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
