// steps/clients/git/reused_clone.hpp -- a checkout into a folder that a checkout was in before: its .git
// stays, with configuration, remotes, tags and hooks (builtin-actions.md section 1, steps 1 and 5). With the
// git program.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "steps/clients/git/git_program.hpp"
#include "steps/clients/git/sparse.hpp"
#include "steps/step.hpp"

namespace runner {

struct ReusedClone {
  std::filesystem::path target;   // there
  std::vector<std::string> urls;  // what `origin` may be; anything else is another repository
  std::string ref;                // asked for: refs/heads/x or x
  bool clean = true;
};

// Whether there is a clone of that repository that a checkout can go on with. It is then on no branch, has no
// local branches, and with `clean` only what its commit holds. Otherwise `target` is empty now.
bool reuse_clone(StepHost& host, const ReusedClone& wanted);

// What follows the fetch: the files of `start`, in a branch of the name `branch` or, when that is "", in
// none. Files that were tracked and are no longer go; without `clean` whatever else there is stays.
void check_out_reused(GitProgram& git, const std::string& branch, const std::string& start);

// Folders (`lines` of a cone) replace what the clone kept before, patterns are added to it; off: every file.
void set_sparse(GitProgram& git, const std::filesystem::path& target, const Sparse& sparse,
                const std::vector<std::string>& lines);

}  // namespace runner
