// steps/clients/git/sparse.hpp -- which files a sparse checkout keeps, and the text of
// .git/info/sparse-checkout that says the same to git.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

class Sparse {
 public:
  Sparse() = default;  // off: every file
  // Cone: `lines` are folders; else patterns in the form of .gitignore.
  Sparse(std::vector<std::string> lines, bool cone);

  bool on() const { return on_; }
  bool cone() const { return cone_; }
  bool keeps(std::string_view path) const;
  std::string file_text() const;

 private:
  bool on_ = false, cone_ = true;
  std::vector<std::string> lines_;  // cone: folders without outer slashes, sorted
};

// git's wildmatch with path names: `*` and `?` stop at '/', `**` between slashes does not.
bool wildmatch(std::string_view pattern, std::string_view path);

}  // namespace runner
