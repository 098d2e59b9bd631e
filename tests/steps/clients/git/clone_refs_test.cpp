// Which branches and tags a checkout has, and how much history of each: a table made with actions/checkout
// itself (v4.3.1 and v6.0.3) against a git server with the same repository.
#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/local_clone.hpp"
#include "steps/clients/git/repository.hpp"
#include "tests/support/git.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// A clone whose remote has: main with five commits, tagged v1.0 (2, annotated), light (3), main-tag (4,
// annotated) and head (5, annotated); mainline at 4; feature, one more than 4; other, one more than 3.
struct Remote {
  TempDir folder;
  fs::path root = folder.path() / "user", target = folder.path() / "clone";
  Repository repository;

  Remote() {
    const auto server = folder.path() / "server";
    fs::create_directories(server);
    git(server, "init -q");
    for (const std::string name : {"one", "two", "three", "four", "five"}) {
      git(server, "commit -q --allow-empty -m " + name);
      if (name == "two") git(server, "tag -a v1.0 -m v1.0");
      if (name == "three") git(server, "tag light && git branch other");
      if (name == "four")
        git(server, "tag -a main-tag -m main-tag && git branch mainline && git branch feature");
      if (name == "five") git(server, "tag -a head -m head");
    }
    for (const std::string name : {"other", "feature"})
      git(server, "checkout -q " + name + " && git commit -q --allow-empty -m " + name);
    git(server, "checkout -q main");
    git(folder.path(), "clone -q server user");
    git(root, "branch -q only-local");
    repository = open_repository(root);
  }
  std::string id(const std::string& name) const { return git(root, "rev-parse " + name + "^{commit}"); }
  std::string seen() const {  // "main:2 tag v1.0:1": remote branches, then tags with their kind, then HEAD
    std::string text;
    const auto refs = git(target, "for-each-ref --format='%(objecttype) %(refname)' refs/remotes refs/tags");
    for (const auto line : split_lines(refs)) {
      if (line.empty()) continue;
      const auto space = line.find(' ');
      const std::string ref(line.substr(space + 1)), kind(line.substr(0, space));
      const bool tag = ref.starts_with("refs/tags/");
      text += (tag ? kind + " " + ref.substr(10) : ref.substr(ref.find('/', 5) + 1)) + ":" +
              git(target, "rev-list --count " + ref) + " ";
    }
    return text + "HEAD:" + git(target, "rev-list --count HEAD");
  }
};

struct RefsCase {
  const char *ref, *commit;  // of the event, or what `ref:` of the step led to
  const char* plain_name;    // `ref:` when it is a plain name
  int depth;
  FetchedTags tags;
  bool tag_as_commit;
  const char* seen;
};

constexpr auto kEverything =
    "origin/feature:5 origin/main:5 origin/mainline:4 origin/other:4 "
    "tag head:5 commit light:3 tag main-tag:4 tag v1.0:2 ";
const std::string kEverythingOnMain = std::string(kEverything) + "HEAD:5";

