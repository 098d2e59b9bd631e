#include "parser/filter.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace runner;

TEST_CASE("filters: patterns match whole names") {
  struct Case {
    const char *pattern, *name;
    bool want;
  };
  for (const auto& c : {
           Case{"main", "main", true},
           Case{"main", "Main", false},
           Case{"main", "main2", false},
           Case{"*", "main", true},
           Case{"*", "a/b", false},
           Case{"**", "a/b", true},
           Case{"a/*", "a/", true},
           Case{"a/**", "a/b/c", true},
           Case{"**/x", "x", true},
           Case{"**/x", "a/b/x", true},
           Case{"**/x", "ax", false},
           Case{"a/**/b", "a/b", true},
           Case{"a/**/b", "a/x/y/b", true},
           Case{"a/**/b", "axb", false},
           Case{"*.jsx?", "p.js", true},
           Case{"*.jsx?", "p.jsx", true},
           Case{"*.jsx?", "src/p.jsx", false},
           Case{"v[12].[0-9]+.[0-9]+", "v1.10.1", true},
           Case{"v[12].[0-9]+.[0-9]+", "v3.0.0", false},
           Case{"v[12].[0-9]+.[0-9]+", "v1.2", false},
           Case{"v1.0", "v1x0", false},
           Case{"a+", "aaa", true},
           Case{"a+", "", false},
           Case{"[ab]?c", "c", true},
           Case{"[ab]?c", "bc", true},
           Case{"[a-c]+", "abcba", true},
           Case{"[a-c]+", "abd", false},
           Case{"[+-.]", "-", true},
           Case{"[+-.]", ",", false},
           Case{"\\*", "*", true},
           Case{"\\*", "x", false},
           Case{"[abc", "[abc", true},
           Case{"[abc", "a", false},
           Case{"", "", true},
           Case{"ü?", "", true},
           Case{"ü+x", "üüx", true},
           Case{"[äö]", "ö", true},
           Case{"[äö]", "ü", false},
           Case{"*é", "café", true},
       }) {
    CAPTURE(c.pattern);
    CAPTURE(c.name);
    CHECK(filter_matches(c.pattern, c.name) == c.want);
  }
}

TEST_CASE("filters: a pattern made to backtrack takes linear time") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "**/a?*";
  CHECK_FALSE(filter_matches(pattern + "b", std::string(2000, 'a')));
}

TEST_CASE("filters: the last pattern that matches decides") {
  struct Case {
    std::vector<std::string> patterns;
    const char* name;
    bool want;
  };
  const std::vector<std::string> releases{"releases/**", "!releases/**-alpha"},
      markdown{"*.md", "!README.md", "README*"}, mixed{"**/docs/**", "**.js", "*.jsx?"};
  for (const auto& c : {
           Case{releases, "releases/10", true},
           Case{releases, "releases/beta/3-alpha", false},
           Case{releases, "main", false},
           Case{markdown, "hello.md", true},
           Case{markdown, "README.md", true},
           Case{markdown, "docs/hello.md", false},
           Case{mixed, "docs/a.md", true},
           Case{mixed, "x/docs/b", true},
           Case{mixed, "src/a.js", true},
           Case{mixed, "p.js", true},
           Case{mixed, "p.jsx", true},
           Case{mixed, "src/p.jsx", false},
           Case{{"!main"}, "dev", false},
           Case{{}, "dev", false},
       }) {
    CAPTURE(c.name);
    CHECK(filter_selects(c.patterns, c.name) == c.want);
  }
}

TEST_CASE("filters: which refs run a workflow") {
  const Filter main{"branches", {{"main", {}}}, {3, 5}}, not_main{"branches-ignore", {{"main", {}}}, {3, 5}},
      tags{"tags", {{"v*", {}}}, {4, 5}}, paths{"paths", {{"src/**", {}}}, {5, 5}};
  struct Case {
    const char *why, *event;
    std::vector<Filter> filters;
    std::vector<std::string> types;
    const char *ref, *base, *action, *reason;  // reason "": it runs
  };
  for (const auto& c : {
           Case{"no filter", "push", {}, {}, "refs/heads/x", "", "", ""},
           Case{"branch in", "push", {main}, {}, "refs/heads/main", "", "", ""},
           Case{"branch out",
                "push",
                {main},
                {},
                "refs/heads/feature/x",
                "",
                "",
                "`branches` does not include the branch \"feature/x\""},
           Case{"branch ignored",
                "push",
                {not_main},
                {},
                "refs/heads/main",
                "",
                "",
                "`branches-ignore` excludes the branch \"main\""},
           Case{"branch not ignored", "push", {not_main}, {}, "refs/heads/x", "", "", ""},
           Case{"a tag against branches",
                "push",
                {main},
                {},
                "refs/tags/v1",
                "",
                "",
                "only `branches` is given, so that a push of a tag does not run it"},
           Case{"a branch against tags",
                "push",
                {tags},
                {},
                "refs/heads/main",
                "",
                "",
                "only `tags` is given, so that a push of a branch does not run it"},
           Case{"both: each its own", "push", {main, tags}, {}, "refs/tags/v1", "", "", ""},
           Case{"both: tag out",
                "push",
                {main, tags},
                {},
                "refs/tags/x",
                "",
                "",
                "`tags` does not include the tag \"x\""},
           Case{"paths hold nothing back", "push", {paths}, {}, "refs/tags/x", "", "", ""},
           Case{"pull request: the base counts",
                "pull_request",
                {main},
                {},
                "refs/pull/3/merge",
                "main",
                "",
                ""},
           Case{"pull request: base out",
                "pull_request",
                {main},
                {},
                "refs/pull/3/merge",
                "dev",
                "",
                "`branches` does not include the branch \"dev\""},
           Case{"default types", "pull_request", {}, {}, "refs/pull/3/merge", "main", "synchronize", ""},
           Case{"not a default type",
                "pull_request",
                {},
                {},
                "refs/pull/3/merge",
                "main",
                "labeled",
                "`types` does not include \"labeled\""},
           Case{"types given",
                "release",
                {},
                {"published"},
                "refs/tags/v1",
                "",
                "created",
                "`types` does not include \"created\""},
           Case{"all types without types", "release", {}, {}, "refs/tags/v1", "", "created", ""},
           Case{"asked for by hand", "workflow_dispatch", {}, {}, "refs/heads/x", "", "", ""},
       }) {
    SUBCASE(c.why) {
      Trigger trigger;
      trigger.event = c.event;
      trigger.filters = c.filters;
      for (const auto& type : c.types) trigger.types.push_back({type, {}});
      const auto verdict = decide(trigger, c.ref, c.base, c.action);
      CHECK(verdict.reason == c.reason);
      CHECK(verdict.runs == std::string(c.reason).empty());
    }
  }
}
