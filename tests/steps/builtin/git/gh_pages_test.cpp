// peaceiris/actions-gh-pages against bare repositories.
#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/builtin/git/gh_pages/inputs.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_plan_host.hpp"
#include "tests/support/git.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction gh_pages();
}

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Pages {
  Pages() {
    fs::create_directories(bare());
    git(bare(), "init -q --bare");
    host.repository_.root = folder.path() / "source";
    host.repository_.remote_url = bare().string();
    host.repository_.slug = "me/site";
    host.contexts = {{"github.sha", "0123456789abcdef"},
                     {"github.actor", "ana"},
                     {"github.repository", "me/site"},
                     {"github.ref", "refs/heads/main"},
                     {"github.event_name", "push"}};
    host.env_["PATH"] = "/usr/bin:/bin";
    host.env_["HOME"] = host.user_home().string();
    file("public/index.html", "one");
    file("public/css/a.css", "a");
  }
  fs::path bare() const { return folder.path() / "remote.git"; }
  void file(const std::string& name, std::string_view text) const {
    fs::create_directories((host.workspace() / name).parent_path());
    std::ofstream(host.workspace() / name, std::ios::binary) << text;
  }
  // Names on the branch, separated by blanks.
  std::string names(const std::string& branch = "gh-pages") const {
    return replace_all(git(bare(), "ls-tree -r --name-only " + branch), "\n", " ");
  }
  std::string text(const std::string& name) const { return git(bare(), "show gh-pages:" + name); }
  std::string commits(const std::string& format = "%s") const {
    return git(bare(), "log --format=" + format + " gh-pages");
  }
  std::string publish() { return host.run().message; }

  TempDir folder;
  FakeHost host{gh_pages()};
};

}  // namespace

TEST_CASE("gh-pages: the first deployment, and the next one") {
  Pages pages;
  REQUIRE(pages.publish() == "");
  CHECK(pages.names() == ".nojekyll css/a.css index.html");
  CHECK(pages.commits("'%s|%an|%ae'") == "deploy: 0123456789abcdef|ana|ana@users.noreply.github.com");
  CHECK(has(pages.host.text, "[INFO] first deployment, create new branch gh-pages"));
  CHECK(pages.host.notes.at(0).starts_with("gh-pages at "));
  CHECK(fs::is_empty(pages.host.temp()));

  fs::remove(pages.host.workspace() / "public/css/a.css");
  pages.file("public/index.html", "two");
  REQUIRE(pages.publish() == "");
  CHECK(pages.names() == ".nojekyll index.html");
  CHECK(pages.text("index.html") == "two");
  CHECK(pages.commits() == "deploy: 0123456789abcdef\ndeploy: 0123456789abcdef");

  pages.host.text.clear();
  REQUIRE(pages.publish() == "");
  CHECK(has(pages.host.text, "[INFO] skip commit"));
  CHECK(pages.commits("%h").size() == 15);  // two, still
}