TEST_CASE("clone refs: a checkout has what the original fetches") {
  using enum FetchedTags;
  const RefsCase cases[] = {
      {"refs/heads/main", "main", "", 1, none, false, "origin/main:1 HEAD:1"},
      {"refs/heads/main", "main", "", 2, none, false, "origin/main:2 HEAD:2"},
      {"refs/heads/main", "main", "", 1, following, false, "origin/main:1 tag head:1 HEAD:1"},
      {"refs/heads/main", "main", "", 2, following, false, "origin/main:2 tag head:2 tag main-tag:1 HEAD:2"},
      {"refs/heads/main", "main", "", 1, all, false,
       "origin/main:1 tag head:1 commit light:1 tag main-tag:1 tag v1.0:1 HEAD:1"},
      {"refs/heads/main", "main", "", 2, all, false,
       "origin/main:5 tag head:5 commit light:3 tag main-tag:4 tag v1.0:2 HEAD:5"},
      {"refs/heads/main", "main", "", 0, none, false, kEverythingOnMain.c_str()},
      {"refs/heads/feature", "origin/feature", "", 1, none, false, "origin/feature:1 HEAD:1"},
      {"refs/tags/v1.0", "v1.0", "", 1, none, true, "commit v1.0:1 HEAD:1"},
      {"refs/tags/v1.0", "v1.0", "", 1, none, false, "tag v1.0:1 HEAD:1"},
      {"refs/tags/v1.0", "v1.0", "", 2, none, false, "tag v1.0:2 HEAD:2"},
      {"refs/tags/light", "light", "", 1, none, false, "commit light:1 HEAD:1"},
      {"refs/heads/main", "main", "main", 1, none, false,
       "origin/main:1 origin/mainline:1 tag main-tag:1 HEAD:1"},
      {"refs/heads/main", "main", "main", 1, following, false,
       "origin/main:1 origin/mainline:1 tag head:1 tag main-tag:1 HEAD:1"},
      {"refs/tags/v1.0", "v1.0", "v1.0", 1, none, false, "tag v1.0:1 HEAD:1"},
      {"", "origin/feature", "", 1, none, false, "HEAD:1"},
      {"", "origin/feature", "", 0, none, false, kEverythingOnMain.c_str()},
      {"refs/heads/other", "origin/other", "", 1, none, false, "origin/other:1 HEAD:1"},
      {"refs/pull/5/merge", "origin/feature", "", 1, none, false, "pull/5/merge:1 HEAD:1"}};
  const Remote remote;
  for (const auto& c : cases) {
    CAPTURE(std::string(c.ref));
    CAPTURE(std::string(c.plain_name));
    CAPTURE(c.depth);
    CAPTURE(static_cast<int>(c.tags));
    fs::remove_all(remote.target);
    CloneRequest request;
    request.target = remote.target, request.ref = c.ref, request.sha = remote.id(c.commit);
    request.plain_name = c.plain_name, request.depth = c.depth, request.tags = c.tags;
    request.tag_as_commit = c.tag_as_commit;
    clone_local(remote.repository, request);
    CHECK(remote.seen() == c.seen);
    const auto reachable = git(remote.target, "rev-list --objects --all HEAD | cut -c1-40 | sort");
    if (c.depth > 0) {  // none but those: an older commit is not there
      CHECK(git(remote.target, "cat-file --batch-all-objects --batch-check='%(objectname)' | sort") ==
            reachable);
    }
    CHECK(git(remote.target, "fsck --strict 2>/dev/null").find("missing") == std::string::npos);
    CHECK(git(remote.target, "rev-parse --is-shallow-repository") == (c.depth > 0 ? "true" : "false"));
    CHECK(git(remote.target, "status --porcelain") == "");
  }
}

TEST_CASE("clone refs: a second fetch goes deeper, or cuts off, as git's does") {
  const Remote remote;
  CloneRequest request;
  request.target = remote.target, request.ref = "refs/heads/main", request.sha = remote.id("main");
  clone_local(remote.repository, request);
  struct Case {
    int depth;
    const char *ref, *commit, *seen;
  };
  for (const auto& c :
       {Case{3, "refs/heads/main", "main", "origin/main:3 HEAD:3"},
        Case{1, "refs/heads/feature", "origin/feature", "origin/feature:1 origin/main:3 HEAD:3"},
        Case{0, "refs/heads/main", "main", kEverythingOnMain.c_str()},
        Case{1, "refs/heads/main", "main",
             "origin/feature:5 origin/main:1 origin/mainline:4 origin/other:4 "
             "tag head:1 commit light:3 tag main-tag:4 tag v1.0:2 HEAD:1"}}) {
    CAPTURE(std::string(c.ref));
    CAPTURE(c.depth);
    request.depth = c.depth, request.ref = c.ref, request.sha = remote.id(c.commit);
    fetch_local(remote.repository, request);
    CHECK(remote.seen() == c.seen);
  }
}

TEST_CASE("clone refs: `fetch --prune` takes away what the remote has no more, and nothing else") {
  const Remote remote;
  CloneRequest request;
  request.target = remote.target, request.ref = "refs/heads/main", request.sha = remote.id("main"),
  request.depth = 0;
  clone_local(remote.repository, request);
  git(remote.target,
      "tag mine && git update-ref refs/remotes/origin/gone HEAD && git update-ref refs/notes/mine HEAD");
  request.depth = 1;
  fetch_local(remote.repository, request);
  CHECK(git(remote.target, "tag -l mine") == "mine");
  CHECK(git(remote.target, "branch -r --list origin/gone") == "  origin/gone");
  request.depth = 0;
  fetch_local(remote.repository, request);
  CHECK(git(remote.target, "tag -l mine") == "");
  CHECK(git(remote.target, "branch -r --list origin/gone") == "");
  CHECK(git(remote.target, "for-each-ref refs/notes") != "");
}

}  // namespace
}  // namespace runner::test
