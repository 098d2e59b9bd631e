// steps/action/unpack.hpp -- the tar archive of a commit, as `git archive` writes it, as files.
#pragma once
#include <filesystem>

namespace runner {

// Nothing is written outside of `folder`, whatever the archive names. Throws Error.
void unpack_tar(const std::filesystem::path& file, const std::filesystem::path& folder);

}  // namespace runner
