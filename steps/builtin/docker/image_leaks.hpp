// steps/builtin/docker/image_leaks.hpp -- whether an image holds a secret of the run: in its configuration
// (ENV, LABEL), in its history (build arguments), and, asked for by --fail-on-leak, in the files of its
// layers. Those the engine must export first, which takes a second for each few hundred MB.
#pragma once
#include <string>

#include "steps/clients/docker/engine.hpp"
#include "steps/step.hpp"

namespace runner {

// Warns; throws SecretLeak with --fail-on-leak, before the image is pushed.
void look_at_image(StepHost& host, DockerEngine& engine, const std::string& image_id);

}  // namespace runner
