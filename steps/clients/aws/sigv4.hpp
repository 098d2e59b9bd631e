// steps/clients/aws/sigv4.hpp -- Signature Version 4 (aws.md 2.1). Pure: no clock, no network.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steps/clients/aws/types.hpp"

namespace runner::aws {

struct SigningScope {
  std::string region, service;  // "us-east-1", "s3"
};

struct RequestToSign {
  std::string method, host;  // host as in the Host header: with the port unless it is the scheme's default
  std::string path = "/";    // as it is sent, encoded once; services other than s3 sign it encoded once more
  std::string query{};       // as it is sent, without '?': encoded names and values in any order
  std::vector<std::pair<std::string, std::string>>
      headers{};               // all that is signed besides host and x-amz-date
  std::string payload_hash{};  // hex SHA-256 of the body, or UNSIGNED-PAYLOAD
};

using SignedHeaders = std::vector<std::pair<std::string, std::string>>;

// The headers to add to the request: X-Amz-Date, X-Amz-Security-Token when there is one, Authorization.
SignedHeaders sign(const RequestToSign& request, const Credentials& credentials, const SigningScope& scope,
                   Time now);
// The query of a presigned URL, the request's own first. `lifetime` at most a week.
std::string presigned_query(const RequestToSign& request, const Credentials& credentials,
                            const SigningScope& scope, Time now, std::chrono::seconds lifetime);

}  // namespace runner::aws
