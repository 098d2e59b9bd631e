#include "runner/journal/journal.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <mutex>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "runner/journal/database.hpp"
#include "runner/journal/lost_runs.hpp"
#include "runner/journal/migrations.hpp"
#include "runner/journal/process_id.hpp"
#include "runner/journal/recorder.hpp"
#include "runner/report/output.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr off_t kRoomForTheEnd = 64 * 1024;
constexpr const char* kMigrations[] = {
    R"(
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
)",
};
constexpr std::string_view kSelect =
    "SELECT id, repository, workflow_path, workflow_name, event, ref, sha, actor, title, number, attempt, "
    "started, "
    "seconds, conclusion, process FROM runs ";

// Folders of a list that is lost keep their numbers.
int64_t highest_folder(const fs::path& folder) {
  int64_t highest = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto name = entry.path().filename().string();
    int64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    highest = std::max(highest, number);
  }
  return highest;
}

int64_t milliseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

void warn_on_stderr(std::string_view text) { write_all(STDERR_FILENO, fmt::format("warning: {}\n", text)); }

class SqliteJournal : public Journal {
 public:
  SqliteJournal(const fs::path& state_dir, Database database)
      : runs_(state_dir / "runs"), database_(std::move(database)) {
    if (is_behind(database_, kMigrations, state_dir / "runs.sqlite")) bring_up_to_date();
  }

  RunRecord begin(RunRecord run, std::optional<int> first_number) override {
    const std::lock_guard lock(mutex_);
    run.started = std::chrono::system_clock::now();
    run.status = "running";
    Transaction transaction(database_);
    if (is_there(next_folder())) bring_back_lost();
    if (run.attempt <= 1) run.number = take_number(run, first_number);  // another attempt keeps its number
    auto insert = database_.prepare(
        "INSERT INTO runs(repository, workflow_path, workflow_name, event, ref, sha, actor, title, number, "
        "attempt, "
        "started, process) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) RETURNING id");
    insert.bind(run.repository).bind(run.workflow_path).bind(run.workflow_name).bind(run.event).bind(run.ref);
    insert.bind(run.sha).bind(run.actor).bind(run.title).bind(int64_t{run.number}).bind(int64_t{run.attempt});
    insert.bind(milliseconds(run.started)).bind(this_process());
    insert.step();
    run.id = insert.number(0);
    insert.step();
    run.folder = folder_of(run.id);
    make_private_folder(run.folder);
    transaction.commit();
    keep_room(run.folder);
    return run;
  }

  int next_number(const std::string& repository, const std::string& workflow_path) override {
    const std::lock_guard lock(mutex_);
    auto select =
        database_.prepare("SELECT last + 1 FROM numbers WHERE repository = ?1 AND workflow_path = ?2");
    select.bind(repository).bind(workflow_path);
    return select.step() ? static_cast<int>(select.number(0)) : 1;
  }

  void finish(int64_t id, std::string_view conclusion, double seconds) override {
    const std::lock_guard lock(mutex_);
    ::unlink(kept_room(folder_of(id)).c_str());
    try {
      database_.prepare("UPDATE runs SET conclusion = ?1, seconds = ?2 WHERE id = ?3")
          .bind(conclusion)
          .bind(seconds)
          .bind(id)
          .step();
    } catch (const Error& error) {
      warn_on_stderr(fmt::format("the end of run {} is not recorded: {}", id, error.what()));
    }
  }

  std::unique_ptr<Reporter> recorder(const RunRecord& run, Warn warn, const LogLimits& limits) override {
    return make_recorder(run, warn ? std::move(warn) : warn_on_stderr, limits);
  }

  std::vector<RunRecord> runs(size_t most, const std::string& repository, const Wanted& wanted) override {
    const std::lock_guard lock(mutex_);
    auto select =
        database_.prepare(std::string(kSelect) + "WHERE ?1 = '' OR repository = ?1 ORDER BY id DESC");
    select.bind(repository);
    std::vector<RunRecord> found;
    while (found.size() < most && select.step()) {
      auto run = read(select);
      if (!wanted || wanted(run)) found.push_back(std::move(run));
    }
    return found;
  }

  std::optional<RunRecord> find(int64_t id) override {
    const std::lock_guard lock(mutex_);
    auto select = database_.prepare(std::string(kSelect) + "WHERE id = ?1");
    select.bind(id);
    return select.step() ? std::optional(read(select)) : std::nullopt;
  }

 private:
  fs::path folder_of(int64_t id) const { return runs_ / fmt::format("{}", id); }
  static bool is_there(const fs::path& folder) { return ::access(folder.c_str(), F_OK) == 0; }

  // Of the run that begins next. There already: the list has forgotten the run that made it.
  fs::path next_folder() const {
    auto last = database_.prepare("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'runs'");
    last.step();
    return folder_of(last.number(0) + 1);
  }

