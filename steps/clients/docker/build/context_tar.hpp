// steps/clients/docker/build/context_tar.hpp -- a build context as the one tar that an engine takes without a
// session: Dockerfile and .dockerignore have to be in it.
#pragma once
#include "steps/clients/docker/build/context.hpp"

namespace runner {

// Classic builders read .dockerignore once more and take out of the context these two files where it lists
// them. So it says what they have to take out: nobody's COPY sees a file that is excluded or was added.
// BuildKit takes out nothing.
enum class TarReader { classic, buildkit };

void write_context(TarWriter& tar, const BuildContext& context, TarReader reader);  // all but the tar's end

}  // namespace runner
