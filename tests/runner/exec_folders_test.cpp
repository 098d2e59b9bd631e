// Which folders of earlier runs are swept away.
#include <fcntl.h>
#include <sys/file.h>

#include <doctest/doctest.h>

#include "runner/exec/folders.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;

TEST_CASE("folders: those of a run that lives where its process cannot be seen are left alone") {
  const test::TempDir folder;
  const Folders folders{.state = folder.path() / "state", .cache = folder.path(), .user_home = folder.path()};
  const auto work = folder.path() / "work" / "7-2147483647";  // a process id that no Linux gives out
  std::filesystem::create_directories(work);
  {
    const Fd held(::open(work.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(::flock(held.get(), LOCK_SH) == 0);
    sweep_work_folders(folders);
    CHECK(std::filesystem::exists(work));
  }
  sweep_work_folders(folders);
  CHECK_FALSE(std::filesystem::exists(work));
}
