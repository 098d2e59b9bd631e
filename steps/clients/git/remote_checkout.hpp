// steps/clients/git/remote_checkout.hpp -- checks out a repository that is not the user's own, with the git
// program.
#pragma once
#include <filesystem>
#include <string>

#include "steps/clients/git/fetched_tags.hpp"
#include "steps/clients/git/git_program.hpp"
#include "steps/clients/git/sparse.hpp"
#include "steps/step.hpp"

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
