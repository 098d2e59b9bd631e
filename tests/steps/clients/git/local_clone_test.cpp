#include "steps/clients/git/local_clone.hpp"

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/clients/git/uncommitted.hpp"
#include "tests/support/git.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// main: 5 commits, the second tagged v1.0 (annotated), the third light (not annotated); branch other; a
// remote.
struct Source {
  TempDir folder;
  fs::path root = folder.path() / "source", target = folder.path() / "clone";
  Repository repository;

  Source() {
    fs::create_directories(root);
    git(root, "init -q && git remote add origin https://user:secret@example.com/o/r.git");
    commit("one");
    commit("two");
    git(root, "tag -a v1.0 -m v1.0");
    commit("three");
    git(root, "tag light");
    git(root, "branch other && git update-ref refs/remotes/origin/main HEAD~1");
    git(root, "update-ref refs/remotes/origin/feature/x HEAD");
    commit("four");
    folder.write("source/bin/run.sh", "#!/bin/sh\n");
    fs::permissions(root / "bin/run.sh", fs::perms::owner_all);
    fs::create_symlink("run.sh", root / "bin/link");
    folder.write("source/.gitattributes", "*.txt eol=crlf\n*.bat text eol=crlf\n");
    folder.write("source/dos.bat", "echo\r\n");
    commit("five");
    repository = open_repository(root);
  }
  void commit(const std::string& name) {
    folder.write("source/" + name + ".txt", name + "\n");
    git(root, "add -A && git commit -qm " + name);
  }
  CloneRequest request() const {
    CloneRequest request;
    request.target = target;
    request.ref = repository.ref;
    request.sha = repository.sha;
    request.origin_url = "https://example.com/o/r.git";
    return request;
  }
};

TEST_CASE("local clone: git finds what a fetch of that depth would have brought") {
  struct Case {
    const char* why;
    int depth;
    FetchedTags tags;
    const char* count;
    const char* describe;  // "": fails
  };
  using enum FetchedTags;
  for (const auto& c :
       {Case{"one commit", 1, none, "1", ""}, Case{"three commits, no tag", 3, none, "3", ""},
        Case{"four commits with the tags at them", 4, following, "4", "v1.0-3-g"},
        Case{"three commits, a tag at the fourth", 3, following, "3", ""},
        Case{"more than there are", 99, none, "5", ""}, Case{"everything", 0, none, "5", "v1.0-3-g"}}) {
    SUBCASE(c.why) {
      const Source source;
      auto request = source.request();
      request.depth = c.depth, request.tags = c.tags;
      clone_local(source.repository, request);
      CHECK(git(source.target, "status --porcelain") == "");
      CHECK(git(source.target, "rev-list --count HEAD") == c.count);
      CHECK(git(source.target, "rev-parse --is-shallow-repository") ==
            (c.depth > 0 && c.depth < 5 ? "true" : "false"));
      CHECK(git(source.target, "log -1 --format=%s") == "five");
      if (std::string(c.describe).empty()) {
        CHECK(git_fails(source.target, "describe"));
      } else {
        CHECK(git(source.target, "describe").starts_with(c.describe));
        CHECK(git(source.target, "describe") == git(source.root, "describe"));
      }
      CHECK(git(source.target, "fsck --connectivity-only").find("missing") == std::string::npos);
    }
  }
}

TEST_CASE("local clone: a branch has its upstream, and no other branch is there") {
  const Source source;
  clone_local(source.repository, source.request());
  CHECK(git(source.target, "symbolic-ref HEAD") == "refs/heads/main");
  CHECK(git(source.target, "rev-parse --abbrev-ref main@{upstream}") == "origin/main");
  CHECK(git(source.target, "rev-parse origin/main") == source.repository.sha);
  CHECK(git(source.target, "branch -r --format='%(refname:short)'") == "origin/main");
  CHECK(git_fails(source.target, "diff origin/feature/x"));
  CHECK(git(source.target, "remote get-url origin") == "https://example.com/o/r.git");
  CHECK(git(source.target, "tag") == "");
}

TEST_CASE("local clone: a stop ends it between two files") {
  const Source source;
  auto request = source.request();
  std::stop_source stop;
  stop.request_stop();
  request.stop = stop.get_token();
  CHECK_THROWS_WITH_AS(clone_local(source.repository, request), "write the files of the commit: cancelled",
                       Error);
  CHECK(!fs::exists(source.target / "five.txt"));
  request.stop = {};
  fs::remove_all(source.target);
  clone_local(source.repository, request);
  CHECK(git(source.target, "status --porcelain") == "");
}

