// runner/journal/migrations.hpp -- the tables of a database, in numbered steps that a file of an older
// program takes one after the other. A step that has been released never changes: what is to be different is
// the next one.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

#include "runner/journal/database.hpp"

namespace runner {

using Migrations = std::span<const char* const>;  // SQL; the first makes version 1 of an empty file

int64_t schema_version(const Database& database);  // PRAGMA user_version; 0: nothing made it yet
// Are steps missing? Throws Error for a file of a newer program, which says what to do; `file` is for that.
bool is_behind(const Database& database, Migrations migrations, const std::filesystem::path& file);
// Runs the steps that are missing. Within a transaction of the caller: all of them are done or none.
void migrate(const Database& database, Migrations migrations);

}  // namespace runner
