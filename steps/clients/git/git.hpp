// steps/clients/git/git.hpp -- libgit2 for the files that own a piece of it: handles, initialisation, errors.
// Not for headers: everybody else sees repository.hpp, git_tree.hpp and local_clone.hpp.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <git2.h>
#include <git2/sys/repository.h>

#include "steps/system/handle.hpp"

namespace runner::git {

using Repo = Handle<git_repository, git_repository_free>;
using Config = Handle<git_config, git_config_free>;
using Object = Handle<git_object, git_object_free>;
using CommitHandle = Handle<git_commit, git_commit_free>;
using Tree = Handle<git_tree, git_tree_free>;
using Blob = Handle<git_blob, git_blob_free>;
using Reference = Handle<git_reference, git_reference_free>;
using RefIterator = Handle<git_reference_iterator, git_reference_iterator_free>;
using Remote = Handle<git_remote, git_remote_free>;
using Revwalk = Handle<git_revwalk, git_revwalk_free>;
using StatusList = Handle<git_status_list, git_status_list_free>;
using Index = Handle<git_index, git_index_free>;

// libgit2, ready: started at the first use, because few commands need it.
void start();

// Throws Error("<doing>: <libgit2's reason>") for a negative `code`.
void check(int code, std::string_view doing);

// Calls `function(&raw, args...)` and gives the handle; throws as check().
template <class H, class Function, class... Args>
H make(std::string_view doing, Function function, Args... args) {
  typename H::pointer raw = nullptr;
  check(function(&raw, args...), doing);
  return H(raw);
}

// The same where absence is normal: a null handle when there is none.
template <class H, class Function, class... Args>
H find(Function function, Args... args) {
  typename H::pointer raw = nullptr;
  if (function(&raw, args...) < 0) raw = nullptr;
  return H(raw);
}

Repo open(const std::filesystem::path& git_dir);  // exactly this one, no search upwards

std::string to_string(const git_oid& id);
git_oid to_oid(const std::string& sha);  // 40 hex digits; throws Error for anything else

// The commit `sha` names; throws Error when the repository does not have it.
CommitHandle commit(git_repository* repository, const std::string& sha);

}  // namespace runner::git