TEST_CASE("local clone: files have git's modes, links and line ends") {
  const Source source;
  clone_local(source.repository, source.request());
  CHECK((fs::status(source.target / "bin/run.sh").permissions() & fs::perms::owner_exec) != fs::perms::none);
  CHECK(fs::read_symlink(source.target / "bin/link") == "run.sh");
  CHECK(read_file(source.target / "dos.bat") == "echo\r\n");
  CHECK(read_file(source.target / "five.txt") == "five\r\n");
}

TEST_CASE("local clone: what HEAD is") {
  struct Case {
    const char* name;
    const char* ref;
    const char* branch;  // "": detached
    const char* subject;
  };
  for (const auto& c :
       {Case{"other", "refs/heads/other", "other", "three"},
        Case{"feature/x", "refs/heads/feature/x", "feature/x", "three"},
        Case{"v1.0", "refs/tags/v1.0", "", "two"}, Case{"light", "refs/tags/light", "", "three"},
        Case{"refs/tags/v1.0", "refs/tags/v1.0", "", "two"}}) {
    SUBCASE(c.name) {
      const Source source;
      const auto resolved = resolve_ref(source.repository, c.name);
      CHECK(resolved.ref == c.ref);
      auto request = source.request();
      request.ref = resolved.ref, request.sha = resolved.sha;
      clone_local(source.repository, request);
      CHECK(git(source.target, "rev-parse --abbrev-ref HEAD") == (*c.branch == '\0' ? "HEAD" : c.branch));
      CHECK(git(source.target, "log -1 --format=%s") == c.subject);
      CHECK(git(source.target, "status --porcelain") == "");
      if (std::string(c.ref) == "refs/tags/v1.0") {
        CHECK(git(source.target, "cat-file -t v1.0") == "tag");
        CHECK(git(source.target, "describe") == "v1.0");
      }
    }
  }
}

TEST_CASE("local clone: names that are no branch, tag or id") {
  const Source source;
  for (const auto* name : {"nothing", "HEAD~1", "main@{1}", "refs/heads/nothing", "refs/tags/main",
                           "1234567890123456789012345678901234567890", "../x"}) {
    CAPTURE(name);
    CHECK(resolve_ref(source.repository, name).sha == "");
  }
  CHECK(resolve_ref(source.repository, source.repository.sha).sha == source.repository.sha);
}

TEST_CASE("local clone: sparse folders and patterns") {
  struct Case {
    const char* why;
    std::vector<std::string> lines;
    bool cone;
    std::vector<const char*> there, missing;
  };
  const std::vector<Case> cases{
      {"cone keeps the files at the root", {"bin"}, true, {"bin/run.sh", "one.txt"}, {"docs/a.md"}},
      {"cone of a nested folder keeps the files above",
       {"docs/deep"},
       true,
       {"docs/a.md", "docs/deep/b.md", "one.txt"},
       {"bin/run.sh", "docs/other/c.md"}},
      {"patterns keep only what they say",
       {"/docs/", "!/docs/other", "*.bat"},
       false,
       {"docs/a.md", "docs/deep/b.md", "dos.bat"},
       {"bin/run.sh", "one.txt", "docs/other/c.md"}}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      Source source;
      source.folder.write("source/docs/a.md", "a");
      source.folder.write("source/docs/deep/b.md", "b");
      source.folder.write("source/docs/other/c.md", "c");
      source.commit("six");
      source.repository = open_repository(source.root);
      auto request = source.request();
      request.sparse = Sparse(c.lines, c.cone);
      clone_local(source.repository, request);
      for (const auto* name : c.there) CHECK_MESSAGE(fs::exists(source.target / name), name);
      for (const auto* name : c.missing) CHECK_MESSAGE(!fs::exists(source.target / name), name);
      CHECK(git(source.target, "status --porcelain") == "");
      // What git makes of the same file is what we made.
      const auto before = git(source.target, "ls-files -t");
      git(source.target, "sparse-checkout reapply");
      CHECK(git(source.target, "ls-files -t") == before);
    }
  }
}

TEST_CASE("local clone: of a shallow repository ends where that ends") {
  const Source source;
  const auto shallow = source.folder.path() / "shallow";
  git(source.folder.path(), "clone -q --depth 2 file://" + source.root.string() + " shallow");
  const auto repository = open_repository(shallow);
  for (const int depth : {0, 1, 5}) {
    CAPTURE(depth);
    fs::remove_all(source.target);
    auto request = source.request();
    request.depth = depth;
    CHECK(clone_local(repository, request).source_is_shallow);
    CHECK(git(source.target, "rev-list --count HEAD") == (depth == 1 ? "1" : "2"));
    CHECK(git(source.target, "status --porcelain") == "");
  }
}

