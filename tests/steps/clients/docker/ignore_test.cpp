#include "steps/clients/docker/build/ignore.hpp"

#include <doctest/doctest.h>

namespace runner {

TEST_CASE(".dockerignore: what a pattern leaves out") {
  struct Case {
    const char *why, *rules, *path;
    bool excluded;
  };
  for (const auto& c : {
           Case{"a name matches at the root only", "foo", "sub/foo", false},
           Case{"at the root", "foo", "foo", true},
           Case{"and all below it", "foo", "foo/a/b", true},
           Case{"a last slash changes nothing", "foo/", "foo", true},
           Case{"nor does a first one", "/foo", "foo/x", true},
           Case{"the path is cleaned", "./a/../foo", "foo", true},
           Case{"** at any depth", "**/foo", "a/b/foo", true},
           Case{"** at no depth too", "**/foo", "foo", true},
           Case{"** takes whole components", "**/foo", "a/barfoo", false},
           Case{"** in the middle", "a/**/z", "a/b/c/z", true},
           Case{"** in the middle, no component", "a/**/z", "a/z", true},
           Case{"** at the end", "a/**", "a/b/c", true},
           Case{"** at the end is not the folder itself", "a/**", "a", false},
           Case{"* stays within a component", "*.log", "a/x.log", false},
           Case{"* within a component", "*.log", "x.log", true},
           Case{"* in a folder's name", "*/tmp", "a/tmp/x", true},
           Case{"? is one character", "a?c", "abc", true},
           Case{"? is not a slash", "a?c", "a/c", false},
           Case{"a class", "[a-c]x", "bx", true},
           Case{"a negated class", "[^a-c]x", "bx", false},
           Case{"an escaped star", "\\*", "x", false},
           Case{"an escaped star, literally", "\\*", "*", true},
           Case{"the last match wins", "*.md\n!README.md", "README.md", false},
           Case{"the last match wins, other order", "!README.md\n*.md", "README.md", true},
           Case{"let in below an excluded folder", "x\n!x/keep", "x/keep", false},
           Case{"its neighbour stays out", "x\n!x/keep", "x/other", true},
           Case{"everything but", "*\n!src", "src/a.c", false},
           Case{"a comment", "# foo\nbar", "# foo", false},
           Case{"a byte order mark",
                "\xEF\xBB\xBF"
                "foo",
                "foo", true},
           Case{"blanks around", "  foo  ", "foo", true},
           Case{"a dot excludes nothing", ".", "foo", false},
           Case{"CR LF", "foo\r\nbar\r\n", "bar", true},
       }) {
    SUBCASE(c.why) { CHECK(DockerIgnore(c.rules).excludes(c.path) == c.excluded); }
  }
}

TEST_CASE(".dockerignore: which excluded folders are still looked into") {
  struct Case {
    const char *why, *rules, *folder;
    bool look;
  };
  for (const auto& c : {
           Case{"no exception", "node_modules", "node_modules", false},
           Case{"an exception below", "x\n!x/a/keep", "x", true},
           Case{"an exception deeper below", "x\n!x/a/keep", "x/a", true},
           Case{"an exception elsewhere", "x\n!y/keep", "x", false},
           Case{"a name that only begins alike", "x\n!xy/keep", "x", false},
           Case{"an exception anywhere", "*\n!**/*.go", "src/deep", true},
           Case{"a wildcard behind a folder", "*\n!src/*.go", "src", true},
           Case{"a wildcard behind another folder", "*\n!src/*.go", "doc", false},
       }) {
    SUBCASE(c.why) { CHECK(DockerIgnore(c.rules).may_include_below(c.folder) == c.look); }
  }
}

TEST_CASE(".dockerignore: what must be sent is kept") {
  DockerIgnore ignore("*");
  ignore.keep("docker/Dockerfile");
  CHECK_FALSE(ignore.excludes("docker/Dockerfile"));
  CHECK(ignore.may_include_below("docker"));
  CHECK(ignore.excludes("docker/other"));
}

}  // namespace runner
