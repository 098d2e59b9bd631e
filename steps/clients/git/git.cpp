#include "steps/clients/git/git.hpp"

#include <unistd.h>

#include "parser/base/error.hpp"
#include "steps/clients/git/checkout_stop.hpp"
#include "steps/clients/git/worktree_encoding.hpp"

namespace runner::git {

void start() {
  static const int started = [] {
    const int code = git_libgit2_init();
    // libgit2 runs neither hooks nor configured commands, and root may read every repository anyway. For
    // other users its check stays: a repository of somebody else asks for safe.directory, as git does.
    if (code > 0 && ::geteuid() == 0) git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    // Objects come from the user's own store; hashing each one again doubles the time of a checkout.
    if (code > 0) git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    if (code > 0) register_worktree_encoding();
    if (code > 0) register_checkout_stop();
    return code;
  }();
  if (started < 0) throw Error("start libgit2: code {}", started);
}

void check(int code, std::string_view doing) {
  if (code >= 0) return;
  const git_error* cause = git_error_last();
  const std::string reason =
      cause != nullptr && cause->message != nullptr ? cause->message : "unknown reason";
  if (code == GIT_EOWNER) {
    throw Error("{}: {}; to trust it: git config --global --add safe.directory FOLDER", doing, reason);
  }
  throw Error("{}: {}", doing, reason);
}

Repo open(const std::filesystem::path& git_dir) {
  start();
  return make<Repo>(fmt::format("open the git repository {}", git_dir.string()), git_repository_open_ext,
                    git_dir.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
}

std::string to_string(const git_oid& id) {
  char text[GIT_OID_SHA1_HEXSIZE + 1];
  git_oid_tostr(text, sizeof text, &id);
  return text;
}

git_oid to_oid(const std::string& sha) {
  git_oid id;
  if (sha.size() != GIT_OID_SHA1_HEXSIZE || git_oid_fromstr(&id, sha.c_str()) < 0) {
    throw Error("\"{}\" is not the id of a commit (40 hexadecimal digits)", sha);
  }
  return id;
}

CommitHandle commit(git_repository* repository, const std::string& sha) {
  const git_oid id = to_oid(sha);
  return make<CommitHandle>(fmt::format("read the commit {}", sha), git_commit_lookup, repository, &id);
}

}  // namespace runner::git
