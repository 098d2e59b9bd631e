// Files of other versions of the program.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include "parser/base/error.hpp"
#include "tests/runner/journal_support.hpp"

namespace runner {
namespace {

using test::TempDir;

TEST_CASE("journal: a list of a newer version is left alone") {
  const TempDir folder;
  open_journal(folder.path());
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open((folder.path() / "runs.sqlite").c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, "PRAGMA user_version=99", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
  CHECK_THROWS_WITH_AS(open_journal(folder.path()), doctest::Contains("newer version"), Error);
}

}  // namespace
}  // namespace runner
