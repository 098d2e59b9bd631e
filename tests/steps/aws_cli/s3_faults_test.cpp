// `aws s3` in process, while the service or the connection fails it.
#include <thread>

#include <doctest/doctest.h>

#include "tests/support/s3_fixture.hpp"

using namespace runner;
using runner::test::large_text;
using runner::test::S3Fault;
using runner::test::S3Fixture;
using runner::test::S3Server;

TEST_CASE("aws s3: a large upload that fails leaves no parts behind") {
  S3Fixture s3;
  s3.write("large.bin", large_text(17 << 20));
  s3.server.fail({.operation = "UploadPart", .kind = S3Fault::Kind::access_denied, .after = 1});
  CHECK(s3.run({"cp", "large.bin", "s3://bucket/l"}) == 1);
  CHECK(s3.err.find("(AccessDenied) when calling the UploadPart operation") != std::string::npos);
  CHECK(s3.server.open_uploads() == 0);
  CHECK(s3.server.aborted_uploads() == 1);
}

TEST_CASE("aws s3: a cancelled upload is aborted, and the exit code is 130") {
  S3Server::Options options;
  S3Fixture s3(options);
  s3.write("large.bin", large_text(17 << 20));
  s3.server.fail({.operation = "UploadPart", .kind = S3Fault::Kind::silent, .times = -1});
  const std::jthread canceller([&] {
    while (s3.server.count("UploadPart") == 0) std::this_thread::yield();
    s3.stop.request_stop();
  });
  CHECK(s3.run({"cp", "large.bin", "s3://bucket/l"}) == 130);
  CHECK(s3.err == "cancelled: ctrl-c received\n");
  CHECK(s3.server.aborted_uploads() == 1);
}

TEST_CASE("aws s3: a download that breaks leaves neither a part nor a damaged file") {
  S3Fixture s3;
  s3.write("f", "content");
  CHECK(s3.run({"cp", "f", "s3://bucket/f"}) == 0);  // by us: with a checksum
  std::filesystem::remove(s3.folder.path() / "f");
  s3.folder.write("there", "old");
  s3.server.fail({.operation = "GetObject", .kind = S3Fault::Kind::damaged});
  CHECK(s3.run({"cp", "s3://bucket/f", "there"}) == 1);
  CHECK(s3.err.find("Expected checksum") != std::string::npos);
  CHECK(test::read_file(s3.folder.path() / "there") == "old");
  s3.server.fail({.operation = "GetObject", .kind = S3Fault::Kind::cut_half, .times = -1});
  CHECK(s3.run({"cp", "s3://bucket/f", "there"}) == 1);
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(s3.folder.path())) ++files;
  CHECK(files == 1);
}

TEST_CASE("aws s3: what the service does at times, and gets over") {
  struct Case {
    const char* why;
    S3Fault fault;
  };
  using Kind = S3Fault::Kind;
  for (const auto& c :
       {Case{"503 SlowDown, more often than there are attempts", {"PutObject", Kind::slow_down, 5}},
        Case{"500 with words", {"PutObject", Kind::internal_error, 2}},
        Case{"502 of a proxy", {"PutObject", Kind::bad_gateway, 2}},
        Case{"an answer that is cut off", {"PutObject", Kind::cut, 2}},
        Case{"a listing that is cut off", {"ListObjectsV2", Kind::cut_half, 2}},
        Case{"200 with an error inside", {"CompleteMultipartUpload", Kind::error_in_200, 2}},
        Case{"the bucket is elsewhere", {"ListObjectsV2", Kind::redirect, 1}}}) {
    SUBCASE(c.why) {
      S3Server::Options options;
      const bool elsewhere = c.fault.kind == Kind::redirect;
      if (elsewhere) options.rules.region = "eu-central-1";
      S3Fixture s3(options);
      s3.write("small", "1");
      s3.write("large", large_text(9 << 20));
      s3.server.fail(c.fault);
      CHECK(s3.run({"sync", ".", "s3://bucket"}) == 0);
      CHECK(s3.err == "");
      CHECK(s3.server.keys("bucket").size() == 2);
      CHECK(s3.server.refused().size() == 0);  // with the right region from the second request on
    }
  }
}

TEST_CASE("aws s3: a service that falls silent is asked again") {
  S3Fixture s3;
  s3.write("f", "1");
  s3.server.fail({.operation = "PutObject", .kind = S3Fault::Kind::silent});
  CHECK(s3.run({"cp", "f", "s3://bucket/f", "--cli-read-timeout", "1"}) == 0);
  CHECK(s3.server.count("PutObject") == 2);
}

