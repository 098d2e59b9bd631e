// steps/clients/aws/s3/settings.hpp -- what the profile says about transfers and addresses of S3 (aws.md 1.7,
// 2.2).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "steps/clients/aws/session.hpp"

namespace runner::aws::s3 {

enum class AddressStyle { automatic, path, virtual_host };

struct Settings {
  uint64_t multipart_threshold = 8 << 20, part_size = 8 << 20;
  // The CLI's own default is 10; more are safe because they become fewer when the service says "slow down".
  size_t connections = 64;
  uint64_t bytes_per_second = 0;  // 0: no limit
  std::string endpoint{};         // configured, without a '/' at its end; "" for Amazon's
  AddressStyle style = AddressStyle::automatic;
  bool accelerate = false, dual_stack = false, fips = false;
  bool checksum_requests = true, check_answers = true;
};

// Throws ConfigurationError for a value that makes no sense.
Settings settings_of(const Session& session);
// "8MB", "8MiB", "500 KB" without the blank, "1024": powers of 1024. Throws ConfigurationError naming
// `setting`.
uint64_t size_setting(std::string_view setting, const std::string& text);
// Doubled until the parts are at most 10,000.
uint64_t part_size_for(uint64_t size, uint64_t part_size);

}  // namespace runner::aws::s3
