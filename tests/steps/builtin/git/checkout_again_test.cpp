// A second checkout into the same folder: what stays and what goes, as actions/checkout has it, with git as
// the judge.
#include <doctest/doctest.h>

#include "tests/support/fake_host.hpp"
#include "tests/support/git.hpp"

namespace runner {
BuiltinAction checkout();
}

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// main has one, two and sub/deep; other has only.txt as well, and not two.
struct Twice {
  TempDir folder;
  fs::path root = folder.path() / "source";
  FakeHost host{checkout()};
  fs::path work = host.workspace();

  explicit Twice(bool with_remote = true) {
    fs::create_directories(root);
    git(root, "init -q");
    if (with_remote) git(root, "remote add origin git@example.com:o/r.git");
    folder.write("source/sub/deep", "deep\n");
    commit("one");
    commit("two");
    git(root, "checkout -q -b other && git rm -q two");
    folder.write("source/only.txt", "only\n");
    folder.write("source/gone/too.txt", "too\n");
    git(root, "add -A && git commit -qm other && git checkout -q main");
    host.version_ = {4, 2, 2};
    host.env_["PATH"] = "/usr/bin:/bin";
    host.env_["GIT_CONFIG_NOSYSTEM"] = "1";
    host.env_["HOME"] = host.user_home().string();
    look();
  }
  void commit(const std::string& name) {
    folder.write("source/" + name, name + "\n");
    git(root, "add -A && git commit -qm " + name);
  }
  void look() {
    host.repository_ = open_repository(root);
    host.contexts["github.repository"] = host.repository_.slug;
    host.contexts["github.ref"] = host.repository_.ref;
    host.contexts["github.sha"] = host.repository_.sha;
  }
  void check_out(std::map<std::string, std::string, IgnoringCase> with) {
    host.with = std::move(with);
    const auto result = host.run();
    CHECK_MESSAGE(result.outcome == Outcome::success, result.message);
  }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((work / name).parent_path());
    std::ofstream(work / name) << text;
  }
};

TEST_CASE("checkout again: configuration, remotes, tags and hooks stay; the previous ref's files go") {
  for (const bool clean : {true, false}) {
    for (const bool with_remote : {true, false}) {
      CAPTURE(clean);
      CAPTURE(with_remote);
      Twice job(with_remote);
      job.check_out({{"ref", "other"}});
      CHECK(fs::exists(job.work / "only.txt"));
      git(job.work, "config user.name Deployer && git remote add up https://example.com/up && git tag mine");
      job.write(".git/hooks/pre-push", "#!/bin/sh\n");
      job.write("built/app", "x");
      job.check_out({{"clean", clean ? "true" : "false"}});
      CHECK(git(job.work, "status --porcelain --ignored") == (clean ? "" : "?? built/"));
      CHECK(!fs::exists(job.work / "only.txt"));
      CHECK(!fs::exists(job.work / "gone"));
      CHECK(read_file(job.work / "two") == "two\n");
      CHECK(fs::exists(job.work / "built/app") == !clean);
      CHECK(git(job.work, "config --local user.name") == "Deployer");
      CHECK(git(job.work, "remote") == (with_remote ? "origin\nup" : "up"));
      CHECK(git(job.work, "tag") == "mine");
      CHECK(fs::exists(job.work / ".git/hooks/pre-push"));
      CHECK(git(job.work, "symbolic-ref HEAD") == "refs/heads/main");
      CHECK(git(job.work, "for-each-ref --format='%(refname)' refs/heads") == "refs/heads/main");
      CHECK(git(job.work, "rev-parse HEAD") == job.host.repository_.sha);
      if (with_remote) CHECK(git(job.work, "rev-parse --abbrev-ref main@{upstream}") == "origin/main");
    }
  }
}

TEST_CASE("checkout again: the same commit leaves unchanged files alone") {
  Twice job;
  job.check_out({});
  const auto then = fs::last_write_time(job.work / "one");
  job.write("two", "changed\n");
  job.check_out({});
  CHECK(fs::last_write_time(job.work / "one") == then);
  CHECK(read_file(job.work / "two") == "two\n");
}

TEST_CASE("checkout again: without `clean` tracked files are still the commit's") {
  Twice job;
  job.check_out({});
  job.write("one", "changed\n");
  job.write("staged", "x\n");
  job.write("loose", "x\n");
  git(job.work, "add staged");
  fs::remove(job.work / "two");
  job.check_out({{"clean", "false"}});
  CHECK(git(job.work, "status --porcelain") == "?? loose");
  CHECK(read_file(job.work / "one") == "one\n");
  CHECK(fs::exists(job.work / "two"));
}

TEST_CASE("checkout again: branches of the first go, and a name that is in the way") {
  Twice job;
  git(job.root, "branch feature/x");
  job.check_out({{"ref", "feature/x"}});
  git(job.work, "checkout -q -b made-here && git commit -q --allow-empty -m mine");
  git(job.root, "branch -D feature/x && git branch feature main");
  job.check_out({{"ref", "feature"}});
  CHECK(git(job.work, "for-each-ref --format='%(refname)'") ==
        "refs/heads/feature\nrefs/remotes/origin/feature");
}

