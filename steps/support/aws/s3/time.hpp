// steps/support/aws/s3/time.hpp -- the two ways S3 writes a time.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "steps/support/aws/types.hpp"

namespace runner::aws::s3 {

std::optional<Time> iso_time(std::string_view text);   // 2026-11-21T14:31:32.000Z
std::optional<Time> http_time(std::string_view text);  // Sat, 21 Nov 2026 14:31:32 GMT
std::string local_time(Time time);                     // 2026-11-21 15:31:32, in the machine's zone

}  // namespace runner::aws::s3
