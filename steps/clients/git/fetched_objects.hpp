// steps/clients/git/fetched_objects.hpp -- the objects that a shallow fetch brings, and none besides: what is
// not fetched elsewhere (`git diff` with an older commit) must not be here either.
#pragma once
#include <filesystem>

#include "steps/clients/git/clone_refs.hpp"

namespace runner {

// Copies what the commits and tags of `fetched` are made of from `source` into the object store `to`, an
// object a file. False, and nothing is copied, when that is more than is worth a copy.
bool copy_fetched_objects(git_repository* source, const FetchedRefs& fetched,
                          const std::filesystem::path& to);

}  // namespace runner