TEST_CASE("gh-pages: what the inputs mean") {
  Pages pages;
  REQUIRE(pages.publish() == "");
  auto& with = pages.host.with;
  pages.file("public/new.html", "n");
  fs::remove_all(pages.host.workspace() / "public/css");
  SUBCASE("keep_files") {
    with["keep_files"] = "true";
    CHECK(pages.publish() == "");
    CHECK(pages.names() == ".nojekyll css/a.css index.html new.html");
  }
  SUBCASE("force_orphan: one commit, without what was there") {
    with["force_orphan"] = "true";
    with["keep_files"] = "true";
    CHECK(pages.publish() == "");
    CHECK(pages.names() == ".nojekyll index.html new.html");
    CHECK(pages.commits() == "deploy: 0123456789abcdef");
  }
  SUBCASE("destination_dir: only what is below it is replaced") {
    with["destination_dir"] = "v2/docs";
    CHECK(pages.publish() == "");
    CHECK(pages.names() == ".nojekyll css/a.css index.html v2/docs/index.html v2/docs/new.html");
    fs::remove(pages.host.workspace() / "public/new.html");
    CHECK(pages.publish() == "");
    CHECK(pages.names() == ".nojekyll css/a.css index.html v2/docs/index.html");
  }
  SUBCASE("another folder and branch") {
    pages.file("out/site/x", "x");
    with["publish_dir"] = "./out/site";
    with["publish_branch"] = "site";
    CHECK(pages.publish() == "");
    CHECK(pages.names("site") == ".nojekyll x");
  }
  SUBCASE("exclude_assets, and what is never published") {
    for (const auto* name : {"a.map", "js/b.map", ".github/w.yml", ".git/config", ".hidden"})
      pages.file(std::string("public/") + name, "x");
    SUBCASE("by default") {
      CHECK(pages.publish() == "");
      CHECK(pages.names() == ".hidden .nojekyll a.map index.html js/b.map new.html");
    }
    SUBCASE("by pattern") {
      with["exclude_assets"] = ".github, **/*.map,js";
      CHECK(pages.publish() == "");
      CHECK(pages.names() == ".hidden .nojekyll index.html new.html");
    }
    CHECK(fs::exists(pages.host.workspace() / "public/.git/config"));
  }
  SUBCASE("ignore rules of the user do not count, those of the folder do") {
    std::ofstream(pages.host.user_home() / ".gitconfig")
        << "[core]\n\texcludesFile = ~/ignored\n[commit]\n\tgpgsign = true\n";
    std::ofstream(pages.host.user_home() / "ignored") << "new.html\n";
    pages.file("public/.gitignore", "index.html\n");
    CHECK(pages.publish() == "");
    CHECK(pages.names() == ".gitignore .nojekyll new.html");
  }
  SUBCASE("links are followed") {
    fs::create_symlink("index.html", pages.host.workspace() / "public/link.html");
    fs::create_directory_symlink(pages.host.workspace() / "public", pages.host.workspace() / "all");
    with["publish_dir"] = "all";
    CHECK(pages.publish() == "");
    CHECK(pages.text("link.html") == "one");
  }
  SUBCASE("cname") {
    with["cname"] = "www.example.org";
    CHECK(pages.publish() == "");
    CHECK(pages.text("CNAME") == "www.example.org");
    pages.file("public/CNAME", "own.example.org");
    CHECK(pages.publish() == "");
    CHECK(pages.text("CNAME") == "own.example.org");
    CHECK(has(pages.host.text, "CNAME already exists, skip adding CNAME"));
  }
  SUBCASE("jekyll") {
    with["enable_jekyll"] = "true";
    CHECK(pages.publish() == "");
    CHECK(pages.names() == "index.html new.html");
  }
  SUBCASE("the commit") {
    with["user_name"] = "Bot";
    with["user_email"] = "bot@example.org";
    with["commit_message"] = "site of";
    CHECK(pages.publish() == "");
    CHECK(git(pages.bare(), "log -1 --format='%s|%an|%ae' gh-pages") ==
          "site of 0123456789abcdef|Bot|bot@example.org");
    with["full_commit_message"] = "all\n\nof it";
    with["allow_empty_commit"] = "true";
    CHECK(pages.publish() == "");
    CHECK(git(pages.bare(), "log -1 --format=%B gh-pages") == "all\n\nof it");
  }
  SUBCASE("a tag") {
    with["tag_name"] = "deploy-1";
    CHECK(pages.publish() == "");
    CHECK(git(pages.bare(), "tag -n1") == "deploy-1        Deployment deploy-1");
    CHECK(git(pages.bare(), "rev-parse deploy-1^{}") == git(pages.bare(), "rev-parse gh-pages"));
  }
}

TEST_CASE("gh-pages: version 2 reads variables") {
  Pages pages;
  auto& host = pages.host;
  host.version_ = {2, 8, 0, 3};
  CHECK(gh_pages().problems(host).size() == 1);
  host.env_["PUBLISH_BRANCH"] = "site";
  host.env_["PUBLISH_DIR"] = "./public";
  host.env_["GITHUB_TOKEN"] = "no-github-token-was-given";
  CHECK(gh_pages().problems(host).empty());
  CHECK(pages.publish() == "");
  CHECK(pages.names("site") == "css/a.css index.html");
  host.with["commitMessage"] = "again";
  CHECK(pages.publish() == "");  // empty commits are its default
  CHECK(git(pages.bare(), "log --format=%s site") == "again 0123456789abcdef\ndeploy: 0123456789abcdef");
}

TEST_CASE("gh-pages: where to, and who logs in") {
  struct Case {
    const char *why, *origin;
    std::map<std::string, std::string, IgnoringCase> with;
    const char *url, *token_server;
    bool key;
  };
  const std::map<std::string, std::string, IgnoringCase> token{{"github_token", "t"}},
      key{{"deploy_key", "k"}};
  for (const auto& c : std::vector<Case>{
           {"a token goes to its server", "https://git.example/o/r.git", token, "https://git.example/o/r.git",
            "https://git.example/", false},
           {"in place of what the URL holds", "https://me:pw@git.example/o/r", token,
            "https://git.example/o/r", "https://git.example/", false},
           {"no token: as the user would",
            "https://git.example/o/r",
            {},
            "https://git.example/o/r",
            "",
            false},
           {"ssh needs no token", "me@git.example:o/r.git", token, "me@git.example:o/r.git", "", false},
           {"a key for ssh", "me@git.example:o/r.git", key, "me@git.example:o/r.git", "", true},
           {"a key turns https into ssh", "https://git.example/o/r", key, "git@git.example:o/r.git", "",
            true},
           {"a path", "/srv/r.git", {}, "/srv/r.git", "", false},
           {"a path from the repository", "../r.git", {}, "/home/me/r.git", "", false},
           {"another repository",
            "/srv/r.git",
            {{"personal_token", "p"}, {"external_repository", "a/b"}},
            "https://github.com/a/b.git",
            "https://github.com/",
            false},
           {"another repository with a key",
            "/srv/r.git",
            {{"deploy_key", "k"}, {"external_repository", "a/b"}},
            "git@github.com:a/b.git",
            "",
            true}}) {
    SUBCASE(c.why) {
      FakeHost host(gh_pages());
      host.repository_.root = "/home/me/site";
      host.repository_.remote_url = c.origin;
      host.with = c.with;
      const auto target = pages_target(host, read_pages_inputs(host));
      CHECK(target.url == c.url);
      CHECK(target.token_server == c.token_server);
      CHECK(target.with_deploy_key == c.key);
    }
  }
}

