#include <doctest/doctest.h>

#include "steps/catalog.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/git.hpp"

namespace runner {
BuiltinAction checkout();
}

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Job {
  TempDir folder;
  fs::path root = folder.path() / "source";
  FakeHost host{checkout()};

  Job() {
    fs::create_directories(root);
    git(root, "init -q && git remote add origin git@example.com:o/r.git");
    for (const std::string name : {"one", "two", "three"}) {
      folder.write("source/" + name, name + "\n");
      git(root, "add -A && git commit -qm " + name);
    }
    git(root, "tag -a v1 -m v1 HEAD~1 && git branch old HEAD~2");
    look();
    host.version_ = {4, 2, 2};
    host.env_["PATH"] = "/usr/bin:/bin";
    host.env_["GIT_CONFIG_NOSYSTEM"] = "1";
  }
  void look() {
    host.repository_ = open_repository(root);
    host.contexts["github.repository"] = host.repository_.slug;
    host.contexts["github.ref"] = host.repository_.ref;
    host.contexts["github.sha"] = host.repository_.sha;
  }
};

TEST_CASE("checkout: what is asked for stands in the workspace") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    ActionVersion version;
    const char *folder, *head, *count, *ref;
  };
  const std::vector<Case> cases{
      {"nothing given", {}, {4, 2, 2}, "", "main", "1", "refs/heads/main"},
      {"a path", {{"path", "a/b"}}, {}, "a/b", "main", "1", "refs/heads/main"},
      {"own repository by name", {{"repository", "O/R"}}, {}, "", "main", "1", "refs/heads/main"},
      {"all history", {{"fetch-depth", "0"}}, {}, "", "main", "3", "refs/heads/main"},
      {"a depth that is no number is all", {{"fetch-depth", "all"}}, {}, "", "main", "3", "refs/heads/main"},
      {"two commits", {{"fetch-depth", "2"}}, {}, "", "main", "2", "refs/heads/main"},
      {"the first version takes all history", {}, {1, 2, 0}, "", "main", "3", nullptr},
      {"a branch", {{"ref", "old"}}, {}, "", "old", "1", "old"},
      {"a tag", {{"ref", "v1"}}, {}, "", "HEAD", "1", "v1"},
      {"outputs came with v4.2", {}, {4, 1, 7}, "", "main", "1", nullptr}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      Job job;
      job.host.with = c.with;
      job.host.version_ = c.version;
      const auto result = job.host.run();
      CHECK(result.message == "");
      const auto target = job.host.workspace() / c.folder;
      CHECK(git(target, "rev-parse --abbrev-ref HEAD") == c.head);
      CHECK(git(target, "rev-list --count HEAD") == c.count);
      CHECK(git(target, "status --porcelain") == "");
      CHECK(job.host.annotations.empty());
      if (c.ref == nullptr) {
        CHECK(job.host.outputs.empty());
      } else {
        CHECK(job.host.outputs["ref"] == c.ref);
        CHECK(job.host.outputs["commit"] == git(target, "rev-parse HEAD"));
      }
    }
  }
}

TEST_CASE("checkout: a commit is detached and leaves the output ref empty") {
  Job job;
  const auto sha = git(job.root, "rev-parse HEAD~1");
  job.host.with = {{"ref", sha}};
  CHECK(job.host.run().message == "");
  CHECK(git(job.host.workspace(), "rev-parse --abbrev-ref HEAD") == "HEAD");
  CHECK(job.host.outputs["ref"] == "");
  CHECK(job.host.outputs["commit"] == sha);
}

TEST_CASE("checkout: failures") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    const char* message;
  };
  for (const auto& c :
       {Case{"no such branch", {{"ref", "nothing"}}, "A branch or tag with the name 'nothing'"},
        Case{"no such commit", {{"ref", std::string(40, 'a')}}, "not in the local repository"},
        Case{"a name without owner", {{"repository", "x"}}, "Invalid repository 'x'. Expected format"},
        Case{"out of the workspace", {{"path", "../x"}}, "is not under"},
        Case{"an absolute path", {{"path", "/tmp"}}, "is not under"}}) {
    SUBCASE(c.why) {
      Job job;
      job.host.with = c.with;
      const auto result = job.host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK_MESSAGE(result.message.find(c.message) != std::string::npos, result.message);
    }
  }
}

TEST_CASE("checkout: never through a symlink out of the workspace, never over the user's work tree") {
  Job job;
  SUBCASE("symlink") {
    fs::create_directory_symlink(job.root, job.host.workspace() / "link");
    job.host.with = {{"path", "link"}};
  }
  SUBCASE("the workspace is the user's own tree") {
    git(job.host.workspace(), "init -q && git commit -q --allow-empty -m one");
    job.host.repository_ = open_repository(job.host.workspace());
  }
  CHECK(job.host.run().outcome == Outcome::failure);
  CHECK(fs::exists(job.root / "three"));
}

TEST_CASE("checkout: uncommitted files are named, and taken along only when asked") {
  for (const bool take : {false, true}) {
    CAPTURE(take);
    Job job;
    job.host.take_uncommitted_ = take;
    job.folder.write("source/one", "changed\n");
    job.folder.write("source/new", "new\n");
    CHECK(job.host.run().message == "");
    REQUIRE(job.host.annotations.size() == 1);
    const auto& told = job.host.annotations[0].message;
    CHECK_MESSAGE(told.find("2 uncommitted files") != std::string::npos, told);
    CHECK_MESSAGE(told.ends_with(": new, one"), told);
    CHECK(read_file(job.host.workspace() / "one") == (take ? "changed\n" : "one\n"));
    CHECK(fs::exists(job.host.workspace() / "new") == take);
    CHECK(read_file(job.root / "one") == "changed\n");
  }
}

