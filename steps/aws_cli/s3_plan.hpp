// steps/aws_cli/s3_plan.hpp -- the difference first: all that a transfer command would send, fetch, copy and
// remove, found by reading alone. What is done and what is announced come from the same list.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "steps/aws_cli/s3_request.hpp"
#include "steps/clients/aws/s3/entry.hpp"
#include "steps/clients/aws/s3/wire.hpp"

namespace runner::aws {

struct S3Transfer {
  S3Work work = S3Work::upload;
  s3::Entry source;    // of a removal: what goes
  std::string target;  // absolute, or "bucket/key"
  enum class Reason { not_there, size, time, asked } reason = Reason::asked;
  std::string replaced_etag{};  // of the object that an upload replaces
};

struct S3Plan {
  std::vector<S3Transfer> transfers, removals;
};

struct S3Wires {
  s3::Wire& target;
  s3::Wire& source;  // the same unless --source-region is given
};

// `on_warning` hears the lines of what is skipped; `on_link` as in LocalWalk, of what would be sent. Throws
// what calls throw.
S3Plan make_s3_plan(const S3Request& request, const S3Wires& wires, const s3::Headers& source_headers,
                    const std::function<void(const std::string& line)>& on_warning,
                    const std::function<bool(const std::string& path)>& on_link);

// "upload 3 files to s3://b/p/: 2 new, 1 changed; 12.0 KiB", "delete 1 ..."; then names, when they are few.
// Empty when nothing is to be done.
std::vector<std::string> describe(const S3Plan& plan, const S3Request& request, size_t most_names);
// How many uploads replace an object with the same bytes: their files are only younger.
struct SameContent {
  size_t same = 0, compared = 0;
};
SameContent count_same_content(const S3Plan& plan);
std::string human_size(uint64_t bytes);  // "1 Byte", "1.0 KiB"

}  // namespace runner::aws
