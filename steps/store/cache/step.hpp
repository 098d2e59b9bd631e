// steps/store/cache/step.hpp -- restoring and saving a cache inside a step: actions/cache, and the setup-*
// actions for their package managers. Trouble with a cache is a warning, never a failure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "steps/step.hpp"

namespace runner {

struct CacheRequest {
  std::vector<std::string> paths;  // lines: globs, ! excludes
  std::string key;
  std::vector<std::string> restore_keys{};
  bool lookup_only = false;
};

// What is wrong with the keys, in the original's words; "" when nothing is.
std::string bad_cache_keys(const CacheRequest& request);

// The key of what was restored; nothing when there is none. Throws InputError for bad keys.
std::optional<std::string> restore_cache(StepHost& host, const CacheRequest& request);
void save_cache(StepHost& host, const CacheRequest& request);

// A package manager's cache from run to post: the keys are those seen before the job changed files.
struct ManagedCache {
  std::string manager;  // for the log
  CacheRequest request;
  bool hit_is_exact = true;  // cache-hit is true for the first key only
};
// Restores, sets the output cache-hit, and remembers what save_managed_cache needs. Gives the matched key.
std::optional<std::string> restore_managed_cache(StepHost& host, const ManagedCache& cache);
// The post of such a step: saves after a job that succeeded, unless the key was hit.
StepResult save_managed_cache(StepHost& host);

}  // namespace runner
