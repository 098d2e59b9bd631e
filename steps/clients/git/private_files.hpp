// steps/clients/git/private_files.hpp -- which files of the user's work tree hold secrets or values of runs:
// they are never copied, not with --dirty either.
#pragma once
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace runner {

struct Repository;

// .secrets and .secrets.NAME: in whatever folder they are, some run reads them as secrets.
bool names_secrets(std::string_view file_name);

class PrivateFiles {
 public:
  explicit PrivateFiles(const Repository& repository);
  bool contains(const std::string& path) const;  // from the repository's root; followed when it is a link

 private:
  std::filesystem::path root_;
  std::set<std::filesystem::path> read_;
};

}  // namespace runner
