// steps/clients/docker/tag_state.hpp -- what a registry has under a tag now, for a plan of a push. Reads
// only, and asks by way of the engine: it alone may know the registry's name, certificate and how to reach
// it.
#pragma once
#include <optional>
#include <string>

#include "steps/clients/docker/engine.hpp"
#include "steps/clients/docker/reference.hpp"

namespace runner {

// The login for an image's registry, and the registry's key in docker's configuration.
std::optional<Credentials> login_for(DockerEngine& engine, const DockerConfig& config,
                                     const CredentialHelper& helper, const ImageReference& image,
                                     std::string& key);

// "web:1 is there: sha256:9c1e...; it is the engine's own", "web:2 is a new tag", "web:3 could not be read:
// ...".
std::string tag_state(DockerEngine& engine, const DockerConfig& config, const CredentialHelper& helper,
                      const ImageReference& image);

}  // namespace runner
