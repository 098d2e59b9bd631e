#include "steps/formats/file_glob.hpp"

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
namespace fs = std::filesystem;

namespace {

using Names = std::vector<std::string>;

Names below(const fs::path& root, const std::vector<fs::path>& paths) {
  Names names;
  for (const auto& path : paths) names.push_back(path.lexically_relative(root).string());
  return names;
}

}  // namespace

TEST_CASE("glob: one segment") {
  struct Case {
    const char *pattern, *name;
    bool want;
  };
  const Case cases[] = {
      {"a", "a", true},
      {"a", "A", false},
      {"*", "", true},
      {"*", ".a", true},
      {"*.txt", "a.txt", true},
      {"*.txt", ".txt", true},
      {"*.txt", "a.txt2", false},
      {"a*b*c", "aXbYbc", true},
      {"a*b*c", "aXc", false},
      {"**x", "abx", true},
      {"?", "a", true},
      {"?", "é", true},
      {"?", "", false},
      {"??", "é", false},
      {"[abc]", "b", true},
      {"[abc]", "d", false},
      {"[a-c]x", "bx", true},
      {"[!a-c]", "d", true},
      {"[!a-c]", "b", false},
      {"[^a]", "b", true},
      {"[]a]", "]", true},
      {"[a-]", "-", true},
      {"[à-ü]", "é", true},
      {"[a", "[a", true},
      {"[z-a]", "[z-a]", true},
      {"[*]", "*", true},
      {"[*]", "a", false},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"a\\", "a\\", true},
      {"[\\]]", "]", true},
      {"{a,b}", "a", false},
      {"{a,b}", "{a,b}", true},
      {"+(a)", "+(a)", true},
      {"*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
      {"\xFF*", "\xFFx", true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.pattern);
    CAPTURE(c.name);
    CHECK(GlobSegment::parse(c.pattern).matches(c.name) == c.want);
  }
}

TEST_CASE("glob: search paths are the literal beginnings") {
  struct Case {
    const char* patterns;
    Names want;
  };
  const Case cases[] = {
      {"a/b.txt", {"/r/a/b.txt"}},
      {"path/to/*/d/f?.txt", {"/r/path/to"}},
      {"out/bin/\nout/test", {"/r/out/bin", "/r/out/test"}},
      {"b\na\nb/c\na", {"/r/b", "/r/a"}},
      {"a/b\na", {"/r/a"}},
      {"a\n!b", {"/r/a"}},
      {"ab\na", {"/r/ab", "/r/a"}},
      {"**", {"/r"}},
      {".", {"/r"}},
      {"./x", {"/r/x"}},
      {"~/x", {"/home/u/x"}},
      {"~", {"/home/u"}},
      {"~x", {"/r/~x"}},
      {"/x//y/*", {"/x/y"}},
      {"/*", {"/"}},
      {"[a]/\\*/x[bc]", {"/r/a/*"}},
      {"!a", {}},
      {"# a\n\n  \t\n c ", {"/r/c"}},
      {"a\r\nb", {"/r/a", "/r/b"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.patterns);
    Names names;
    for (const auto& path : FileGlob(c.patterns, "/r", {.home = "/home/u"}).search_paths())
      names.push_back(path.string());
    CHECK(names == c.want);
  }
}

TEST_CASE("glob: relative steps are refused") {
  for (const char* pattern :
       {"..", "../a", "a/../b", "a/./b", "!../a", "./../a", "~/..", "/a/..", "a/\\.\\./b", "!"}) {
    CAPTURE(pattern);
    CHECK_THROWS_AS(FileGlob(pattern, "/r"), Error);
  }
  for (const char* pattern : {"...", "a..b", "./a", ".a"}) CHECK_NOTHROW(FileGlob(pattern, "/r"));
  CHECK_THROWS_WITH(FileGlob("! a/../b", "/r"),
                    "Invalid pattern 'a/../b'. Relative pathing '.' and '..' is not allowed.");
}

TEST_CASE("glob: the last pattern that covers a path decides, folders stay out unless asked for") {
  test::TempDir folder;
  for (const char* name : {"a/b/c.txt", "a/b/d.md", "a/e.txt", "f.txt", ".g/h.txt"}) folder.write(name, "");
  struct Case {
    const char* patterns;
    Names want;
  };
  const Case cases[] = {
      {"**/*.txt", {".g/h.txt", "a/b/c.txt", "a/e.txt", "f.txt"}},
      {"a/**/*.txt", {"a/b/c.txt", "a/e.txt"}},
      {"*/*", {".g/h.txt", "a/b/c.txt", "a/b/d.md", "a/e.txt"}},
      {"*/*/", {"a/b/c.txt", "a/b/d.md"}},
      {"**/b", {"a/b/c.txt", "a/b/d.md"}},
      {"**\n!**/*.md\n!f*", {".g/h.txt", "a/b/c.txt", "a/e.txt"}},
      {"**\n!a\na/b/d.md", {".g/h.txt", "a/b/d.md", "f.txt"}},
      {"!a/b\na", {"a/b/c.txt", "a/b/d.md", "a/e.txt"}},
      {"f.txt\na/e.txt", {"f.txt", "a/e.txt"}},
      {"a/e.txt/**", {"a/e.txt"}},
      {"a/*/*/*", {}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.patterns);
    CHECK(below(folder.path(), FileGlob(c.patterns, folder.path()).walk()) == c.want);
  }
  const FileGlob with_folders("a\n!a/b/d.md", folder.path(), {.include_directories = true});
  CHECK(below(folder.path(), with_folders.walk()) == Names{"a", "a/b", "a/b/c.txt", "a/e.txt"});
}

TEST_CASE("glob: folders in which nothing can be selected are not read") {
  test::TempDir folder;
  for (const char* name : {"src/a.c", "src/sub/b.c", "node_modules/x/y.c", "other/z.c"})
    folder.write(name, "");
  const std::pair<const char*, int> cases[] = {
      {"src/*.c", 1}, {"**\n!node_modules", 4}, {"**\n!**/node_modules/**", 4}, {"**", 6}, {"s*/*", 3}};
  for (const auto& [patterns, want] : cases) {
    const auto& shown = patterns;
    CAPTURE(shown);
    int folders = 0;
    FileGlob(patterns, folder.path(), {.before_folder = [&folders] { ++folders; }}).walk();
    CHECK(folders == want);
  }
}

TEST_CASE("glob: links are followed when asked for, cycles cut and broken ones left out") {
  test::TempDir folder;
  folder.write("real/x", "");
  fs::create_directory_symlink("real", folder.path() / "link");
  fs::create_directory_symlink(".", folder.path() / "real" / "self");
  fs::create_symlink("nowhere", folder.path() / "broken");
  const auto walk = [&](bool follow) {
    return below(folder.path(), FileGlob("**", folder.path(), {.follow_symbolic_links = follow}).walk());
  };
  CHECK(walk(true) == Names{"link/x", "real/x"});
  CHECK(walk(false) == Names{"broken", "link", "real/self", "real/x"});
}
