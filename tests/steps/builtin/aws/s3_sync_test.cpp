// jakejarvis/s3-sync-action: settings from the environment, arguments as a shell would take them, what an
// exit code means.
#include <doctest/doctest.h>

#include "tests/support/fake_aws.hpp"
#include "tests/support/http_server.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction s3_sync();

namespace {

using test::FakeHost;
using test::has;

std::string answer(const std::string& status, const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// A bucket with nothing in it, that takes all that is put there, or refuses it.
struct Bucket {
  bool refuses = false;
  test::HttpServer server{[this](const std::string& request) {
    if (request.starts_with("GET"))
      return answer("200 OK", "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
    if (refuses)
      return answer("403 Forbidden", "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    return answer("200 OK");
  }};
};

void set_up(FakeHost& host, const Bucket& bucket) {
  std::filesystem::create_directories(host.workspace() / "dist");
  std::ofstream(host.workspace() / "dist/index.html") << "<html>";
  std::ofstream(host.workspace() / "dist/app.map") << "{}";
  for (const auto& [name, value] : Environment{{"AWS_S3_BUCKET", "site"},
                                               {"AWS_ACCESS_KEY_ID", "A"},
                                               {"AWS_SECRET_ACCESS_KEY", "B"},
                                               {"AWS_SESSION_TOKEN", "T"},
                                               {"SOURCE_DIR", "dist"},
                                               {"DEST_DIR", "v2"},
                                               {"AWS_S3_ENDPOINT", bucket.server.url("")},
                                               {"HOME", host.temp().string()}}) {
    host.env_[name] = value;
  }
  host.with["args"] = "--exclude '*.map' --cache-control \"max-age=60, public\"";
}

}  // namespace

TEST_CASE("aws s3-sync: the folder is in the bucket, with the arguments' quotes taken off") {
  FakeHost host(s3_sync());
  Bucket bucket;
  set_up(host, bucket);
  const auto result = host.run();
  CHECK(result.message == "");
  const auto requests = bucket.server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(has(requests[0], "prefix=v2"));
  CHECK(requests[1].starts_with("PUT /site/v2/index.html HTTP/1.1"));
  for (const auto* header :
       {"max-age=60, public", "text/html", "\r\nX-Amz-Security-Token: T\r\n", "/us-east-1/s3/"}) {
    const bool there = has(lower(requests[1]), lower(header));
    CHECK_MESSAGE(there, header);
  }
  CHECK(has(host.text, "upload: dist/index.html to s3://site/v2/index.html"));
  CHECK(host.notes.back() == "s3://site/v2");
}

TEST_CASE("aws s3-sync: a failed transfer is a failed step that says so") {
  FakeHost host(s3_sync());
  Bucket bucket;
  bucket.refuses = true;
  set_up(host, bucket);
  const auto result = host.run();
  CHECK(result.outcome == Outcome::failure);
  CHECK(has(result.message, "exit code 1: at least one file could not be transferred"));
  CHECK(has(host.text, "upload failed: dist/index.html"));
  CHECK(has(host.text, "AccessDenied"));
}

TEST_CASE("aws s3-sync: what is missing or needs a shell is said") {
  FakeHost host(s3_sync());
  Bucket bucket;
  set_up(host, bucket);
  for (const auto* name : {"AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_S3_BUCKET"}) {
    host.env_.erase(name);
    CHECK(host.run().message == std::string(name) + " is not set. Quitting.");
  }
  set_up(host, bucket);
  host.with["args"] = "--exclude $(cat list)";
  CHECK(has(s3_sync().problems(host).at(0), "none is started here"));
  CHECK(host.run().outcome == Outcome::failure);
  CHECK(bucket.server.requests().empty());
}

TEST_CASE("aws s3-sync: its effect") {
  FakeHost host(s3_sync());
  Bucket bucket;
  set_up(host, bucket);
  host.with["args"] = "--delete";
  CHECK(s3_sync().effects(host) ==
        std::vector<std::string>{"sync dist → s3://site/v2, delete there what is not here"});
}

}  // namespace runner
