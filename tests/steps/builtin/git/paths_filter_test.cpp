#include <fstream>

#include <doctest/doctest.h>

#include "steps/builtin/git/paths_filter/changes.hpp"
#include "steps/builtin/git/paths_filter/filters.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/git.hpp"

namespace runner {

BuiltinAction paths_filter();

namespace {

namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

std::string names(const std::vector<ChangedFile>& files) {
  std::string text;
  for (const auto& file : files) text += file.path + " ";
  return text;
}

// A repository with main: web/a, api/a; and topic: web/a changed, web/b new, api/a deleted. main went on.
struct Shop {
  test::FakeHost host{paths_filter()};
  test::TempDir folder;
  fs::path repo = folder.path() / "repo";
  std::string first, main, topic;

  Shop() {
    fs::create_directories(repo);
    test::git(repo, "init -q -b main");
    write(repo / "web/a", "1"), write(repo / "api/a", "1");
    first = commit("one");
    test::git(repo, "checkout -q -b topic");
    write(repo / "web/a", "2"), write(repo / "web/b", "new");
    fs::remove(repo / "api/a");
    topic = commit("two");
    test::git(repo, "checkout -q main");
    write(repo / "docs/x", "1");
    main = commit("three");
    test::git(repo, "checkout -q topic");
    host.env_["PATH"] = "/usr/bin:/bin";
    host.with = {{"filters", "web: web/**\napi:\n  - 'api/**'\ndocs: docs/**"}, {"list-files", "csv"}};
    at("refs/heads/topic", topic);
  }
  std::string commit(const std::string& message) {
    test::git(repo, "add -A");
    test::git(repo, "commit -q -m " + message);
    return test::git(repo, "rev-parse HEAD");
  }
  void at(const std::string& ref, const std::string& sha, const std::string& event = "push") {
    host.repository_ = open_repository(repo);
    host.contexts["github.event_name"] = event;
    host.contexts["github.ref"] = ref;
    host.contexts["github.sha"] = sha;
    host.contexts["github.event.repository.default_branch"] = "main";
  }
  // "web=true(web/a,web/b) ..." of the outputs
  std::string run() {
    const auto result = host.run();
    if (result.outcome != Outcome::success) return result.message;
    std::string text = host.outputs["changes"];
    for (const auto* name : {"web", "api", "docs"}) {
      if (const auto files = host.outputs[std::string(name) + "_files"]; !files.empty()) text += " " + files;
    }
    return text;
  }
};

}  // namespace

TEST_CASE("paths filter: what counts as changed") {
  Shop shop;
  auto& contexts = shop.host.contexts;
  SUBCASE("a branch: since it left the default branch") {
    CHECK(shop.run() == R"(["web","api"] web/a,web/b api/a)");
    CHECK(shop.host.outputs["web"] == "true");
    CHECK(shop.host.outputs["web_count"] == "2");
    CHECK(shop.host.outputs["docs"] == "false");
    CHECK(shop.host.outputs["docs_count"] == "0");
    CHECK(shop.host.outputs.contains("docs_files"));
  }
  SUBCASE("a branch compared with itself: since the commit before the push") {
    shop.host.with["base"] = "refs/heads/topic";
    contexts["github.event.before"] = shop.main;
    CHECK(shop.run() == R"(["web","api","docs"] web/a,web/b api/a docs/x)");
  }
  SUBCASE("the first push of a branch compared with itself: since the default branch") {
    shop.host.with["base"] = "topic";
    contexts["github.event.before"] = std::string(40, '0');
    CHECK(shop.run() == R"(["web","api"] web/a,web/b api/a)");
  }
  SUBCASE("the first push of the default branch: everything") {
    shop.at("refs/heads/main", shop.main);
    contexts["github.event.before"] = std::string(40, '0');
    CHECK(shop.run() == R"(["web","api","docs"] web/a api/a docs/x)");
  }
  SUBCASE("the default branch") {
    shop.at("refs/heads/main", shop.main);
    contexts["github.event.before"] = shop.first;
    CHECK(shop.run() == R"(["docs"] docs/x)");
  }
  SUBCASE("another event on the default branch: the last commit, with a warning") {
    shop.at("refs/heads/main", shop.main, "workflow_dispatch");
    CHECK(shop.run() == R"(["docs"] docs/x)");
    REQUIRE(shop.host.annotations.size() == 1);
    CHECK(shop.host.annotations[0].message.starts_with("'before' field is missing"));
  }
  SUBCASE("a commit as base: what differs, not what was added since") {
    shop.host.with["base"] = shop.main;
    CHECK(shop.run() == R"(["web","api","docs"] web/a,web/b api/a docs/x)");
  }
  SUBCASE("another branch than the event's") {
    shop.at("refs/heads/main", shop.main);
    shop.host.with["ref"] = "topic";
    CHECK(shop.run() == R"(["web","api"] web/a,web/b api/a)");
  }
  SUBCASE("a pull request: since it left its base") {
    shop.at("refs/pull/5/merge", shop.topic, "pull_request");
    contexts["github.event.pull_request.base.sha"] = shop.main;
    CHECK(shop.run() == R"(["web","api"] web/a,web/b api/a)");
  }
  SUBCASE("a pull request whose base is known by name only; the input base does not count") {
    shop.at("refs/pull/5/merge", shop.topic, "pull_request");
    contexts["github.event.pull_request.base.ref"] = "main";
    shop.host.with["base"] = "nowhere";
    CHECK(shop.run() == R"(["web","api"] web/a,web/b api/a)");
    CHECK(shop.host.annotations.size() == 1);
  }
  SUBCASE("a base that is not there") {
    shop.host.with["base"] = "develop";
    CHECK(shop.run() == "base: there is no branch, tag or commit develop in " + shop.repo.string());
  }
}

TEST_CASE("paths filter: the workspace") {
  Shop shop;
  test::git(shop.folder.path(), "clone -q repo " + shop.host.workspace().string());
  SUBCASE("HEAD as base: changes that are not committed") {
    shop.host.with["base"] = "HEAD";
    write(shop.host.workspace() / "web/a", "3");
    write(shop.host.workspace() / "api/new", "not tracked");
    CHECK(shop.run() == R"(["web"] web/a)");
  }
  SUBCASE("a commit of its own is compared there") {
    write(shop.host.workspace() / "docs/y", "1");
    test::git(shop.host.workspace(), "add -A");
    test::git(shop.host.workspace(), "commit -q -m four");
    CHECK(shop.run() == R"(["web","api","docs"] web/a,web/b api/a docs/y)");
  }
  SUBCASE("filters in a file") {
    write(shop.host.workspace() / "filters.yml", "web: web/a");
    shop.host.with["filters"] = "filters.yml";
    CHECK(shop.run() == R"(["web"] web/a)");
  }
  SUBCASE("a file that is not there") {
    shop.host.with["filters"] = "none.yml";
    CHECK(shop.run() == "Configuration file 'none.yml' not found");
  }
}

TEST_CASE("paths filter: filters and kinds of change") {
  const std::vector<ChangedFile> files{
      {"src/a.js", "modified"}, {"src/b.js", "added"}, {"docs/c.md", "deleted"}};
  struct Case {
    const char *why, *filter;
    Quantifier quantifier;
    const char* want;
  };
  for (const auto& c : {
           Case{"one glob", "x: src/**", Quantifier::some, "src/a.js src/b.js "},
           Case{"several", "x: [docs/**, 'src/a*']", Quantifier::some, "src/a.js docs/c.md "},
           Case{"a kind", "x:\n  - added: '**'", Quantifier::some, "src/b.js "},
           Case{"kinds", "x:\n  - Added | deleted: '**'", Quantifier::some, "src/b.js docs/c.md "},
           Case{"a kind of a list", "x:\n  - modified: [docs/**, src/**]", Quantifier::some, "src/a.js "},
           Case{"an anchor", "s: &s\n  - docs/**\nx:\n  - *s\n  - src/a.js", Quantifier::some,
                "src/a.js docs/c.md "},
           Case{"no kind at all", "x:\n  - '|': '**'", Quantifier::some, ""},
           Case{"keys of an anchor, one of them written anew",
                "s: &s\n  added: '**'\n  deleted: '**'\nx:\n  - <<: *s\n    added: none", Quantifier::some,
                "docs/c.md "},
           Case{"every rule", "x:\n  - '**'\n  - '!docs/**'\n  - '!src/b*'", Quantifier::every, "src/a.js "},
       }) {
    CAPTURE(c.why);
    const auto filters = read_path_filters(c.filter);
    CHECK(names(matching_files(filters.back(), files, c.quantifier)) == c.want);
  }
}

TEST_CASE("paths filter: wrong inputs") {
  struct Case {
    const char *input, *value, *want;
  };
  for (const auto& c : {
           Case{"filters", "- a: b", "Invalid filter YAML format: Root element is not an object."},
           Case{"filters", "x: 5", "Invalid filter YAML format: Unexpected element type 'number'."},
           Case{"filters", "x:\n  - d:\n      some: value",
                "Invalid filter YAML format: Expected [key:string]= pattern:string | string[], but "
                "[d:string]= {\"some\":\"value\"}:object found."},
           Case{"filters", "x: a\ny:\n  - b\nx: c",
                "read filters: line 4, column 1: the key \"x\" is there already, in line 1"},
           Case{"filters", "{\"x\": \"a\",\n \"x\": \"b\"}",
                "read filters: line 2, column 2: the key \"x\" is there already, in line 1"},
           Case{"list-files", "josn",
                "Input parameter 'list-files' is set to invalid value 'josn'; did you mean \"json\"?"},
           Case{"predicate-quantifier", "all",
                "Input parameter 'predicate-quantifier' is set to invalid value 'all'. Valid values: every, "
                "some"},
       }) {
    test::FakeHost host{paths_filter()};
    host.with = {{"filters", "x: y\nz: w"}};
    host.with[c.input] = c.value;
    CHECK(paths_filter().problems(host) == std::vector<std::string>{c.want});
    CHECK(host.run().message == c.want);
  }
}

// The answers of the original, but for two: it cuts characters beyond U+FFFF, and leaves a name with a line
// end without quotes.
TEST_CASE("paths filter: lists of files") {
  struct Case {
    const char *path, *csv, *shell, *escape;
  };
  for (const auto& c : {
           Case{"a/b.js", "a/b.js", "a/b.js", "a/b.js"},
           Case{"it's", R"("it's")", R"("it's")", R"(it\'s)"},
           Case{"x y", R"("x y")", "'x y'", R"(x\ y)"},
           Case{"a'b\"c", R"("a'b""c")", R"(a\''b"c')", R"(a\'b\"c)"},
           Case{"p,q", R"("p,q")", "p,q", "p,q"},
           Case{"größe.txt", R"("größe.txt")", "'größe.txt'", R"(gr\ö\ße.txt)"},
           Case{"docs/日本.md", R"("docs/日本.md")", "'docs/日本.md'", R"(docs/\日\本.md)"},
           Case{"😀", R"("😀")", "'😀'", R"(\😀)"},
           Case{"$(x)", R"x("$(x)")x", "'$(x)'", R"(\$\(x\))"},
           Case{"a\nb", "\"a\nb\"", "'a\nb'", "a\\\nb"},
           Case{"a\\b", R"("a\b")", R"('a\b')", R"(a\\b)"},
           Case{"it's größe", R"("it's größe")", R"(it\''s größe')", R"(it\'s\ gr\ö\ße)"},
           Case{"a\u00a0'b", "\"a\u00a0'b\"", "\"a\u00a0'b\"", "a\\\u00a0\\'b"},
           Case{"''", R"("''")", R"("''")", R"(\'\')"},
           Case{"-n", "-n", "-n", "-n"},
       }) {
    CAPTURE(c.path);
    CHECK(listed({{c.path, ""}}, "csv") == c.csv);
    CHECK(listed({{c.path, ""}}, "shell") == c.shell);
    CHECK(listed({{c.path, ""}}, "escape") == c.escape);
  }
  const std::vector<ChangedFile> files{{"a", ""}, {"ö \"\x01", ""}};
  CHECK(listed(files, "csv") == "a,\"ö \"\"\x01\"");
  CHECK(listed(files, "shell") == "a 'ö \"\x01'");
  CHECK(listed(files, "json") == R"(["a","ö \"\u0001"])");
}

}  // namespace runner