  // Within a transaction.
  void bring_back_lost() const {
    int64_t count = 0;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(runs_, ignored)) {
      const auto found = read_back(entry.path());
      if (found && found->run.id > 0 && bring_back(*found)) ++count;
    }
    database_.prepare("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'runs'")
        .bind(highest_folder(runs_))
        .step();
    if (count > 0)
      warn_on_stderr(fmt::format("the list of runs had lost {} of them; they are read back from {}", count,
                                 runs_.string()));
  }

  // False: the list has it.
  bool bring_back(const ReadBack& found) const {
    const auto& run = found.run;
    auto insert = database_.prepare(
        "INSERT OR IGNORE INTO runs(id, repository, workflow_path, workflow_name, event, ref, sha, actor, "
        "title, "
        "number, attempt, started, process, seconds, conclusion) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, nullif(?14, -1), ?15) RETURNING id");
    insert.bind(run.id).bind(run.repository).bind(run.workflow_path).bind(run.workflow_name).bind(run.event);
    insert.bind(run.ref).bind(run.sha).bind(run.actor).bind(run.title).bind(int64_t{run.number});
    insert.bind(int64_t{run.attempt}).bind(milliseconds(run.started)).bind(found.process);
    insert.bind(run.seconds.value_or(-1)).bind(run.status);
    if (!insert.step()) return false;
    database_
        .prepare(
            "INSERT INTO numbers(repository, workflow_path, last) VALUES(?1, ?2, ?3) "
            "ON CONFLICT DO UPDATE SET last = max(last, ?3)")
        .bind(run.repository)
        .bind(run.workflow_path)
        .bind(int64_t{run.number})
        .step();
    return true;
  }

  // A full disk at the end of a run must not lose how it ended: its few bytes have a place from the
  // beginning.
  static fs::path kept_room(const fs::path& folder) { return folder / "room-for-the-end"; }
  static void keep_room(const fs::path& folder) {
    const Fd fd(::open(kept_room(folder).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (fd) [[maybe_unused]]
      const int error = ::posix_fallocate(fd.get(), 0, kRoomForTheEnd);
  }

  void bring_up_to_date() {
    // Two processes that both turn a new file to WAL would deadlock: SQLite then refuses one at once, without
    // waiting.
    const auto state_dir = runs_.parent_path();
    const Fd making(::open(state_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!making || ::flock(making.get(), LOCK_EX) != 0)
      throw Error("lock the folder {}: {}", state_dir.string(), strerror(errno));
    database_.execute("PRAGMA journal_mode=WAL");  // lasts in the file
    Transaction transaction(database_);
    const bool is_new = schema_version(database_) == 0;  // another process may have been faster
    migrate(database_, kMigrations);
    if (is_new && highest_folder(runs_) > 0) bring_back_lost();
    transaction.commit();
  }

  int take_number(const RunRecord& run, std::optional<int> first) const {
    auto next = database_.prepare(
        "INSERT INTO numbers(repository, workflow_path, last) VALUES(?1, ?2, coalesce(nullif(?3, -1), 1)) "
        "ON CONFLICT DO UPDATE SET last = coalesce(nullif(?3, -1), last + 1) RETURNING last");
    next.bind(run.repository).bind(run.workflow_path).bind(int64_t{first.value_or(-1)});
    next.step();
    const auto number = static_cast<int>(next.number(0));
    next.step();
    return number;
  }

  RunRecord read(const Statement& row) const {
    RunRecord run{.id = row.number(0),
                  .repository = row.text(1),
                  .workflow_path = row.text(2),
                  .workflow_name = row.text(3),
                  .event = row.text(4),
                  .ref = row.text(5),
                  .sha = row.text(6),
                  .actor = row.text(7),
                  .title = row.text(8),
                  .number = static_cast<int>(row.number(9)),
                  .attempt = static_cast<int>(row.number(10)),
                  .started = std::chrono::system_clock::time_point(std::chrono::milliseconds(row.number(11))),
                  .seconds = row.real(12),
                  .status = row.text(13),
                  .folder = {}};
    run.folder = folder_of(run.id);
    if (!run.status.empty()) return run;
    run.status = is_alive(row.text(14)) ? "running" : "interrupted";
    if (run.status == "running") return run;
    const auto stored = read_back(run.folder);  // its end may be known there
    if (stored && !stored->run.status.empty())
      run.status = stored->run.status, run.seconds = stored->run.seconds;
    return run;
  }

  fs::path runs_;
  std::mutex mutex_;
  Database database_;
};

}  // namespace

std::unique_ptr<Journal> open_journal(const fs::path& state_dir) {
  make_private_folder(state_dir);
  make_private_folder(state_dir / "runs");
  return std::make_unique<SqliteJournal>(state_dir, Database(state_dir / "runs.sqlite"));
}

std::unique_ptr<Journal> read_journal(const fs::path& state_dir) {
  const auto list = state_dir / "runs.sqlite";
  if (::access(list.c_str(), F_OK) != 0 && errno == ENOENT) {
    auto empty = Database::in_memory();
    migrate(empty, kMigrations);
    return std::make_unique<SqliteJournal>(state_dir, std::move(empty));
  }
  const bool writable = ::access(state_dir.c_str(), W_OK) == 0 && ::access(list.c_str(), W_OK) == 0;
  return std::make_unique<SqliteJournal>(state_dir, writable ? Database(list) : Database::read_only(list));
}

}  // namespace runner
