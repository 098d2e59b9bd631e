// steps/clients/git/share_objects.hpp -- gives a repository the objects of another one on this machine.
#pragma once
#include <cstdint>
#include <filesystem>

namespace runner {

// A copy of this size costs as much as checking out a few hundred files.
constexpr uintmax_t kMostCopiedBytes = 64u << 20;
constexpr size_t kMostCopiedObjects = 4000;

// Copies the object store while it is small, so that the other repository stands alone (a docker build may
// take its .git along) and nothing done to its files reaches the old one. A big store is referred to by
// objects/info/alternates: true then.
bool share_objects(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace runner
