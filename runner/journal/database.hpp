// runner/journal/database.hpp -- SQLite behind a few calls: open, statements with values, transactions.
// Meant for one thread at a time.
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace runner {

class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::string_view text);  // to ?1, ?2, ... in order
  Statement& bind(int64_t number);
  Statement& bind(double number);
  bool step();  // true while there is a row
  std::string text(int column) const;
  int64_t number(int column) const;
  std::optional<double> real(int column) const;  // none for NULL

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

// What a committed transaction outlives. The numbers are those of PRAGMA synchronous.
enum class Durability {
  program,  // a crash of the program: nothing waits for a disk
  file,     // of the machine too, but for the last transactions: the file is never damaged
  machine,  // each transaction waits until it is on the disk
};

class Database {
 public:
  // Makes the file with mode 0600 when it is not there.
  explicit Database(const std::filesystem::path& file, Durability durability = Durability::program);
  static Database in_memory();
  static Database read_only(const std::filesystem::path& file);  // where nothing may be written
  Statement prepare(std::string_view sql) const { return {connection_.get(), sql}; }
  void execute(const char* sql) const;

 private:
  Database(const char* name, int flags, const std::filesystem::path& file);
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

// Undone unless committed.
class Transaction {
 public:
  explicit Transaction(const Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  const Database& database_;
  bool open_ = true;
};

}  // namespace runner
