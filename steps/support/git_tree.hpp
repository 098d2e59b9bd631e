// steps/support/git_tree.hpp -- the files of a commit, straight from the object store: no work tree is
// touched.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runner {

struct Repository;

struct TreeFile {
  std::string path;        // from the root, '/' between parts
  unsigned mode = 0;       // git's: 0100644, 0100755, 0120000 (a symlink: the bytes are its target)
  std::string_view bytes;  // valid during the call only
};

// Calls `sink` for each file of `sha` (40 hex digits) in path order. Submodules have no bytes here: left out.
// Bytes are as stored: no line end conversion, no filters. Throws Error when the commit is not there.
void export_tree(const Repository& repository, const std::string& sha,
                 const std::function<void(const TreeFile&)>& sink);

// Name and bytes of the files right in `folder` of `sha`; none when there is no such folder.
std::vector<std::pair<std::string, std::string>> read_folder(const Repository& repository,
                                                             const std::string& sha,
                                                             const std::string& folder);
// The bytes of one file of `sha`; nothing when there is no such file. Reads no other.
std::optional<std::string> tree_file(const Repository& repository, const std::string& sha,
                                     const std::string& path);

}  // namespace runner
