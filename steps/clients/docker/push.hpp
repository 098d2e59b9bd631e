// steps/clients/docker/push.hpp -- sends a tagged image to its registry.
#pragma once
#include <cstdint>
#include <string>

#include "steps/clients/docker/build/image_build.hpp"
#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/reference.hpp"

namespace runner {

struct PushedImage {
  std::string digest;  // of the manifest: sha256:...
  uint64_t manifest_size_bytes = 0, sent_bytes = 0;
};

// `auth`: registry_auth(). Throws EngineError with the engine's or registry's message.
PushedImage push_image(DockerEngine& engine, const ImageReference& image, const std::string& auth,
                       const BuildLog& log);

// Of what the registry has under that name now; "" when its answer has none. Throws EngineError with its
// message: also when the registry has nothing of that name.
std::string digest_in_registry(DockerEngine& engine, const ImageReference& image, const std::string& auth);

}  // namespace runner
