// Files and folders that are made and removed.
#include "steps/system/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

#include <doctest/doctest.h>

#include "steps/system/fd.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;

namespace fs = std::filesystem;

TEST_CASE("files: a tree goes whole, and nothing outside of it") {
  const test::TempDir folder;
  const auto tree = folder.path() / "tree", other = folder.path() / "other";
  fs::create_directories(tree / "a" / "b");
  fs::create_directories(other);
  std::ofstream(other / "file") << "x";
  SUBCASE("files, links and what is neither") {
    std::ofstream(tree / "a" / "file") << "x";
    fs::create_symlink(other, tree / "a" / "link");
    fs::create_symlink("/nonexistent", tree / "dangling");
    REQUIRE(::mkfifo((tree / "fifo").c_str(), 0600) == 0);
  }
  SUBCASE("folders without permissions") {
    std::ofstream(tree / "a" / "b" / "file") << "x";
    fs::permissions(tree / "a" / "b", fs::perms::none);
    fs::permissions(tree / "a", fs::perms::owner_read | fs::perms::owner_exec);
  }
  SUBCASE("deeper than a path can say, or descriptors are there") {
    Fd at(::open((tree / "a").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    for (int depth = 0; depth < 3000; ++depth) {
      REQUIRE(::mkdirat(at.get(), "deep", 0700) == 0);
      at.reset(::openat(at.get(), "deep", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    }
  }
  CHECK(remove_tree(tree).empty());
  CHECK_FALSE(fs::exists(fs::symlink_status(tree)));
  CHECK(fs::exists(other / "file"));
}

TEST_CASE("files: what is removed may be a link, and then it is the link") {
  const test::TempDir folder;
  fs::create_directories(folder.path() / "other" / "kept");
  fs::create_symlink("other", folder.path() / "link");
  CHECK(remove_tree(folder.path() / "link").empty());
  CHECK(fs::exists(folder.path() / "other" / "kept"));
  CHECK_FALSE(fs::exists(fs::symlink_status(folder.path() / "link")));
}
