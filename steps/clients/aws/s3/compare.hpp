// steps/clients/aws/s3/compare.hpp -- what a sync transfers and removes (aws.md 1.3): two sorted streams
// joined. Pure but for the streams.
#pragma once
#include <functional>

#include "steps/clients/aws/s3/entry.hpp"

namespace runner::aws::s3 {

enum class Direction { upload, download, copy };

struct SyncRules {
  Direction direction = Direction::upload;
  bool size_only = false, exact_timestamps = false, no_overwrite = false;
};

enum class Difference { none, size, time };
Difference compare(const Entry& source, const Entry& target, const SyncRules& rules);

// Either may be null, never both: only at the source, only at the target, at both.
using OnPair = std::function<void(const Entry* source, const Entry* target)>;
void join(const NextEntry& next_source, const NextEntry& next_target, const OnPair& on_pair);

}  // namespace runner::aws::s3