TEST_CASE("checkout again: a new commit of the same branch") {
  Twice job;
  job.check_out({});
  job.commit("three");
  job.look();
  job.check_out({});
  CHECK(git(job.work, "log --format=%s") == "three");
  CHECK(git(job.work, "status --porcelain") == "");
  job.check_out({{"fetch-depth", "0"}});
  CHECK(git(job.work, "log --format=%s") == "three\ntwo\none");
  CHECK(git(job.work, "rev-parse --is-shallow-repository") == "false");
}

TEST_CASE("checkout again: locks of a killed git are no obstacle") {
  Twice job;
  job.check_out({});
  job.write(".git/index.lock", "");
  job.write(".git/shallow.lock", "");
  job.check_out({{"ref", "other"}});
  CHECK(git(job.work, "status --porcelain") == "");
}

TEST_CASE("checkout again: sparse once, whole the next time, and the other way round") {
  Twice job;
  job.check_out({{"sparse-checkout", "sub"}, {"sparse-checkout-cone-mode", "false"}});
  CHECK(!fs::exists(job.work / "one"));
  job.check_out({});
  CHECK(fs::exists(job.work / "one"));
  CHECK(git(job.work, "status --porcelain") == "");
  job.check_out({{"sparse-checkout", "gone"}});
  CHECK(fs::exists(job.work / "one"));
  CHECK(!fs::exists(job.work / "sub"));
  CHECK(git(job.work, "status --porcelain") == "");
}

TEST_CASE("checkout again: what cannot go on is made anew, with a warning when it should have") {
  struct Case {
    const char* why;
    const char* command;  // in the work tree
    bool warned;
  };
  for (const auto& c :
       {Case{"another remote", "git remote set-url origin https://example.com/else/where", false},
        Case{"no repository any more", "rm -rf .git", false},
        Case{"a repository of a script", "rm -rf .git && git init -q .", false},
        Case{"no valid repository", "rm .git/HEAD", false},
        Case{"HEAD leads nowhere", "git symbolic-ref HEAD refs/heads/nowhere", true}}) {
    CAPTURE(c.why);
    Twice job;
    job.check_out({});
    job.write("left over", "x");
    REQUIRE(::system(("cd '" + job.work.string() + "' && " + c.command).c_str()) == 0);
    job.check_out({{"clean", "false"}});
    CHECK(!fs::exists(job.work / "left over"));
    CHECK(git(job.work, "status --porcelain") == "");
    CHECK(git(job.work, "remote get-url origin") == "git@example.com:o/r.git");
    CHECK((job.host.annotations.size() == 1) == c.warned);
  }
}

TEST_CASE("checkout again: a repository around the workspace is never touched") {
  Twice job;
  const auto around = job.work.parent_path();
  git(around, "init -q && git commit -q --allow-empty -m around && git branch kept");
  job.check_out({});
  fs::remove(job.work / ".git/HEAD");  // git would now look further up
  job.check_out({{"ref", "other"}});
  CHECK(git(around, "branch --list kept") == "  kept");
  CHECK(git(around, "symbolic-ref HEAD") == "refs/heads/main");
  CHECK(git(job.work, "symbolic-ref HEAD") == "refs/heads/other");
}

TEST_CASE("checkout again: without git it is made anew, as the original does") {
  Twice job;
  job.check_out({});
  job.write("left over", "x");
  job.host.env_["PATH"] = "/nonexistent";
  job.check_out({{"ref", "other"}});
  CHECK(!fs::exists(job.work / "left over"));
  CHECK(git(job.work, "status --porcelain") == "");
}

TEST_CASE("checkout again: credentials of the first do not go along with those of the second") {
  const auto headers = [](const fs::path& work) {
    return git(work, "config --get-all --includes http.https://example.com/.extraheader || true");
  };
  for (const int major : {4, 6}) {
    CAPTURE(major);
    Twice job;
    job.host.version_ = {major, 0, 0};
    job.check_out({{"token", "first"}});
    job.check_out({{"token", "second"}});
    CHECK(headers(job.work) == "AUTHORIZATION: basic " + base64("x-access-token:second"));
    CHECK(git(job.work, "remote get-url origin") == "https://example.com/o/r");
    job.check_out({});
    CHECK(headers(job.work) == "");
    CHECK(git(job.work, "remote get-url origin") == "git@example.com:o/r.git");
  }
}

TEST_CASE("checkout again: another repository stays as well") {
  Twice job;
  const auto server = job.folder.path() / "server";
  fs::create_directories(server / "other");
  git(job.folder.path(), "clone -q --bare source server/other/name");
  job.host.contexts["github.server_url"] = "file://" + server.string();
  job.check_out({{"repository", "other/name"}, {"path", "lib"}, {"ref", "other"}});
  git(job.work / "lib", "config user.name Deployer");
  job.write("lib/left", "x");
  job.check_out({{"repository", "other/name"}, {"path", "lib"}, {"clean", "false"}, {"fetch-depth", "0"}});
  CHECK(git(job.work / "lib", "config --local user.name") == "Deployer");
  CHECK(git(job.work / "lib", "status --porcelain") == "?? left");
  CHECK(git(job.work / "lib", "rev-list --count HEAD") == "2");
  CHECK(git(job.work / "lib", "symbolic-ref HEAD") == "refs/heads/main");
}

}  // namespace
}  // namespace runner::test
