// steps/clients/git/clone_refs.hpp -- which branches and tags a checkout's fetch brings from the user's
// repository (builtin-actions.md section 1, step 4). No file is written here.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "steps/clients/git/git.hpp"
#include "steps/clients/git/local_clone.hpp"

namespace runner {

using Refs = std::map<std::string, git_oid>;

struct FetchedRefs {
  Refs refs;                           // as the clone names them: refs/remotes/origin/..., refs/tags/...
  std::vector<std::string> complete;   // below these nothing else is left, as `fetch --prune` has it
  std::set<std::string> first;         // commits whose parents do not come: the clone's .git/shallow
  std::set<std::string> with_parents;  // commits of a shallow fetch whose parents come too
};

// `boundary`: where the source's own history ends.
FetchedRefs refs_to_fetch(git_repository* source, const CloneRequest& request,
                          const std::set<std::string>& boundary);

// Direct references below `prefix`; symbolic ones (origin/HEAD) are left out.
Refs refs_below(git_repository* repo, const std::string& prefix);

}  // namespace runner
