#include "runner/journal/database.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <fmt/core.h>
#include <sqlite3.h>

#include "parser/base/error.hpp"
#include "steps/system/http.hpp"

namespace runner {
namespace {

constexpr int kBusyMilliseconds = 10000;

[[noreturn]] void fail(sqlite3* database) {
  const char* path = sqlite3_db_filename(database, "main");
  const std::string file = path == nullptr ? "" : path;
  const int code = sqlite3_errcode(database);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    throw Error(
        "the list of runs {} is damaged ({}); move it out of the way, with {}-wal and {}-shm beside it, and "
        "a "
        "new one is made: logs and artifacts of earlier runs stay where they are",
        file, sqlite3_errmsg(database), file, file);
  }
  if (code == SQLITE_BUSY) {
    throw Error("the list of runs {} has been locked by another process for {} s", file,
                kBusyMilliseconds / 1000);
  }
  const int cause = sqlite3_system_errno(database);
  throw Error("the list of runs {}: {}{}{}", file, sqlite3_errmsg(database), cause == 0 ? "" : ": ",
              cause == 0 ? "" : strerror(cause));
}

void make_private(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) throw Error("open the list of runs {}: {}", file.string(), strerror(errno));
  ::close(fd);
}

}  // namespace

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr) !=
      SQLITE_OK) {
    fail(database);
  }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(std::string_view text) {
  if (sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(), text.size(),
                          SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK) {
    fail(database_);
  }
  return *this;
}

Statement& Statement::bind(int64_t number) {
  if (sqlite3_bind_int64(statement_, ++bound_, number) != SQLITE_OK) fail(database_);
  return *this;
}

Statement& Statement::bind(double number) {
  if (sqlite3_bind_double(statement_, ++bound_, number) != SQLITE_OK) fail(database_);
  return *this;
}

bool Statement::step() {
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      fail(database_);
  }
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<double> Statement::real(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_double(statement_, column);
}

// One connection belongs to one journal, which has a lock of its own.
Database::Database(const char* name, int flags, const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(opened);
  if (code != SQLITE_OK) throw Error("open the list of runs {}: {}", file.string(), sqlite3_errstr(code));
  sqlite3_busy_timeout(opened, kBusyMilliseconds);
}

Database::Database(const std::filesystem::path& file, Durability durability)
    : Database((make_private(file), file.c_str()), SQLITE_OPEN_READWRITE,
               file) {  // what SQLite puts beside it gets the same mode
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  execute(fmt::format("PRAGMA synchronous={}", static_cast<int>(durability)).c_str());
  // The first to open it reads the whole write-ahead log: kept short, a run begins in the same time after
  // many.
  execute("PRAGMA wal_autocheckpoint=32");
}

Database Database::in_memory() { return Database(":memory:", SQLITE_OPEN_READWRITE, "in memory"); }

// Without the two files of its write-ahead log SQLite would have to make them, unless it knows that nobody
// writes.
Database Database::read_only(const std::filesystem::path& file) {
  std::error_code error;
  bool has_log = true;
  for (const auto* end : {"-wal", "-shm"}) has_log &= std::filesystem::exists(file.string() + end, error);
  const auto uri = "file:" + percent_encode(file.string(), "-._~/") + (has_log ? "" : "?immutable=1");
  return Database(uri.c_str(), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, file);
}

void Database::execute(const char* sql) const {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(connection_.get());
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {  // SQLite has rolled back by itself: full disk
    return;
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace runner
