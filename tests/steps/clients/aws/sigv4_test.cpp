// Signatures that botocore computed for the same requests; the presigned one is AWS's own documented example.
#include "steps/clients/aws/sigv4.hpp"

#include <doctest/doctest.h>

#include "steps/system/digest.hpp"

using namespace runner::aws;

namespace {

const std::string kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const Time kNow{std::chrono::seconds(1369353600)};  // 20130524T000000Z

Credentials example(std::string token = "") {
  return {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
          .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
          .session_token = std::move(token)};
}

}  // namespace

TEST_CASE("aws: requests are signed as the reference signs them") {
  struct Case {
    const char* why;
    RequestToSign request;
    const char *service, *token, *want;
  };
  const std::string body = R"({"cluster": "c", "services": ["s"]})";
  const Case cases[] = {
      {"a query is sorted",
       {.method = "GET",
        .host = "examplebucket.s3.amazonaws.com",
        .query = "prefix=a%2Fb%20c&list-type=2",
        .headers = {{"x-amz-content-sha256", kEmptyHash}},
        .payload_hash = kEmptyHash},
       "s3",
       "",
       "b0e554dba54df433738b83575ae9835e55d0667afe90bb395f5289510fbf108e"},
      {"S3 signs the path as it is sent",
       {.method = "PUT",
        .host = "examplebucket.s3.amazonaws.com",
        .path = "/a%20b%2Bc/%C3%A9%7E%21.txt",
        .headers = {{"Content-Type", "text/plain"},
                    {"x-amz-checksum-crc32", "NjowIA=="},
                    {"x-amz-content-sha256", "UNSIGNED-PAYLOAD"}},
        .payload_hash = "UNSIGNED-PAYLOAD"},
       "s3",
       "",
       "21bc4f4cb39a6e46a06e5554178c9d6dc25901f1c9eba46d710d86846410b350"},
      {"a port and a session token",
       {.method = "PUT",
        .host = "127.0.0.1:9000",
        .path = "/bench/x.txt",
        .headers = {{"content-type", "text/plain"}, {"x-amz-content-sha256", hex_sha256("hello\n")}},
        .payload_hash = hex_sha256("hello\n")},
       "s3",
       "TOKEN123",
       "fd9a64822d04dea470a4e9ccf3d369994d761575409ea25b8ff75ce31dada75b"},
      {"another service",
       {.method = "POST",
        .host = "ecs.us-east-1.amazonaws.com",
        .headers = {{"content-type", "application/x-amz-json-1.1"},
                    {"x-amz-target", "AmazonEC2ContainerServiceV20141113.DescribeServices"}},
        .payload_hash = hex_sha256(body)},
       "ecs",
       "",
       "d42a4b23a6884804ba2988768f721de3a51743237e89d3c1688797e3fde212c4"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.why);
    const auto headers = sign(c.request, example(c.token), {"us-east-1", c.service}, kNow);
    CHECK(headers.front() == std::pair<std::string, std::string>{"X-Amz-Date", "20130524T000000Z"});
    CHECK(headers.back().second.ends_with(std::string("Signature=") + c.want));
  }
}

TEST_CASE("aws: a presigned address is AWS's documented one") {
  const RequestToSign request{.method = "GET", .host = "examplebucket.s3.amazonaws.com", .path = "/test.txt"};
  const auto query =
      presigned_query(request, example(), {"us-east-1", "s3"}, kNow, std::chrono::seconds(86400));
  CHECK(query.ends_with("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"));
}
