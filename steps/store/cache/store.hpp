// steps/store/cache/store.hpp -- what actions/cache keeps between runs: archives of one repository in a
// folder, found by key, version and branch (services.md 6). What is in an archive is the caller's business.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/system/fd.hpp"

namespace runner {

struct CacheLimits {
  uint64_t bytes = 10ull << 30;
  std::chrono::seconds unused = std::chrono::hours(24 * 7);
};

struct CacheEntry {
  std::string key, version, scope;  // the key as it was saved; the scope is a ref
  uint64_t size_bytes = 0;
  int64_t created = 0;  // nanoseconds since 1970: the order of prefix matches
  std::filesystem::path file{};
};

// Used by several runs at once: an archive appears whole or not at all, and one that is being read stays
// readable when it is evicted. Throws Error where the folder cannot be written.
class CacheStore {
 public:
  using Sink = std::function<void(std::string_view bytes)>;

  explicit CacheStore(std::filesystem::path folder, CacheLimits limits = {});

  // In each scope in turn: the first key exactly, then as a prefix (the newest), then the other keys the same
  // way. Case does not matter.
  std::optional<CacheEntry> find(const std::vector<std::string>& keys, const std::string& version,
                                 const std::vector<std::string>& scopes) const;
  // The archive, and a mark that it was used; nothing when it went away meanwhile.
  Fd open(const CacheEntry& entry) const;
  // Keeps what `fill` writes. False, without a call of it: the entry is there, or somebody is writing it.
  // `entry`'s size, time and file are filled in. What is too old or too much is evicted afterwards.
  bool save(CacheEntry& entry, const std::function<void(const Sink&)>& fill);
  std::vector<CacheEntry> list() const;
  // From now on nothing is kept, for this reason.
  void refuse_to_save(std::string why) { refusal_ = std::move(why); }
  const std::string& refusal() const { return refusal_; }  // empty: it keeps what it is given

 private:
  void evict() const;

  std::filesystem::path folder_;
  CacheLimits limits_;
  std::string refusal_;
};

}  // namespace runner
