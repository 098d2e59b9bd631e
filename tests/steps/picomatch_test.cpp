#include "steps/support/paths_filter/picomatch.hpp"

#include <doctest/doctest.h>

#include "steps/step.hpp"

namespace runner {

TEST_CASE("picomatch: globs and paths") {
  struct Case {
    const char *glob, *path;
    bool want;
  };
  for (const auto& c : {
           Case{"src/**", "src/a/b.js", true},
           Case{"src/**", "src/.hidden", true},
           Case{"src/**", "src", true},
           Case{"src/**", "source/a", false},
           Case{"src/**/*.js", "src/a.js", true},
           Case{"src/**/*.js", "src/a/b/.c.js", true},
           Case{"src/**/*.js", "src/a.ts", false},
           Case{"**", "any/thing", true},
           Case{"**/*.md", "README.md", true},
           Case{"**/*.md", "docs/a/b.md", true},
           Case{"*.md", "README.md", true},
           Case{"*.md", "docs/README.md", false},
           Case{"*", ".env", true},
           Case{"*", "a/b", false},
           Case{"a/*/c", "a/b/c", true},
           Case{"a/*/c", "a/b/b/c", false},
           Case{"a/*", "a/", false},
           Case{"a**/b", "ax/b", true},
           Case{"a**/b", "ax/y/b", false},
           Case{"src/package1", "src/package1", true},
           Case{"src/package1", "src/package1/a", false},
           Case{"./src/*", "src/a", true},
           Case{"a?c", "abc", true},
           Case{"a?c", "a/c", false},
           Case{"a.c", "abc", false},
           Case{"[a-c]x", "bx", true},
           Case{"[!a-c]x", "bx", false},
           Case{"[!a-c]x", "dx", true},
           Case{"{src,lib}/**/*.{js,ts}", "lib/a/b.ts", true},
           Case{"{src,lib}/**/*.{js,ts}", "test/b.ts", false},
           Case{"{src/,}**/x", "a/x", true},
           Case{"{src/,}**/x", "src/x", true},
           Case{"a{b}c", "a{b}c", true},
           Case{"v{1..3}", "v2", true},
           Case{"v{1..12}", "v11", true},
           Case{"v{1..12}", "v13", false},
           Case{"v{1..3}", "v4", false},
           Case{"!**/*.md", "a.md", false},
           Case{"!**/*.md", "a.js", true},
           Case{"!!a", "a", true},
           Case{"!(**/*.tsx|**/*.less)", "src/ui.tsx", false},
           Case{"!(**/*.tsx|**/*.less)", "src/ui.less", false},
           Case{"!(**/*.tsx|**/*.less)", "src/server.py", true},
           Case{"!(a|b)", "a", false},
           Case{"!(a|b)", "ab", true},
           Case{"src/!(test)/*.js", "src/test/a.js", false},
           Case{"src/!(test)/*.js", "src/main/a.js", true},
           Case{"@(a|b).js", "b.js", true},
           Case{"+(ab).js", "abab.js", true},
           Case{"?(a).js", ".js", true},
           Case{"*(a|b).js", "abba.js", true},
           Case{"*(a|b).js", "abc.js", false},
           Case{"\\*.js", "*.js", true},
           Case{"\\*.js", "a.js", false},
           Case{"a[b].js", "a[b].js", true},
           Case{"a(b", "a(b", true},
           Case{"c++/x", "c++/x", true},
       }) {
    CAPTURE(c.glob);
    CAPTURE(c.path);
    CHECK(Picomatch(c.glob).matches(c.path) == c.want);
  }
  CHECK_THROWS_AS(Picomatch(""), InputError);
}

}  // namespace runner
