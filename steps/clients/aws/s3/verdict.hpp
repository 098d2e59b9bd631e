// steps/clients/aws/s3/verdict.hpp -- what an answer of S3 means: success, an error and its words, and what
// may help against it (aws.md 2.2, 2.5, 2.6). Pure.
#pragma once
#include <string>

#include "steps/clients/aws/s3/connection.hpp"

namespace runner::aws::s3 {

enum class Remedy {
  none,          // the service will say the same again
  again,         // its trouble is its own
  slower,        // too much at once
  other_region,  // Verdict::region, or ask for it
  other_clock,   // ours is wrong
};

struct Verdict {
  bool success = false;
  std::string code{}, message{}, region{};
  Remedy remedy = Remedy::none;
};

Verdict judge(const Answer& answer, bool error_in_200);

}  // namespace runner::aws::s3