TEST_CASE("aws s3: what does not help is not tried for ever") {
  struct Case {
    S3Fault::Kind kind;
    int tries;
    const char* want;
  };
  using Kind = S3Fault::Kind;
  for (const auto& c :
       {Case{Kind::internal_error, 3,
             "An error occurred (InternalError) when calling the ListObjectsV2 "
             "operation (reached max retries: 2): We encountered an internal error. "
             "Please try again."},
        Case{Kind::bad_gateway, 3,
             "An error occurred (502) when calling the ListObjectsV2 operation (reached "
             "max retries: 2): Bad Gateway"},
        Case{Kind::access_denied, 1,
             "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied"},
        Case{Kind::cut, 3, "Connection was closed before we received a valid response from endpoint URL"}}) {
    S3Fixture s3;
    s3.write("f", "1");
    s3.server.fail({.operation = "ListObjectsV2", .kind = c.kind, .times = -1});
    CHECK(s3.run({"sync", ".", "s3://bucket"}) == 1);
    CHECK(s3.err.find(c.want) != std::string::npos);
    CHECK(s3.err.starts_with("fatal error: "));
    CHECK(s3.server.count("ListObjectsV2") == c.tries);
  }
}

TEST_CASE("aws s3: the bucket's region is found from its refusal, and kept") {
  S3Server::Options options;
  options.rules.region = "eu-central-1";
  S3Fixture s3(options);
  for (int file = 0; file < 5; ++file) s3.write("f" + std::to_string(file), "1");
  CHECK(s3.run({"sync", ".", "s3://bucket"}) == 0);
  CHECK(s3.server.refused().size() == 1);
  CHECK(s3.server.count("PutObject") == 5);
}

TEST_CASE("aws s3: a clock that is wrong by an hour is set by the service's") {
  S3Server::Options options;
  options.rules.clock_offset = 3600;
  S3Fixture s3(options);
  s3.write("f", "1");
  CHECK(s3.run({"sync", ".", "s3://bucket"}) == 0);
  CHECK(s3.server.refused().size() == 1);
  CHECK(s3.body("f") == "1");
}

TEST_CASE("aws s3: keys that are wrong are told in the service's words") {
  S3Fixture s3;
  s3.env["AWS_SECRET_ACCESS_KEY"] = "wrong";
  CHECK(s3.run({"sync", "s3://bucket", "x"}) == 1);
  CHECK(s3.err.find("(SignatureDoesNotMatch) when calling the ListObjectsV2 operation") != std::string::npos);
  CHECK(s3.err.find("wrong\"") == std::string::npos);
  CHECK(s3.run({"ls", "s3://bucket"}) == 254);
  s3.env.erase("AWS_ACCESS_KEY_ID");
  s3.env.erase("AWS_SECRET_ACCESS_KEY");
  CHECK(s3.run({"ls", "s3://bucket"}) == 253);
  CHECK(s3.err.find("Unable to locate credentials") != std::string::npos);
}

TEST_CASE("aws s3: session tokens, pages of two keys, hosts instead of paths") {
  S3Server::Options options;
  options.rules.session_token = "TOKEN/+=";
  options.page_size = 2;
  S3Fixture s3(options);
  s3.home.write(".aws/config",
                "[default]\ns3 =\n  addressing_style = virtual\n  max_concurrent_requests = 3\n");
  s3.env["AWS_ENDPOINT_URL"] = "http://localhost:" + std::to_string(s3.server.port());
  for (int file = 0; file < 7; ++file) s3.write("f" + std::to_string(file), "1");
  CHECK(s3.run({"sync", ".", "s3://bucket"}) == 0);
  CHECK(s3.server.keys("bucket").size() == 7);
  CHECK(s3.server.refused().empty());
  CHECK(s3.server.most_at_once() <= 3);
  s3.server.forget();
  CHECK(s3.run({"sync", ".", "s3://bucket"}) == 0);
  CHECK(s3.out == "");
  CHECK(s3.server.counts() == std::map<std::string, int>{{"ListObjectsV2", 4}});
}

TEST_CASE("aws s3: many files share connections, and a slow service sees at most 64 at once") {
  S3Server::Options options;
  options.delay_ms = 20;
  S3Fixture s3(options);
  for (int file = 0; file < 300; ++file) s3.write("d/" + std::to_string(file), "1");
  CHECK(s3.run({"sync", "d", "s3://bucket", "--only-show-errors"}) == 0);
  CHECK(s3.server.count("PutObject") == 300);
  CHECK(s3.server.connections() <= 65);
  CHECK(s3.server.most_at_once() > 16);
  CHECK(s3.server.most_at_once() <= 64);
}
