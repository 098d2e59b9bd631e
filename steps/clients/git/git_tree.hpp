// steps/clients/git/git_tree.hpp -- the files of a commit, straight from the object store: no work tree is
// touched.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runner {

struct Repository;

// A commit, opened once to read its files one by one. Not for two threads at a time.
class CommitTree {
 public:
  struct File {
    std::string path;   // from the root, '/' between parts
    unsigned mode = 0;  // git's: 0100644, 0100755, 0120000 (a symlink: what is read is its target)
    uint64_t size_bytes = 0;
    std::string id;  // 40 hex digits
  };
  // Throws Error when the commit `sha` (40 hex digits) is not there.
  CommitTree(const Repository& repository, const std::string& sha);

  // Below `folder` ("" for all), in git's order. Submodules have no bytes here: left out.
  void list(const std::string& folder, const std::function<void(File)>& sink) const;
  std::string read(const File& file) const;  // as stored: no line end conversion, no filters

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

// Name and bytes of the files right in `folder` of `sha`; none when there is no such folder.
std::vector<std::pair<std::string, std::string>> read_folder(const Repository& repository,
                                                             const std::string& sha,
                                                             const std::string& folder);
// The bytes of one file of `sha`; nothing when there is no such file. Reads no other.
std::optional<std::string> tree_file(const Repository& repository, const std::string& sha,
                                     const std::string& path);

}  // namespace runner
