// steps/formats/file_glob.hpp -- the files that a list of patterns selects, in the order in which hashFiles
// needs them (expressions.md 9, builtin-actions.md 2). Hidden files are the caller's business.
#pragma once
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "steps/formats/glob_pattern.hpp"

namespace runner {

struct FileGlobOptions {
  bool follow_symbolic_links = false;  // then cycles and broken links are left out
  bool include_directories = false;
  std::filesystem::path home{};           // what ~ stands for; empty: /
  std::function<void()> before_folder{};  // may throw, to end a walk that takes too long
  std::stop_token stop{};                 // asked: the walk throws
};

class FileGlob {
 public:
  // `lines`: a pattern each; blank ones and those with # in front say nothing. Patterns apply in order: each
  // adds what it covers or, with ! in front, takes it away. Throws Error for a pattern that is not allowed.
  FileGlob(std::string_view lines, const std::filesystem::path& root, FileGlobOptions options = {});

  // The literal beginnings of the patterns that add, in their order, without those below another one. They
  // need not exist.
  std::vector<std::filesystem::path> search_paths() const;

  // Whether a walk that comes by gives this path, which is absolute; nothing is looked at.
  bool selects(const std::filesystem::path& path, bool is_folder) const;

  // Absolute paths, depth first, the entries of a folder in byte order of their names. A link that is not
  // followed counts as a file whatever it points to. Throws Error for a folder that cannot be read.
  std::vector<std::filesystem::path> walk() const;

 private:
  std::vector<GlobPattern> patterns_;
  FileGlobOptions options_;
};

}  // namespace runner
