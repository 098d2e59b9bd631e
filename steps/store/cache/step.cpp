#include "steps/store/cache/step.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/store/cache/archive.hpp"
#include "steps/store/cache/paths.hpp"
#include "steps/store/cache/store.hpp"
#include "steps/store/outgoing.hpp"
#include "steps/system/environment.hpp"

namespace runner {

namespace {

// The branch of this run, the one a pull request goes to, the default one (services.md 6).
std::vector<std::string> scopes_of(const StepHost& host) {
  std::vector<std::string> scopes{host.context("github.ref")};
  if (const auto base = host.context("github.base_ref"); !base.empty())
    scopes.push_back("refs/heads/" + base);
  auto standard = host.context("github.event.repository.default_branch");
  if (standard.empty()) standard = host.repository().default_branch;
  if (!standard.empty()) scopes.push_back("refs/heads/" + standard);
  return scopes;
}

std::vector<std::string> all_keys(const CacheRequest& request) {
  std::vector<std::string> keys{request.key};
  keys.insert(keys.end(), request.restore_keys.begin(), request.restore_keys.end());
  return keys;
}

std::string megabytes(uint64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

CachePaths paths_of(const StepHost& host, const CacheRequest& request) {
  return {request.paths, {host.workspace(), host.temp(), env_value(host.env(), "HOME")}, host.stop()};
}

void save(StepHost& host, const CacheRequest& request) {
  const auto paths = paths_of(host, request);
  const auto files = paths.find();
  if (files.empty()) {
    return host.warn(
        "Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no "
        "cache is being saved.");
  }
  CacheEntry entry;
  entry.key = request.key;
  entry.version = paths.version();
  entry.scope = host.context("github.ref");
  const auto fill = [&](const CacheStore::Sink& sink) {
    Outgoing outgoing(host, "the cache " + request.key);
    for (const auto& file : files) outgoing.look_at(file.source, file.name);
    outgoing.tell();
    write_cache_archive(files, sink, host.stop());
  };
  if (!host.caches().save(entry, fill)) {
    return host.log(fmt::format(
        "Unable to reserve cache with key {}, another job may be creating this cache.", request.key));
  }
  host.log(fmt::format("Cache saved with key: {} ({}, {} files)", request.key, megabytes(entry.size_bytes),
                       files.size()));
  host.note(fmt::format("saved {} ({})", request.key, megabytes(entry.size_bytes)));
}

std::optional<std::string> restore(StepHost& host, const CacheRequest& request) {
  const auto paths = paths_of(host, request);
  const auto entry = host.caches().find(all_keys(request), paths.version(), scopes_of(host));
  if (!entry) return {};
  if (request.lookup_only) {
    host.log("Cache found and can be restored from key: " + entry->key);
    return entry->key;
  }
  const auto archive = host.caches().open(*entry);
  if (!archive) return {};  // evicted since
  read_cache_archive(archive.get(), paths, host.stop());
  host.log(fmt::format("Cache restored from key: {} ({})", entry->key, megabytes(entry->size_bytes)));
  host.note("restored " + entry->key);
  return entry->key;
}

}  // namespace

std::string bad_cache_keys(const CacheRequest& request) {
  const auto keys = all_keys(request);
  if (keys.size() > 10) return "Key Validation Error: Keys are limited to a maximum of 10.";
  for (const auto& key : keys) {
    if (key.size() > 512)
      return fmt::format("Key Validation Error: {} cannot be larger than 512 characters.", key);
    if (key.find(',') != std::string::npos)
      return fmt::format("Key Validation Error: {} cannot contain commas.", key);
  }
  return {};
}

std::optional<std::string> restore_cache(StepHost& host, const CacheRequest& request) {
  if (auto bad = bad_cache_keys(request); !bad.empty()) throw InputError(bad);
  try {
    return restore(host, request);
  } catch (const std::exception& error) {
    host.warn(fmt::format("Failed to restore: {}", error.what()));
    return {};
  }
}

void save_cache(StepHost& host, const CacheRequest& request) {
  if (auto bad = bad_cache_keys(request); !bad.empty()) return host.warn(std::move(bad));
  if (const auto& why = host.caches().refusal(); !why.empty())
    return host.log(fmt::format("Cache not saved with key {}: {}", request.key, why));
  try {
    save(host, request);
  } catch (const SecretLeak&) {
    throw;
  } catch (const std::exception& error) {
    host.warn(fmt::format("Failed to save: {}", error.what()));
  }
}

std::optional<std::string> restore_managed_cache(StepHost& host, const ManagedCache& cache) {
  auto matched = restore_cache(host, cache.request);
  std::string paths;
  for (const auto& path : cache.request.paths) paths += path + "\n";
  host.save_state("cache-paths", paths);
  host.save_state("cache-primary-key", cache.request.key);
  host.save_state("cache-matched-key", matched.value_or(""));
  if (!matched) host.log(cache.manager + " cache is not found");
  const bool exact = matched && equal_ignoring_case(*matched, cache.request.key);
  host.set_output("cache-hit", exact || (matched && !cache.hit_is_exact) ? "true" : "false");
  return matched;
}

StepResult save_managed_cache(StepHost& host) {
  CacheRequest request;
  request.key = host.state("cache-primary-key");
  if (request.key.empty() || host.context("job.status") != "success") return {};
  if (equal_ignoring_case(host.state("cache-matched-key"), request.key)) {
    host.log(fmt::format("Cache hit occurred on the primary key {}, not saving cache.", request.key));
    return {};
  }
  const auto paths = host.state("cache-paths");
  for (const auto line : split_lines(paths)) request.paths.emplace_back(line);
  save_cache(host, request);
  return {};
}

}  // namespace runner
