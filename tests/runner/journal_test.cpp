// The record of runs: numbers between processes, what is stored and shown again, who may read it.
#include "runner/journal/journal.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <set>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "runner/journal/process_id.hpp"
#include "tests/runner/journal_support.hpp"

namespace runner {
namespace {

using test::in_child;
using test::sample_record;
using test::stored_sample;
using test::TempDir;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

TEST_CASE("journal: numbers go up for each repository and workflow, and from a given one on") {
  const TempDir folder;
  const auto journal = open_journal(folder.path() / "state");
  auto other = sample_record();
  other.workflow_path = "test.yml";
  CHECK(journal->begin(sample_record(), {}).number == 1);
  CHECK(journal->begin(sample_record(), {}).number == 2);
  CHECK(journal->begin(other, {}).number == 1);
  CHECK(journal->begin(sample_record(), 100).number == 100);
  CHECK(journal->begin(sample_record(), {}).number == 101);
  CHECK(journal->begin(other, {}).id == 6);
  auto again = sample_record();
  again.number = 7, again.attempt = 2;
  CHECK(journal->begin(again, {}).number == 7);
}

TEST_CASE("journal: two processes never get the same number") {
  const TempDir folder;
  const auto take = [&] {
    try {
      const auto journal = open_journal(folder.path());
      for (int i = 0; i < 50; ++i) journal->begin(sample_record(), {});
      return std::string();
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
  };
  const pid_t child = ::fork();
  if (child == 0) ::_exit(take().empty() ? 0 : 1);
  const auto trouble = take();
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(trouble == "");
  REQUIRE(status == 0);
  std::set<int> numbers;
  for (const auto& run : open_journal(folder.path())->runs(1000, "")) numbers.insert(run.number);
  CHECK(numbers.size() == 100);
  CHECK(*numbers.rbegin() == 100);
}

TEST_CASE("journal: only its owner may read it") {
  const TempDir folder;
  const auto state = folder.path() / "a" / "state";
  const auto journal = open_journal(state);
  const auto run = stored_sample(*journal);
  CHECK(mode_of(state) == 0700);
  CHECK(mode_of(state / "runs.sqlite") == 0600);
  CHECK(mode_of(state / "runs.sqlite-wal") == 0600);
  CHECK(mode_of(run.folder) == 0700);
  CHECK(mode_of(run.folder / "events.jsonl") == 0600);
  CHECK(mode_of(run.folder / "0.log") == 0600);
}

TEST_CASE("journal: a run keeps what it was begun with, newest first") {
  const TempDir folder;
  const auto journal = open_journal(folder.path());
  const auto first = journal->begin(sample_record(), {});
  auto other = sample_record();
  other.repository = "/srv/other";
  const auto second = journal->begin(other, {});
  journal->finish(first.id, "success", 1.5);
  const auto all = open_journal(folder.path())->runs(10, "");
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == second.id);
  CHECK(all[0].status == "running");
  CHECK(all[1].status == "success");
  CHECK(all[1].seconds == 1.5);
  CHECK(all[1].title == "fix login");
  CHECK(journal->runs(10, "/srv/shop").size() == 1);
  CHECK(journal->runs(1, "").size() == 1);
  CHECK_FALSE(journal->find(99));
}

TEST_CASE("journal: a process is known by more than its number") {
  const auto self = this_process();
  CHECK(is_alive(self));
  CHECK_FALSE(is_alive(""));
  CHECK_FALSE(is_alive("1::"));
  CHECK_FALSE(is_alive("../self:1:1"));
  const auto number = self.substr(0, self.find(':'));
  CHECK_FALSE(is_alive(number + ":1" + self.substr(self.rfind(':'))));
  CHECK_FALSE(is_alive(self + "x"));  // another boot
}

TEST_CASE("journal: it is read where nothing may be written, and made by nobody who only reads") {
  const TempDir folder;
  const auto state = folder.path() / "state";
  CHECK(read_journal(state)->runs(10, "").empty());
  CHECK_FALSE(std::filesystem::exists(state));
  { stored_sample(*open_journal(state)); }
  if (in_child([&] {
        return ::unshare(CLONE_NEWNS) == 0 &&
                       ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
                   ? 0
                   : 1;
      }) != 0) {
    MESSAGE("skipped: a mount namespace of its own cannot be had");
    return;
  }
  CHECK(in_child([&] {
          if (::unshare(CLONE_NEWNS) != 0) return 1;
          if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 2;
          if (::mount(state.c_str(), state.c_str(), nullptr, MS_BIND, nullptr) != 0) return 3;
          if (::mount(nullptr, state.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
            return 4;
          return read_journal(state)->runs(10, "").size() == 1 ? 0 : 5;
        }) == 0);
}

TEST_CASE("journal: a folder that cannot be made is named") {
  const TempDir folder;
  folder.write("file", "");
  CHECK_THROWS_WITH_AS(open_journal(folder.path() / "file" / "state"), doctest::Contains("file/state"),
                       Error);
}

}  // namespace
}  // namespace runner
