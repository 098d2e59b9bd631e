// tests/support/s3_check.hpp -- what S3 would refuse: a wrong signature, scope or clock, a body that is not
// the one that was signed or summed. Code of its own, after the protocol's description, not after the client.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/s3_http.hpp"

namespace runner::test {

struct S3Rules {
  std::string access_key = "AKIDTEST", secret_key = "secret/Key+1";
  std::string session_token{};  // when it is set every request must carry it
  std::string region = "us-east-1";
  bool strict = true;
  bool unsigned_bodies =
      false;  // accept a body that no signature covers, also over plain HTTP, as rclone sends
  long long clock_offset = 0;  // what the server's clock is ahead of ours
};

// The answer that refuses; nothing when all is well.
std::optional<S3HttpAnswer> refusal(const S3HttpRequest& request, const S3Rules& rules, long long now);

std::string md5_of(std::string_view bytes);
std::string hex_of(std::string_view bytes);
// The value that belongs into "x-amz-checksum-<name>"; "" for a name that is not known.
std::string checksum_of(const std::string& name, std::string_view bytes);

}  // namespace runner::test
