// Files of other versions of the program, and what a commit outlives.
#include <array>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "runner/journal/migrations.hpp"
#include "tests/runner/journal_support.hpp"

namespace runner {
namespace {

using test::in_child;
using test::sample_record;
using test::TempDir;

// As the first version of the program made and filled it, word for word.
constexpr auto* kFirstVersion = R"(
PRAGMA journal_mode=WAL;
BEGIN IMMEDIATE;
CREATE TABLE runs(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  repository TEXT NOT NULL, workflow_path TEXT NOT NULL, workflow_name TEXT NOT NULL, event TEXT NOT NULL,
  ref TEXT NOT NULL, sha TEXT NOT NULL, actor TEXT NOT NULL, title TEXT NOT NULL,
  number INTEGER NOT NULL, attempt INTEGER NOT NULL,
  started INTEGER NOT NULL, -- milliseconds since 1970
  process TEXT NOT NULL,    -- that runs it
  seconds REAL, conclusion TEXT NOT NULL DEFAULT '');
CREATE TABLE numbers(
  repository TEXT NOT NULL, workflow_path TEXT NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY(repository, workflow_path)) WITHOUT ROWID;
INSERT INTO sqlite_sequence(name, seq) VALUES('runs', 0);
PRAGMA user_version=1;
COMMIT;
INSERT INTO runs VALUES(7, '/srv/shop', '.github/workflows/deploy.yml', 'Deploy', 'push', 'refs/heads/main',
  '3f2c1ab55d0c8f3e', 'ana', 'fix login', 41, 1, 1700000000000, '1:1:gone', 12.5, 'success');
INSERT INTO numbers VALUES('/srv/shop', '.github/workflows/deploy.yml', 41);
)";

constexpr std::array kSteps{"CREATE TABLE a(x TEXT NOT NULL)",
                            "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5; CREATE INDEX i ON a(y)",
                            "UPDATE a SET x = x || '!'"};

Migrations first_steps(size_t count) { return Migrations(kSteps).first(count); }

void bring_to(const Database& database, Migrations migrations) {
  Transaction transaction(database);
  migrate(database, migrations);
  transaction.commit();
}

std::string answer(const Database& database, std::string_view sql) {
  auto statement = database.prepare(sql);
  return statement.step() ? statement.text(0) : "nothing";
}

TEST_CASE("journal: a list of the first version of the program goes on") {
  const TempDir folder;
  { Database(folder.path() / "runs.sqlite").execute(kFirstVersion); }
  const auto before = read_journal(folder.path())->runs(10, "");
  REQUIRE(before.size() == 1);
  CHECK(before[0].id == 7);
  CHECK(before[0].number == 41);
  CHECK(before[0].status == "success");
  CHECK(before[0].seconds == 12.5);
  CHECK(before[0].started.time_since_epoch() == std::chrono::milliseconds(1'700'000'000'000));
  const auto journal = open_journal(folder.path());
  const auto next = journal->begin(sample_record(), {});
  CHECK(next.id == 8);
  CHECK(next.number == 42);
  CHECK(journal->runs(10, "/srv/shop").size() == 2);
}

TEST_CASE("journal: a new list has the tables of the first version and what came after") {
  const TempDir folder;
  open_journal(folder.path() / "new");
  std::filesystem::create_directory(folder.path() / "old");
  { Database(folder.path() / "old" / "runs.sqlite").execute(kFirstVersion); }
  open_journal(folder.path() / "old");
  constexpr auto* kSchema =
      "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)";
  const auto schema = [&](const char* state) {
    return answer(Database(folder.path() / state / "runs.sqlite"), kSchema);
  };
  CHECK(schema("new") == schema("old"));
}

TEST_CASE("journal: a list of a newer version is left alone") {
  const TempDir folder;
  open_journal(folder.path());
  const auto file = folder.path() / "runs.sqlite";
  Database(file).execute("PRAGMA user_version=99");
  CHECK_THROWS_WITH_AS(open_journal(folder.path()), doctest::Contains("newer version"), Error);
  CHECK_THROWS_WITH_AS(read_journal(folder.path()), doctest::Contains("or move the list out of the way"),
                       Error);
  CHECK(answer(Database(file), "PRAGMA user_version") == "99");
}

TEST_CASE("migrations: each step that is missing is taken once, and rows stay") {
  const TempDir folder;
  const auto file = folder.path() / "x.sqlite";
  for (size_t version = 0; version <= kSteps.size(); ++version) {
    CAPTURE(version);
    const Database database(file);
    if (version == 1) {
      bring_to(database, first_steps(1));
      database.execute("INSERT INTO a VALUES('row')");
    } else {
      CHECK(is_behind(database, first_steps(version), file) == (version > 0));
      bring_to(database, first_steps(version));
    }
    CHECK(schema_version(database) == static_cast<int64_t>(version));
    CHECK_FALSE(is_behind(database, first_steps(version), file));
  }
  const Database database(file);
  bring_to(database, kSteps);
  CHECK(answer(database, "SELECT x || y FROM a") == "row!5");
  CHECK_THROWS_WITH_AS(is_behind(database, first_steps(2), file), doctest::Contains("have number 3"), Error);
}

TEST_CASE("migrations: a step that fails undoes those before it") {
  const TempDir folder;
  const Database database(folder.path() / "x.sqlite");
  bring_to(database, first_steps(1));
  const std::array steps{kSteps[0], kSteps[1], "CREATE TABLE a(taken TEXT)"};
  CHECK_THROWS_WITH_AS(bring_to(database, steps), doctest::Contains("already exists"), Error);
  CHECK(schema_version(database) == 1);
  CHECK(answer(database, "SELECT count(*) FROM pragma_table_info('a')") == "1");
}

TEST_CASE("migrations: of two processes one does it") {
  const TempDir folder;
  const auto file = folder.path() / "x.sqlite";
  { Database(file).execute("PRAGMA journal_mode=WAL"); }
  const auto all = [&] {
    for (size_t count = 1; count <= kSteps.size(); ++count) bring_to(Database(file), first_steps(count));
    return 0;
  };
  const pid_t child = ::fork();
  if (child == 0) ::_exit(in_child(all));
  CHECK(in_child(all) == 0);
  int status = 1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(schema_version(Database(file)) == 3);
}

TEST_CASE("journal: what a commit outlives can be chosen; by default nothing waits for a disk") {
  const TempDir folder;
  const auto file = folder.path() / "x.sqlite";
  CHECK(answer(Database(file), "PRAGMA synchronous") == "0");
  CHECK(answer(Database(file, Durability::file), "PRAGMA synchronous") == "1");
  CHECK(answer(Database(file, Durability::machine), "PRAGMA synchronous") == "2");
}

}  // namespace
}  // namespace runner