TEST_CASE("gh-pages: a deploy key logs in over ssh") {
  Pages pages;
  const SshServer server;
  pages.host.repository_.remote_url =
      fmt::format("ssh://{}@127.0.0.1:{}{}", current_user(), server.port(), pages.bare().string());
  pages.host.with["deploy_key"] = read_file(key_file("ed25519"));
  CHECK(pages.publish() == "");
  CHECK(pages.names() == ".nojekyll css/a.css index.html");
  CHECK(has(pages.host.notices(), "is new: its host key ssh-ed25519 " + fingerprint_of("host_ed25519")));
  CHECK(fs::is_empty(pages.host.temp()));
  pages.host.with["deploy_key"] = read_file(key_file("stranger"));
  CHECK(has(pages.publish(), "Permission denied"));
}

TEST_CASE("gh-pages: a token is sent in a header and stands nowhere else") {
  Pages pages;
  pages.host.repository_.remote_url = "http://127.0.0.1:1/o/r.git";
  pages.host.with["github_token"] = "s3cret";
  const auto message = pages.publish();
  CHECK(has(message, "Action failed with \"git ls-remote failed: "));
  CHECK_FALSE(has(message + pages.host.text, "s3cret"));
  CHECK(pages.host.masks == std::vector<std::string>{"s3cret", base64("x-access-token:s3cret")});
}

TEST_CASE("gh-pages: failures") {
  Pages pages;
  auto& host = pages.host;
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    const char* message;
  };
  const auto check = [&](const char* message) {
    CHECK(pages.publish() == fmt::format("Action failed with \"{}\"", message));
    CHECK(gh_pages().problems(host) == std::vector<std::string>{message});
  };
  for (const auto& c : std::vector<Case>{
           {"both switches",
            {{"enable_jekyll", "true"}, {"disable_nojekyll", "true"}},
            "Use either of enable_jekyll or disable_nojekyll"},
           {"an absolute destination",
            {{"destination_dir", "/a"}},
            "destination_dir should be a relative path"},
           {"a name without address", {{"user_name", "a"}}, "user_email is undefined"},
           {"an address without name", {{"user_email", "a"}}, "user_name is undefined"},
           {"the branch itself",
            {{"publish_branch", "main"}},
            "You deploy from main to main\nThis operation is prohibited to protect your contents"},
           {"a token of this repository for another",
            {{"github_token", "t"}, {"external_repository", "a/b"}},
            "The generated GITHUB_TOKEN (github_token) does not support to push to an external "
            "repository.\nUse "
            "deploy_key or personal_token."}}) {
    SUBCASE(c.why) {
      host.with = c.with;
      check(c.message);
    }
  }
  SUBCASE("no origin") {
    host.repository_.remote_url = "";
    check("the repository has no remote \"origin\" to push to: git remote add origin URL");
  }
  SUBCASE("no folder: the branch stays") {
    REQUIRE(pages.publish() == "");
    host.with["publish_dir"] = "dist";
    CHECK(pages.publish() == "Action failed with \"publish_dir: there is no folder dist\"");
    CHECK(pages.names() == ".nojekyll css/a.css index.html");
  }
  SUBCASE("a destination outside") {
    host.with["destination_dir"] = "../x";
    CHECK(has(pages.publish(), "is not below the branch's root"));
  }
  SUBCASE("nothing to publish") {
    host.with["publish_dir"] = "empty";
    host.with["disable_nojekyll"] = "true";
    fs::create_directories(host.workspace() / "empty");
    CHECK(pages.publish() == "Action failed with \"empty holds nothing to publish\"");
  }
}

TEST_CASE("gh-pages: the plan compares with the branch and pushes nothing") {
  Pages pages;
  FakePlanHost plan(pages.host);
  const auto what = "push public to branch gh-pages of " + pages.bare().string();
  CHECK(gh_pages().effects(pages.host) == std::vector<std::string>{what});
  CHECK(gh_pages().differences(plan).front() == what + ": 3 added, 0 changed, 0 deleted; the branch is new");
  REQUIRE(pages.publish() == "");
  const auto before = pages.commits("%H");
  pages.file("public/new.html", "n");
  pages.file("public/index.html", "two");
  fs::remove(pages.host.workspace() / "public/css/a.css");
  CHECK(gh_pages().differences(plan) == std::vector<std::string>{what + ": 1 added, 1 changed, 1 deleted",
                                                                 "  - css/a.css", "  ~ index.html",
                                                                 "  + new.html"});
  CHECK(pages.commits("%H") == before);
  CHECK(fs::is_empty(pages.host.temp()));
  fs::remove_all(pages.host.workspace() / "public");
  CHECK_THROWS_AS(gh_pages().differences(plan), NotBeforeRun);
}

}  // namespace runner::test
