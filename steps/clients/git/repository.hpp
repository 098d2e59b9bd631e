// steps/clients/git/repository.hpp -- what the local git repository says, read once per run with libgit2.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Commit {
  std::string id, tree_id, message, timestamp;  // ISO 8601 with offset
  std::string author_name, author_email, committer_name, committer_email;
  std::vector<std::string> parents;
};

struct Repository {
  std::filesystem::path root;     // work tree; of a bare repository its folder
  std::filesystem::path git_dir;  // empty: no repository here
  bool bare = false;
  std::string remote_url;  // of `origin`, "" when there is none
  std::string slug;        // "owner/name" from remote_url, else "local/<folder>"
  std::string
      ref;  // refs/heads/x, refs/tags/x; "": HEAD is detached, at no tag and not on the default branch
  bool detached = false;       // HEAD is, and `ref` was not asked for
  std::string sha;             // 40 hex; "" in a repository without commits
  std::string checked_out;     // the commit of HEAD, whatever `ref` and `sha` were asked for
  std::string default_branch;  // of origin/HEAD, else main or master where there is one, else the current
  std::string user_name, user_email;               // git's configuration
  std::optional<Commit> head;                      // the commit of sha
  std::vector<std::filesystem::path> value_files;  // secrets and values of this run were read from them
};

// The repository around `directory` (searched upwards). `ref` and `sha`, when not empty, override HEAD: a
// short branch or tag name is completed, an abbreviated sha too. Without a repository: git_dir is empty, root
// the directory. Throws UsageError for a ref or sha that does not exist.
Repository open_repository(const std::filesystem::path& directory, const std::string& ref = {},
                           const std::string& sha = {});

// Files of the work tree that differ from HEAD, untracked ones included, ignored ones not; a repository in it
// that is not a submodule is one, with a '/' at its end. `withheld`: those that must not be copied
// (private_files.hpp).
struct Uncommitted {
  std::vector<std::string> files, withheld;
};
Uncommitted uncommitted_files(const Repository& repository);

// Files with secrets in `folder` or the root that git does not ignore, and those that are committed or about
// to be, wherever.
struct ExposedSecrets {
  std::vector<std::string> not_ignored, committed;  // from the repository's root
};
ExposedSecrets exposed_secrets(const Repository& repository, const std::filesystem::path& folder);

// The commits of the push `before`..`after`, oldest first, at most 2048; `before` may be 40 zeros.
std::vector<Commit> pushed_commits(const Repository& repository, const std::string& before,
                                   const std::string& after);
// First parent; 40 zeros: none.
std::string parent_of(const Repository& repository, const std::string& sha);
std::optional<Commit> find_commit(const Repository& repository, const std::string& sha);

}  // namespace runner
