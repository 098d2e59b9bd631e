// steps/clients/aws/s3/entry.hpp -- a file or an object, as a sync compares them.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "steps/clients/aws/types.hpp"

namespace runner::aws::s3 {

struct Entry {
  std::string path;      // absolute, or "bucket/key"
  std::string relative;  // below the folder or prefix that is synced: what the two sides are joined by
  uint64_t size = 0;
  Time modified{};
  std::string etag{}, storage_class{};  // of an object
};

// One after the other in the order of `relative`, byte by byte; nothing at the end.
using NextEntry = std::function<std::optional<Entry>()>;

}  // namespace runner::aws::s3
