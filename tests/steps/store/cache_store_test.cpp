#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "steps/store/cache/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

bool keep(CacheStore& store, const std::string& key, const std::string& bytes) {
  CacheEntry entry;
  entry.key = key, entry.version = "v", entry.scope = "s";
  return store.save(entry, [&](const CacheStore::Sink& sink) { sink(bytes); });
}

std::string keys(const CacheStore& store) {
  std::string all;
  for (const auto& entry : store.list()) all += entry.key + " ";
  return all;
}

void last_used(const CacheStore& store, const std::string& key, int days_ago) {
  for (const auto& entry : store.list()) {
    if (entry.key != key) continue;
    const timespec then{::time(nullptr) - days_ago * 86400, 0};
    const timespec times[2] = {then, then};
    ::utimensat(AT_FDCWD, fs::path(entry.file).replace_extension(".json").c_str(), times, 0);
  }
}

TEST_CASE("cache store: the least recently used goes first when it is too much") {
  const TempDir folder;
  CacheStore store(folder.path(), {.bytes = 250});
  keep(store, "a", std::string(100, 'a'));
  keep(store, "b", std::string(100, 'b'));
  last_used(store, "a", 2);
  last_used(store, "b", 1);
  SUBCASE("by size") {
    keep(store, "c", std::string(100, 'c'));
    CHECK(keys(store) == "b c ");
  }
  SUBCASE("reading counts as use") {
    CHECK(store.open(*store.find({"a"}, "v", {"s"})));
    keep(store, "c", std::string(100, 'c'));
    CHECK(keys(store) == "a c ");
  }
  SUBCASE("the one just saved stays, however large") {
    keep(store, "c", std::string(300, 'c'));
    CHECK(keys(store) == "c ");
  }
  SUBCASE("unused for a week") {
    last_used(store, "a", 8);
    CHECK_FALSE(store.find({"a"}, "v", {"s"}));
    keep(store, "c", "c");
    CHECK(keys(store) == "b c ");
  }
}

TEST_CASE("cache store: an archive that is being read survives its eviction") {
  const TempDir folder;
  CacheStore store(folder.path(), {.bytes = 10});
  keep(store, "a", "first");
  const auto entry = *store.find({"a"}, "v", {"s"});
  const auto fd = store.open(entry);
  last_used(store, "a", 1);
  keep(store, "b", "0123456789");
  CHECK(keys(store) == "b ");
  char bytes[5];
  CHECK(::read(fd.get(), bytes, 5) == 5);
  CHECK_FALSE(store.open(entry));
}

TEST_CASE("cache store: a second writer of a key is turned away, another key is not") {
  const TempDir folder;
  CacheStore store(folder.path()), other(folder.path());
  CacheEntry entry;
  entry.key = "k", entry.version = "v", entry.scope = "s";
  CHECK(store.save(entry, [&](const CacheStore::Sink& sink) {
    CHECK_FALSE(keep(other, "K", "second"));
    CHECK(keep(other, "l", "other"));
    CHECK_FALSE(other.find({"k"}, "v", {"s"}));  // not before it is whole
    sink("first");
  }));
  CHECK(other.find({"k"}, "v", {"s"})->size_bytes == 5);
}

TEST_CASE("cache store: a failed or killed writer leaves nothing that is found, and the key free") {
  const TempDir folder;
  CacheStore store(folder.path());
  SUBCASE("an exception") {
    CacheEntry entry;
    entry.key = "k", entry.version = "v", entry.scope = "s";
    CHECK_THROWS(store.save(entry, [](const CacheStore::Sink& sink) {
      sink("half");
      throw std::runtime_error("disk");
    }));
  }
  SUBCASE("a killed process") {
    const auto child = ::fork();
    if (child == 0) {
      CacheEntry entry;
      entry.key = "k", entry.version = "v", entry.scope = "s";
      store.save(entry, [](const CacheStore::Sink& sink) {
        sink("half");
        ::_exit(0);
      });
    }
    ::waitpid(child, nullptr, 0);
  }
  CHECK(keys(store) == "");
  CHECK(keep(store, "k", "whole"));
  CHECK(store.find({"k"}, "v", {"s"})->size_bytes == 5);
}

TEST_CASE("cache store: readable by its owner alone") {
  const TempDir folder;
  CacheStore store(folder.path() / "caches");
  keep(store, "k", "x");
  const auto entry = store.list().at(0);
  CHECK((fs::status(entry.file).permissions() & fs::perms(077)) == fs::perms::none);
  CHECK((fs::status(folder.path() / "caches").permissions() & fs::perms(077)) == fs::perms::none);
}

}  // namespace
}  // namespace runner::test
