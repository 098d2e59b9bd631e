#include "steps/store/cache/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/files.hpp"
#include "steps/system/new_file.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;

constexpr std::string_view kArchive = ".archive", kFacts = ".json", kLock = ".lock";

std::string file_stem(const CacheEntry& entry) {
  Sha256 hash;
  hash.update(entry.scope + "\n" + entry.version + "\n" + lower(entry.key));
  return hash.hex();
}

fs::path with_ending(const fs::path& stem, std::string_view ending) { return stem.string().append(ending); }

std::optional<CacheEntry> read_facts(const fs::path& file) {
  std::ifstream in(file);
  const auto facts = nlohmann::json::parse(in, nullptr, false);
  if (!facts.is_object()) return {};
  try {
    CacheEntry entry{facts.at("key"), facts.at("version"), facts.at("scope"), facts.at("size"),
                     facts.at("created")};
    entry.file = file;
    entry.file.replace_extension(kArchive);
    return entry;
  } catch (const nlohmann::json::exception&) {
    return {};  // of another version of this program: as good as not there
  }
}

std::string facts_of(const CacheEntry& entry) {
  const nlohmann::json facts{{"key", entry.key},
                             {"version", entry.version},
                             {"scope", entry.scope},
                             {"size", entry.size_bytes},
                             {"created", entry.created}};
  return facts.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// When it was last used: the facts' own time of change.
Clock::time_point last_use(const CacheEntry& entry) {
  struct stat found {};
  if (::stat(fs::path(entry.file).replace_extension(kFacts).c_str(), &found) != 0) return {};
  return Clock::from_time_t(found.st_mtime);
}

bool has_prefix(std::string_view key, std::string_view prefix) {
  return key.size() >= prefix.size() && equal_ignoring_case(key.substr(0, prefix.size()), prefix);
}

// The entry of this key, else the newest that begins with it.
const CacheEntry* best_match(const std::vector<CacheEntry>& entries, const std::string& key,
                             const std::string& version, const std::string& scope) {
  const CacheEntry* best = nullptr;
  for (const auto& entry : entries) {
    if (entry.version != version || entry.scope != scope || !has_prefix(entry.key, key)) continue;
    if (entry.key.size() == key.size()) return &entry;
    if (best == nullptr || entry.created > best->created) best = &entry;
  }
  return best;
}

void remove_entry(const CacheEntry& entry) {
  std::error_code ignored;
  fs::remove(fs::path(entry.file).replace_extension(kFacts), ignored);  // first: nobody finds it any more
  fs::remove(entry.file, ignored);
}

Fd open_lock(const fs::path& file) {
  Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) throw Error("open {}: {}", file.string(), cause_of(errno, file));
  return fd;
}

// A run that was killed while it wrote leaves a file without facts, which nothing would find.
void remove_remains(const fs::path& folder, Clock::time_point before) {
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder, error)) {
    const auto& file = item.path();
    if (file.extension() == kFacts || file.extension() == kLock) continue;
    if (file.extension() == kArchive && fs::exists(fs::path(file).replace_extension(kFacts))) continue;
    struct stat found {};
    if (::stat(file.c_str(), &found) == 0 && Clock::from_time_t(found.st_mtime) < before) {
      fs::remove(file, error);
    }
  }
}

}  // namespace

CacheStore::CacheStore(fs::path folder, CacheLimits limits) : folder_(std::move(folder)), limits_(limits) {}

std::vector<CacheEntry> CacheStore::list() const {
  std::vector<CacheEntry> entries;
  std::error_code none_yet;
  for (const auto& item : fs::directory_iterator(folder_, none_yet)) {
    if (item.path().extension() != kFacts) continue;
    if (auto entry = read_facts(item.path())) entries.push_back(std::move(*entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.created < b.created; });
  return entries;
}

std::optional<CacheEntry> CacheStore::find(const std::vector<std::string>& keys, const std::string& version,
                                           const std::vector<std::string>& scopes) const {
  auto entries = list();
  const auto oldest = Clock::now() - limits_.unused;
  std::erase_if(entries, [&](const auto& entry) { return last_use(entry) < oldest; });
  for (const auto& scope : scopes) {
    for (const auto& key : keys) {
      if (const auto* match = best_match(entries, key, version, scope)) return *match;
    }
  }
  return {};
}

Fd CacheStore::open(const CacheEntry& entry) const {
  Fd fd(::open(entry.file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) ::utimensat(AT_FDCWD, fs::path(entry.file).replace_extension(kFacts).c_str(), nullptr, 0);
  return fd;
}

bool CacheStore::save(CacheEntry& entry, const std::function<void(const Sink&)>& fill) {
  make_private_folder(folder_);
  const auto stem = folder_ / file_stem(entry);
  const auto lock_file = with_ending(stem, kLock);
  const auto lock = open_lock(lock_file);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return false;
  const auto facts = with_ending(stem, kFacts);
  if (const auto there = read_facts(facts)) {
    if (fs::exists(there->file)) return false;
  }
  NewFile archive(folder_);
  fill([&](std::string_view bytes) { archive.write(bytes); });
  entry.size_bytes = archive.size();
  entry.created =
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
  entry.file = with_ending(stem, kArchive);
  archive.keep_as(entry.file);
  replace_private_file(facts, facts_of(entry));
  evict();
  return true;
}

void CacheStore::evict() const {
  const auto lock = open_lock(folder_ / "evict.lock");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return;  // another run is at it
  const auto now = Clock::now();
  remove_remains(folder_, now - std::chrono::hours(24));
  auto entries = list();
  std::vector<std::pair<Clock::time_point, const CacheEntry*>> by_use;
  for (const auto& entry : entries) by_use.emplace_back(last_use(entry), &entry);
  std::stable_sort(by_use.begin(), by_use.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  uint64_t sum = 0;
  bool newest = true;  // stays, however large: it was wanted just now
  for (const auto& [used, entry] : by_use) {
    sum += entry->size_bytes;
    if (!newest && (sum > limits_.bytes || now - used > limits_.unused)) remove_entry(*entry);
    newest = false;
  }
}

}  // namespace runner
