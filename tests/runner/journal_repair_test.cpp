// Runs that were interrupted, and lists that were damaged or lost.
#include <signal.h>

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sqlite3.h>

#include "parser/base/error.hpp"
#include "tests/runner/journal_support.hpp"

namespace runner {
namespace {

using test::in_child;
using test::sample_record;
using test::SampleRun;
using test::shown;
using test::stored_sample;
using test::TempDir;

std::vector<std::string> listed_runs(const std::filesystem::path& state) {
  std::vector<std::string> lines;
  for (const auto& run : open_journal(state)->runs(10, "/srv/shop"))
    lines.push_back(fmt::format("{} #{} {} {} {} {}", run.id, run.number, run.status, run.ref, run.title,
                                run.seconds ? fmt::format("{:.1f}", *run.seconds) : "-"));
  return lines;
}

TEST_CASE("journal: a run whose process was killed is interrupted") {
  const TempDir folder;
  const int status = in_child([&] {
    const auto journal = open_journal(folder.path());
    const auto run = journal->begin(sample_record(), {});
    const auto recorder = journal->recorder(run);
    SampleRun().first_half(*recorder);
    SampleRun().both_deploy(*recorder);
    return ::raise(SIGKILL);
  });
  CHECK(status == 128 + SIGKILL);
  const auto run = open_journal(folder.path())->runs(1, "").at(0);
  CHECK(run.status == "interrupted");
  CHECK_FALSE(run.seconds);
  const auto text = shown(run, {});
  CHECK(text.find("bind: address already in use") != std::string::npos);
  CHECK(text.find("interrupted: the process that ran it is gone") != std::string::npos);
}

TEST_CASE("journal: a damaged list says what to do, and its folders keep their numbers") {
  const TempDir folder;
  open_journal(folder.path())->begin(sample_record(), {});
  open_journal(folder.path())->begin(sample_record(), {});
  for (const char* end : {"-wal", "-shm"})
    std::filesystem::remove(folder.path() / (std::string("runs.sqlite") + end));
  folder.write("runs.sqlite", std::string(8192, 'x'));
  CHECK_THROWS_WITH_AS(open_journal(folder.path())->runs(1, ""), doctest::Contains("move it out of the way"),
                       Error);
  std::filesystem::remove(folder.path() / "runs.sqlite");
  CHECK(open_journal(folder.path())->begin(sample_record(), {}).id == 3);
}

TEST_CASE("journal: runs that the list has lost come back from their folders, and numbers go on") {
  const TempDir folder;
  in_child([&] {
    const auto journal = open_journal(folder.path());
    stored_sample(*journal);                               // ended
    const auto run = journal->begin(sample_record(), {});  // killed while it ran
    journal->recorder(run)->run_started({.id = "2",
                                         .number = run.number,
                                         .workflow_path = run.workflow_path,
                                         .ref = run.ref,
                                         .title = "fix login"});
    return 0;
  });
  const auto before = listed_runs(folder.path());
  REQUIRE(before.size() == 2);
  CHECK(before[0].find("interrupted") != std::string::npos);
  SUBCASE("the list is gone") {
    for (const char* end : {"", "-wal", "-shm"})
      std::filesystem::remove(folder.path() / (std::string("runs.sqlite") + end));
    CHECK(listed_runs(folder.path()) == before);
  }
  SUBCASE("its last pages are") {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open((folder.path() / "runs.sqlite").c_str(), &database) == SQLITE_OK);
    REQUIRE(sqlite3_exec(database,
                         "DELETE FROM runs; UPDATE sqlite_sequence SET seq = 0; DELETE FROM numbers", nullptr,
                         nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
  }
  const auto next = open_journal(folder.path())->begin(sample_record(), {});
  CHECK(next.id == 3);
  CHECK(next.number == 44);
  auto all = listed_runs(folder.path());
  REQUIRE(all.size() == 3);
  all.erase(all.begin());
  CHECK(all == before);
}

TEST_CASE("journal: how a run ended is known although the list could not be written") {
  const TempDir folder;
  in_child([&] {
    const auto journal = open_journal(folder.path());
    const auto run = journal->begin(sample_record(), {});
    const auto recorder = journal->recorder(run);
    recorder->run_started({.id = "1", .number = 1});
    recorder->run_finished({.conclusion = Outcome::success, .seconds = 2.5});
    return 0;  // and no finish()
  });
  CHECK(listed_runs(folder.path()) == std::vector<std::string>{"1 #1 success refs/heads/main fix login 2.5"});
}

}  // namespace
}  // namespace runner
