// steps/support/remote_checkout.hpp -- checks out a repository that is not the user's own, with the git
// program.
#pragma once
#include <filesystem>
#include <string>

#include "steps/step.hpp"
#include "steps/support/fetched_tags.hpp"
#include "steps/support/git_program.hpp"
#include "steps/support/sparse.hpp"

namespace runner {

struct RemoteCheckout {
  std::filesystem::path target;  // an empty folder, or
  bool reused = false;           // one with a clone of `url`: reuse_clone()
  std::string url, ref;          // ref as given; empty: the default branch
  int depth = 1;                 // 0: everything
  FetchedTags tags = FetchedTags::none;
  std::string filter;  // of a partial clone
  Sparse sparse;
  std::vector<std::string> sparse_lines;
};

struct CheckedOut {
  std::string ref, sha;  // ref: "" for an id
};

CheckedOut check_out_remote(GitProgram& git, const RemoteCheckout& wanted);

}  // namespace runner
