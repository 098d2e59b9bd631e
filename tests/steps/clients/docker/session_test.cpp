#include "steps/clients/docker/build/session.hpp"

#include <stop_token>
#include <thread>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "steps/clients/docker/build/protobuf.hpp"
#include "tests/support/grpc_client.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner {
namespace {

const std::string kSecret = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
const std::string kLogin = "/moby.filesync.v1.Auth/Credentials";
const std::string kHealth = "/grpc.health.v1.Health/Check";

std::optional<Credentials> login_of(const std::string& host) {
  if (host == "private.test:5000") return Credentials{"ana", "pass", ""};
  if (host == "token.test") return Credentials{"", "", "identity"};
  if (host == "broken.test") throw Error("ask docker-credential-x: it is not on PATH");
  return std::nullopt;
}

// A session on both its sides.
struct SessionBench {
  test::TempDir dir;
  std::string path = (dir.path() / "s").string();
  test::SessionSocket socket{path};
  std::string header;
  std::unique_ptr<BuildSession> session;

  test::GrpcClient open(BuildSecrets secrets = {}) {
    return open(session_methods(std::move(secrets), login_of));
  }
  test::GrpcClient open(GrpcMethods methods) {
    Fd connection;
    std::jthread engine([&] { header = socket.accept(connection); });
    session = std::make_unique<BuildSession>(DockerAddress{"unix://" + path, path, "http://engine"}, "1.41",
                                             std::move(methods), std::stop_token());
    engine.join();
    return test::GrpcClient(std::move(connection));
  }
};

}  // namespace

TEST_CASE("docker session: offers three methods and no more, under an id") {
  SessionBench bench;
  bench.open();
  CHECK(bench.header.starts_with("POST /v1.41/session HTTP/1.1\r\n"));
  for (const auto* line : {"Connection: Upgrade", "Upgrade: h2c"}) {
    CHECK(bench.header.find(std::string(line) + "\r\n") != std::string::npos);
  }
  CHECK(bench.header.find("X-Docker-Expose-Session-Uuid: " + bench.session->id()) != std::string::npos);
  size_t offered = 0;
  for (size_t at = 0; (at = bench.header.find("Grpc-Method: ", at)) != std::string::npos; ++at) ++offered;
  CHECK(offered == 3);
  for (const auto& method : {kSecret, kLogin, kHealth}) {
    CHECK(bench.header.find("X-Docker-Expose-Session-Grpc-Method: " + method) != std::string::npos);
  }
}

TEST_CASE("docker session: what it answers") {
  SessionBench bench;
  const std::string large(300'000, 'k');  // more than one window of HTTP/2
  auto client = bench.open({{"token", "s3\ncret"}, {"key", large}, {"nul", std::string("a\0b", 3)}});
  struct Case {
    const char* why;
    std::string method, asked, status, want;
  };
  for (const auto& c : {
           Case{"it is well", kHealth, "", "0", proto_number(1, 1)},
           Case{"a secret", kSecret, proto_bytes(1, "token"), "0", proto_bytes(1, "s3\ncret")},
           Case{"a large one", kSecret, proto_bytes(1, "key"), "0", proto_bytes(1, large)},
           Case{"a binary one", kSecret, proto_bytes(1, "nul"), "0",
                proto_bytes(1, std::string_view("a\0b", 3))},
           Case{"an unknown one is not found", kSecret, proto_bytes(1, "other"), "5", ""},
           Case{"user and password", kLogin, proto_bytes(1, "private.test:5000"), "0",
                proto_bytes(1, "ana") + proto_bytes(2, "pass")},
           Case{"an identity token has no user", kLogin, proto_bytes(1, "token.test"), "0",
                proto_bytes(2, "identity")},
           Case{"no login is an empty one", kLogin, proto_bytes(1, "open.test"), "0", ""},
           Case{"a helper that fails", kLogin, proto_bytes(1, "broken.test"), "2", ""},
           Case{"a damaged question", kSecret, "\x0a\x7f", "2", ""},
           Case{"a method that was not offered", "/moby.filesync.v1.FileSync/DiffCopy", "", "12", ""},
           Case{"and it still is well", kHealth, "", "0", proto_number(1, 1)},
       }) {
    CAPTURE(c.why);
    const auto reply = client.call(c.method, c.asked);
    CHECK(reply.status == c.status);
    CHECK(reply.message == c.want);
  }
}

TEST_CASE("docker session: a method that exchanges messages") {
  SessionBench bench;
  std::string metadata;
  auto client = bench.open(
      GrpcMethods{{"/a.B/C", [&](GrpcStream& stream) {
                     if (const auto at = stream.metadata().find("te"); at != stream.metadata().end())
                       metadata = at->second;
                     const auto asked = stream.read();
                     for (int i = 0; i < 20; ++i)
                       stream.write(*asked + std::to_string(i) + std::string(200'000, '.'));
                     CHECK_FALSE(stream.read());  // the client has ended
                     if (*asked == "fail") throw Error("disk \n gone");
                   }}});
  for (const std::string asked : {"well", "fail"}) {
    const auto reply = client.call("/a.B/C", asked);
    CHECK(reply.status == (asked == "well" ? "0" : "2"));
    size_t at = 0;
    for (int i = 0; i < 20; ++i, at = reply.message.find('.', at) + 200'005)
      CHECK(reply.message.substr(at, 5) == (asked + std::to_string(i) + ".").substr(0, 5));
    CHECK(at == reply.message.size() + 5);
  }
  CHECK(metadata == "trailers");
}

TEST_CASE("docker session: an engine that hangs up ends an exchange that waits") {
  SessionBench bench;
  std::string found;
  {
    auto client = bench.open(GrpcMethods{{"/a.B/C", [&](GrpcStream& stream) {
                                            while (stream.write(std::string(200'000, '.'))) continue;
                                            found = "gone";
                                          }}});
    CHECK_THROWS(client.call_until("/a.B/C", "x", 1'000'000));
  }
  bench.session.reset();
  CHECK(found == "gone");
}

TEST_CASE("docker session: ends when the build does, and when the engine hangs up") {
  SessionBench bench;
  auto client = bench.open();
  SUBCASE("the build ends") {
    bench.session.reset();
    CHECK_THROWS(client.call(kHealth, ""));
  }
  SUBCASE("the engine hangs up") {
    { const auto gone = std::move(client); }
    bench.session.reset();  // would wait for ever if the thread did
  }
}

TEST_CASE("docker session: an engine that offers none, or is not there") {
  const test::TempDir dir;
  const auto path = (dir.path() / "s").string();
  const auto open = [&](const std::stop_token& stop = {}) {
    const BuildSession session({"unix://" + path, path, "http://engine"}, "1.41",
                               session_methods({}, login_of), stop);
  };
  SUBCASE("not there") {
    CHECK_THROWS_WITH_AS(open(), doctest::Contains("connect to the Docker daemon at unix://"), Error);
  }
  SUBCASE("no such path") {
    test::SessionSocket socket(path);
    Fd connection;
    const std::jthread engine([&] { socket.accept(connection, "404 Not Found"); });
    CHECK_THROWS_WITH_AS(
        open(),
        "open a build session with the Docker daemon: found \"HTTP/1.1 404 Not Found\", expected status 101",
        Error);
  }
  SUBCASE("the job is cancelled while it does not answer") {
    const test::SessionSocket socket(path);
    std::stop_source stop;
    stop.request_stop();
    CHECK_THROWS_AS(open(stop.get_token()), Error);
  }
}

}  // namespace runner