TEST_CASE("checkout: secrets stay when everything else is taken along, and the warning says so") {
  Job job;
  job.host.take_uncommitted_ = true;
  job.folder.write("source/.secrets", "KEY=s3cret\n");
  job.folder.write("source/new", "new\n");
  CHECK(job.host.run().message == "");
  REQUIRE(job.host.annotations.size() == 2);
  CHECK(job.host.annotations[0].message == "Files that hold secrets or values are not taken along: .secrets");
  CHECK(job.host.annotations[1].message == "The checkout includes 1 uncommitted file of your work tree: new");
  CHECK(!fs::exists(job.host.workspace() / ".secrets"));
}

TEST_CASE("checkout: a long list of uncommitted files is cut in the warning, and whole in the log") {
  Job job;
  job.host.take_uncommitted_ = true;
  for (char c = 'a'; c <= 'l'; ++c) job.folder.write(std::string("source/x") + c, "new\n");
  CHECK(job.host.run().message == "");
  REQUIRE(job.host.annotations.size() == 1);
  CHECK(job.host.annotations[0].message.ends_with("xi, xj and 2 more"));
  CHECK(job.host.text.find("  xl\n") != std::string::npos);
}

TEST_CASE(
    "checkout: a token that is given stays for later pushes, as the version has it, and goes with the post") {
  for (const int major : {4, 6}) {
    CAPTURE(major);
    Job job;
    job.host.version_ = {major, 0, 0};
    job.host.with = {{"token", "t0ken"}};
    CHECK(job.host.run().message == "");
    const auto config = read_file(job.host.workspace() / ".git/config");
    const auto header = "AUTHORIZATION: basic " + base64("x-access-token:t0ken");
    CHECK((config.find(header) != std::string::npos) == (major == 4));
    CHECK(git(job.host.workspace(), "config --get-urlmatch http.extraheader https://example.com/o/r") ==
          header);
    CHECK(git(job.host.workspace(), "remote get-url origin") == "https://example.com/o/r");
    CHECK(std::count(job.host.masks.begin(), job.host.masks.end(), base64("x-access-token:t0ken")) == 1);
    CHECK(job.host.run_post().outcome == Outcome::success);
    CHECK(git_fails(job.host.workspace(), "config --get-urlmatch http.extraheader https://example.com/o/r"));
    CHECK(fs::is_empty(job.host.temp()));
  }
}

TEST_CASE("checkout: without a token nothing is kept and origin is the user's own") {
  Job job;
  CHECK(job.host.run().message == "");
  CHECK(git(job.host.workspace(), "remote get-url origin") == "git@example.com:o/r.git");
  CHECK(job.host.masks.empty());
}

TEST_CASE("checkout: another repository is fetched with git") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    const char *head, *count;
  };
  const std::vector<Case> cases{{"its default branch", {}, "main", "1"},
                                {"a branch", {{"ref", "old"}}, "old", "1"},
                                {"a tag, with history", {{"ref", "v1"}, {"fetch-depth", "0"}}, "HEAD", "2"}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      Job job;
      const auto server = job.folder.path() / "server";
      fs::create_directories(server / "other");
      git(job.folder.path(), "clone -q --bare source server/other/name");
      job.host.contexts["github.server_url"] = "file://" + server.string();
      job.host.with = c.with;
      job.host.with["repository"] = "other/name";
      job.host.with["path"] = "lib";
      CHECK(job.host.run().message == "");
      const auto target = job.host.workspace() / "lib";
      CHECK(git(target, "rev-parse --abbrev-ref HEAD") == c.head);
      CHECK(git(target, "rev-list --count HEAD") == c.count);
    }
  }
}

TEST_CASE("checkout: another repository that is not there fails with git's words") {
  Job job;
  job.host.contexts["github.server_url"] = "file://" + job.folder.path().string();
  job.host.with = {{"repository", "other/name"}};
  const auto result = job.host.run();
  CHECK(result.outcome == Outcome::failure);
  CHECK_MESSAGE(result.message.find("git ls-remote failed") != std::string::npos, result.message);
}

TEST_CASE("checkout: submodules come with git") {
  Job job;
  git(job.folder.path(), "clone -q --bare source lib.git");
  git(job.root, "submodule --quiet add file://" + (job.folder.path() / "lib.git").string() + " lib");
  git(job.root, "commit -qm sub");
  job.look();
  job.host.env_["GIT_CONFIG_COUNT"] = "1";
  job.host.env_["GIT_CONFIG_KEY_0"] = "protocol.file.allow";
  job.host.env_["GIT_CONFIG_VALUE_0"] = "always";
  job.host.with = {{"submodules", "recursive"}};
  CHECK(job.host.run().message == "");
  CHECK(read_file(job.host.workspace() / "lib/three") == "three\n");
  CHECK(git(job.host.workspace(), "status --porcelain") == "");
}

TEST_CASE("checkout: the effect names repository, commit and place") {
  Job job;
  const auto action = checkout();
  CHECK(action.effects(job.host) ==
        std::vector<std::string>{"check out o/r@" + job.host.repository_.sha.substr(0, 7) +
                                 " into the workspace"});
  job.host.with = {{"repository", "a/b"}, {"path", "x"}};
  CHECK(action.effects(job.host)[0] == "check out a/b@its default branch into x, over the network");
}

}  // namespace
}  // namespace runner::test
