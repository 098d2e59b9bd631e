// steps/clients/git/local_clone.hpp -- a clone of the user's repository without network: a repository of its
// own in another folder, which git works with as if it had come from the remote. The user's is only read.
#pragma once
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "steps/clients/git/fetched_tags.hpp"
#include "steps/clients/git/sparse.hpp"

namespace runner {

struct Repository;

struct CloneRequest {
  std::filesystem::path target;  // made if missing; files in it that the commit has too are overwritten
  std::string ref;               // refs/heads/x: that branch with its upstream; else HEAD is detached
  std::string sha;
  int depth = 1;  // commits of history; 0: all of it, and all branches and tags
  FetchedTags tags = FetchedTags::none;
  bool tag_as_commit = false;  // refs/tags/x of `ref` loses its message, as before v6.0.2
  std::string plain_name;      // "x": every branch and tag that begins with x comes too, as it does there
  std::string origin_url;      // empty: no remote is written
  std::filesystem::path global_config;  // the git configuration of the job's HOME; may be missing
  Sparse sparse;
  std::stop_token stop{};  // asked: the files that are still to be written are not
};

struct CloneResult {
  bool source_is_shallow = false;  // so "all of it" is less than the remote has
  bool shares_objects = false;     // by alternates: the folder's .git cannot stand alone
};

// `target` has no .git.
CloneResult clone_local(const Repository& source, const CloneRequest& request);

// What `git fetch` would do to the clone that is in `target`: objects, remote branches, tags, and where its
// history ends. Local branches, files and configuration stay.
CloneResult fetch_local(const Repository& source, const CloneRequest& request);

// A name as `ref:` of a checkout gives it: an id, refs/..., a branch, else a tag. Ids are 40 digits.
struct ResolvedRef {
  std::string ref;  // full; "" for an id
  std::string sha;  // "" when there is no such thing
};
ResolvedRef resolve_ref(const Repository& source, const std::string& name);

}  // namespace runner
