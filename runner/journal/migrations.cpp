#include "runner/journal/migrations.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"

namespace runner {

int64_t schema_version(const Database& database) {
  auto version = database.prepare("PRAGMA user_version");
  version.step();
  return version.number(0);
}

bool is_behind(const Database& database, Migrations migrations, const std::filesystem::path& file) {
  const auto version = schema_version(database), newest = static_cast<int64_t>(migrations.size());
  if (version <= newest) return version < newest;
  throw Error(
      "the list of runs {} is of a newer version of runner (its tables have number {}, this program "
      "knows them up to {}); use that one, or move the list out of the way, with {}-wal and {}-shm "
      "beside it: a new one is made of the folders of the runs",
      file.string(), version, newest, file.string(), file.string());
}

void migrate(const Database& database, Migrations migrations) {
  for (auto version = static_cast<size_t>(schema_version(database)); version < migrations.size(); ++version) {
    database.execute(migrations[version]);
    database.execute(fmt::format("PRAGMA user_version={}", version + 1).c_str());
  }
}

}  // namespace runner
