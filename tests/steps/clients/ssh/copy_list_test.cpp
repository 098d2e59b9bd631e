// Which files scp-action takes, and what they are called.
#include "steps/clients/ssh/copy_list.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "steps/step.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

TEST_CASE("scp: names, excludes and stripped folders as tar has them") {
  const TempDir folder;
  for (const auto* name :
       {"work/dist/a.txt", "work/dist/.env", "work/dist/css/b.css", "work/q/dist/a.txt", "work/top.txt",
        "work/node_modules/x.js", "work/q/node_modules/y.js", "outside/z.txt"}) {
    folder.write(name, "x");
  }
  std::filesystem::create_directory_symlink("dist", folder.path() / "work" / "current");
  struct Case {
    const char* why;
    std::vector<std::string> sources;
    int strip;
    const char* want;
  };
  for (const auto& c :
       {Case{"the path is kept", {"dist/*"}, 0, "dist/.env dist/a.txt dist/css/ dist/css/b.css"},
        Case{"strip 1", {"dist/*"}, 1, ".env a.txt css/ css/b.css"},
        Case{"strip 2 drops what has too few", {"dist/*"}, 2, "b.css"},
        Case{"strip 3 drops all", {"dist/*"}, 3, ""},
        Case{"a folder", {"dist"}, 0, "dist/ dist/.env dist/a.txt dist/css/ dist/css/b.css"},
        Case{"a folder, strip 1: the folder itself goes", {"dist"}, 1, ".env a.txt css/ css/b.css"},
        Case{"a file at the top with strip 1", {"top.txt", "dist/a.txt"}, 1, "a.txt"},
        Case{"./ counts when literal", {"./dist/css/"}, 2, "css/ css/b.css"},
        Case{"./ with a star disappears", {"./dist/*.txt"}, 0, "dist/a.txt"},
        Case{"all of it", {"q", "!q/node_modules"}, 0, "q/ q/dist/ q/dist/a.txt"},
        Case{"an exclude is not anchored",
             {"node_modules", "q", "!node_modules"},
             0,
             "q/ q/dist/ q/dist/a.txt"},
        Case{"nor is one of two parts",
             {"q", "dist/*.txt", "!dist/a.txt"},
             0,
             "q/ q/dist/ q/node_modules/ q/node_modules/y.js"},
        Case{"an exclude that matches nothing here", {"dist/a.txt", "!nope"}, 0, "dist/a.txt"},
        Case{"../ is cut off", {"../outside/z.txt"}, 0, "outside/z.txt"},
        Case{"a symlink stays one", {"current"}, 0, "current->dist"},
        Case{"with / at its end it is followed, as by tar",
             {"current/"},
             0,
             "current/ current/.env current/a.txt current/css/ current/css/b.css"}}) {
    SUBCASE(c.why) {
      std::string got;
      for (const auto& item : list_copies({folder.path() / "work", c.sources, false, c.strip}).items) {
        got += (got.empty() ? "" : " ") + item.entry.name;
        if (item.entry.kind == TarKind::symlink) got += "->" + item.entry.link;
      }
      CHECK(got == c.want);
    }
  }
}

TEST_CASE("scp: the dot sends the whole workspace") {
  const TempDir folder;
  folder.write(".git/HEAD", "x");
  folder.write("a", "x");
  std::string got;
  for (const auto& item : list_copies({folder.path(), {"."}, false, 0}).items) got += item.entry.name + " ";
  CHECK(got == "./ ./.git/ ./.git/HEAD ./a ");
}

TEST_CASE("scp: what is not there") {
  const TempDir folder;
  folder.write("a", "x");
  CHECK_THROWS_WITH_AS(list_copies({folder.path(), {"none", "x/*"}, false, 0}),
                       doctest::Contains("\"none\", \"x/*\""), InputError);
  CHECK_THROWS_AS(list_copies({folder.path(), {"[", "a"}, false, 0}), InputError);
  const auto list = list_copies({folder.path(), {"a", "none"}, false, 0});
  CHECK(list.files == 1);
  REQUIRE(list.warnings.size() == 1);
  CHECK(list.warnings[0].find("\"none\"") != std::string::npos);
}

TEST_CASE("scp: symlinks are followed only when asked, a loop ends") {
  const TempDir folder;
  folder.write("d/secret", "s");
  std::filesystem::create_directory_symlink("/etc", folder.path() / "d" / "etc");
  const auto plain = list_copies({folder.path(), {"d"}, false, 0});
  CHECK(plain.items.size() == 3);
  CHECK(plain.files == 1);
  std::filesystem::remove(folder.path() / "d" / "etc");
  std::filesystem::create_directory_symlink(".", folder.path() / "d" / "loop");
  CHECK_THROWS_AS(list_copies({folder.path(), {"d"}, true, 0}), std::exception);
  std::filesystem::remove(folder.path() / "d" / "loop");
  std::filesystem::create_symlink("secret", folder.path() / "d" / "link");
  CHECK(list_copies({folder.path(), {"d"}, true, 0}).files == 2);
}

}  // namespace runner::test