TEST_CASE("local clone: sources of other shapes") {
  const Source source;
  fs::path from;
  SUBCASE("bare") {
    git(source.folder.path(), "clone -q --bare source bare.git");
    from = source.folder.path() / "bare.git";
  }
  SUBCASE("linked work tree") {
    git(source.root, "worktree add -q ../linked other");
    from = source.folder.path() / "linked";
  }
  SUBCASE("objects of another repository") {
    git(source.folder.path(), "clone -q --shared source sharing");
    from = source.folder.path() / "sharing";
  }
  SUBCASE("packed") {
    git(source.root, "gc -q");
    from = source.root;
  }
  SUBCASE("only a folder of it is given") { from = source.root / "bin"; }
  const auto repository = open_repository(from);
  auto request = source.request();
  request.ref = repository.ref, request.sha = repository.sha, request.depth = 0;
  clone_local(repository, request);
  CHECK(git(source.target, "status --porcelain") == "");
  CHECK(git(source.target, "rev-parse HEAD") == repository.sha);
}

TEST_CASE("local clone: uncommitted state comes along") {
  Source source;
  source.folder.write("source/one.txt", "changed\n");
  source.folder.write("source/new folder/new.txt", "new\n");
  fs::remove(source.root / "two.txt");
  const auto files = uncommitted_files(source.repository).files;
  CHECK(files == std::vector<std::string>{"new folder/new.txt", "one.txt", "two.txt"});
  clone_local(source.repository, source.request());
  copy_uncommitted(source.repository, files, source.target);
  CHECK(read_file(source.target / "one.txt") == "changed\n");
  CHECK(read_file(source.target / "new folder/new.txt") == "new\n");
  CHECK(!fs::exists(source.target / "two.txt"));
}

TEST_CASE("local clone: files that hold secrets or values never come along") {
  Source source;
  source.folder.write("source/.env", "A=committed\n");
  source.commit("env");
  source.repository = open_repository(source.root);
  for (const auto* name :
       {".secrets", ".secrets.production", ".vars", ".vars.production", ".input", ".env", ".runnerrc",
        "deploy/.secrets", "keys/ci", "app/.env", "plain.txt", "lib/.secrets", "lib/code.txt"}) {
    source.folder.write(std::string("source/") + name, "A=uncommitted\n");
  }
  git(source.root / "lib", "init -q");  // a repository of its own in the work tree
  fs::create_symlink("ci", source.root / "keys/link");
  source.repository.value_files = {source.root / "deploy/../keys/ci"};  // as --secret-file names it
  const auto found = uncommitted_files(source.repository);
  CHECK(found.files == std::vector<std::string>{"app/.env", "lib/", "plain.txt"});
  CHECK(found.withheld == std::vector<std::string>{".env", ".input", ".runnerrc", ".secrets",
                                                   ".secrets.production", ".vars", ".vars.production",
                                                   "deploy/.secrets", "keys/ci", "keys/link"});
  clone_local(source.repository, source.request());
  copy_uncommitted(source.repository, found.files, source.target);
  for (const auto& name : found.withheld) {
    if (name != ".env") CHECK_MESSAGE(!fs::exists(fs::symlink_status(source.target / name)), name);
  }
  CHECK(!fs::exists(source.target / "lib/.secrets"));
  CHECK(read_file(source.target / "lib/code.txt") == "A=uncommitted\n");
  CHECK(read_file(source.target / ".env") == "A=committed\n");  // the commit's own
}

TEST_CASE("local clone: secrets that git has or would take are found") {
  Source source;
  for (const auto* name :
       {".secrets", ".secrets.production", ".secrets.staging", "sub/.secrets", ".secrets.example"})
    source.folder.write(std::string("source/") + name, "A=1\n");
  source.folder.write("source/.gitignore", ".secrets.staging\n");
  git(source.root, "add .secrets.production .secrets.example .gitignore && git commit -qm secrets");
  const auto found = exposed_secrets(source.repository, source.root / "sub");
  CHECK(found.committed == std::vector<std::string>{".secrets.production"});
  CHECK(found.not_ignored == std::vector<std::string>{".secrets", "sub/.secrets"});
}

}  // namespace
}  // namespace runner::test
