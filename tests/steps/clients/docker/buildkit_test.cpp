#include <algorithm>
#include <fstream>
#include <set>
#include <thread>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/build/protobuf.hpp"
#include "steps/clients/docker/platforms.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_engine.hpp"
#include "tests/support/grpc_client.hpp"

namespace runner {

BuiltinAction docker_build_push();
BuiltinAction docker_setup_qemu();

namespace {

using nlohmann::json;
using test::kImage;

std::string trace(const std::string& message) {
  return json{{"id", "moby.buildkit.trace"}, {"aux", base64(message)}}.dump() + "\r\n";
}

// An operation that ended within a second.
std::string step(const std::string& name, const std::string& error = {}) {
  auto text = proto_bytes(1, name) + proto_bytes(3, name) + proto_bytes(5, proto_number(1, 100)) +
              proto_bytes(6, proto_number(1, 101));
  if (!error.empty()) text += proto_bytes(7, error);
  return proto_bytes(1, text);
}

std::string built() {
  return trace(step("[1/1] COPY a /")) + json{{"id", "moby.image.id"}, {"aux", {{"ID", kImage}}}}.dump();
}

struct BuildKitBench {
  test::FakeHost host{docker_build_push()};
  test::FakeEngine engine{host};
  explicit BuildKitBench(std::string_view dockerfile = "FROM scratch\nCOPY a /\n") {
    std::ofstream(host.workspace() / "Dockerfile") << dockerfile;
    std::ofstream(host.workspace() / "a") << "A";
    host.with = {{"context", "."}};
    engine.answer("POST /v1.41/build", {200, built()});
  }
  std::string query() const {
    for (const auto& asked : engine.asked) {
      if (asked.starts_with("POST /v1.41/build?")) return asked.substr(asked.find('?') + 1);
    }
    return "no build";
  }
  bool has_notice(std::string_view text) const {
    return std::any_of(host.annotations.begin(), host.annotations.end(),
                       [&](const auto& one) { return one.message.find(text) != std::string::npos; });
  }
};

}  // namespace

TEST_CASE("docker BuildKit: the builder of choice, its lines and the image's id") {
  BuildKitBench bench;
  CHECK(bench.host.run().message == "");
  CHECK(bench.query() == "version=2&rm=1&forcerm=1&dockerfile=Dockerfile");
  CHECK(bench.host.text.find("#1 [1/1] COPY a /\n#1 DONE 1.0s\n") != std::string::npos);
  CHECK(bench.host.outputs["imageid"] == kImage);
  CHECK(bench.host.notes == std::vector<std::string>{"sha256:aaaa… built, 0 of 1 steps cached"});
}

TEST_CASE("docker BuildKit: where the classic builder builds") {
  struct Case {
    const char *why, *variable, *value, *os, *version;
  };
  for (const auto& c : {Case{"it is asked for", "DOCKER_BUILDKIT", "0", "linux", "1.41"},
                        Case{"the engine is not Linux's", "A", "", "windows", "1.41"},
                        Case{"the engine is too old", "A", "", "linux", "1.38"}}) {
    SUBCASE(c.why) {
      BuildKitBench bench;
      bench.host.env_[c.variable] = c.value;
      bench.engine.answer("GET /version", {200, json{{"ApiVersion", c.version}, {"Os", c.os}}.dump()});
      bench.engine.answer(fmt::format("POST /v{}/build", c.version), {200, R"({"aux":{"ID":"sha256:b"}})"});
      CHECK(bench.host.run().message == "");
      CHECK(bench.engine.asked.back().find("/build?version=1&") != std::string::npos);
    }
  }
}

TEST_CASE("docker BuildKit: a failing step's last lines come again") {
  BuildKitBench bench;
  const auto log = proto_bytes(3, proto_bytes(1, "[1/1] RUN x") + proto_bytes(4, "no such file\n"));
  bench.engine.answer(
      "POST /v1.41/build",
      {200, trace(step("[1/1] RUN x", "exit code: 3") + log) +
                R"({"errorDetail":{"message":"executor failed running [x]: exit code: 3"},"error":"x"})"});
  CHECK(bench.host.run().message == "buildx failed with: ERROR: executor failed running [x]: exit code: 3");
  CHECK(bench.host.text.ends_with("------\n > [1/1] RUN x:\n0.000 no such file\n------\n"));
}

TEST_CASE("docker BuildKit: secrets are served in the session and stand nowhere else") {
  BuildKitBench bench;
  const auto path = (bench.host.temp() / "s").string();
  test::SessionSocket socket(path);
  bench.host.env_["DOCKER_HOST"] = "unix://" + path;
  bench.host.env_["TOKEN"] = "from-env";
  std::ofstream(bench.host.workspace() / "file") << "from-file";
  bench.host.with["secrets"] = "\"key=line one\nline two\"\nbad line";
  bench.host.with["secret-envs"] = "env=TOKEN\ngone=NO_SUCH";
  bench.host.with["secret-files"] = "file=file\nlost=no/file";
  std::map<std::string, std::string> got;
  std::jthread engine([&] {
    Fd connection;
    socket.accept(connection);
    test::GrpcClient client(std::move(connection));
    for (const auto* id : {"key", "env", "file", "gone"}) {
      const auto reply = client.call("/moby.buildkit.secrets.v1.Secrets/GetSecret", proto_bytes(1, id));
      got[id] = reply.status == "0" ? reply.message : "status " + reply.status;
    }
  });
  const auto answer = bench.host.http_.answer;
  bench.host.http_.answer = [&](const HttpRequest& request) {
    if (request.url.find("/build?") != std::string::npos) engine.join();  // it asks while it builds
    return answer(request);
  };
  CHECK(bench.host.run().message == "");
  CHECK(got == std::map<std::string, std::string>{{"key", proto_bytes(1, "line one\nline two")},
                                                  {"env", proto_bytes(1, "from-env")},
                                                  {"file", proto_bytes(1, "from-file")},
                                                  {"gone", "status 5"}});
  CHECK(bench.query().find("&session=") != std::string::npos);
  CHECK(bench.query().ends_with("&remote=client-session&dockerfile=Dockerfile"));
  CHECK(bench.engine.context.empty());  // what is built of is fetched in the session
  CHECK(bench.host.masks ==
        std::vector<std::string>{"line one\nline two", "bad line", "from-env", "from-file"});
  for (const auto* secret : {"line one", "from-env", "from-file"}) {
    CHECK(bench.query().find(secret) == std::string::npos);
    CHECK(bench.host.text.find(secret) == std::string::npos);
  }
  REQUIRE(bench.host.annotations.size() == 3);
  CHECK(bench.host.annotations[0].message.starts_with("bad line is not a valid secret: expected id=value"));
  CHECK(bench.host.annotations[1].message == "secret gone: the environment has no variable NO_SUCH");
  CHECK(bench.host.annotations[2].message == "secret file no/file not found");
}

TEST_CASE("docker BuildKit: a secret without a session is no build") {
  BuildKitBench bench;
  bench.host.with["secrets"] = "a=value";
  CHECK(bench.host.run().message.find("connect to the Docker daemon at unix:///engine.sock") == 0);
  CHECK(bench.query() == "no build");
}

TEST_CASE("docker BuildKit: the syntax line where its image cannot be had") {
  BuildKitBench bench("# syntax=docker/dockerfile:1\nFROM scratch\n");
  SUBCASE("neither here nor in a registry: the line goes, the lines stay") {
    CHECK(bench.host.run().message == "");
    CHECK(bench.engine.context.find("# unusedsyntax=docker/dockerfile:1\nFROM scratch\n") !=
          std::string::npos);
    CHECK(bench.has_notice("docker/dockerfile:1"));
  }
  SUBCASE("here") {
    bench.engine.answer("GET /v1.41/images/docker/dockerfile:1/json", {200, "{}"});
    CHECK(bench.host.run().message == "");
    CHECK(bench.engine.context.find("# syntax=docker") != std::string::npos);
  }
  SUBCASE("in a registry") {
    bench.engine.answer("GET /v1.41/distribution/docker/dockerfile:1/json", {200, "{}"});
    CHECK(bench.host.run().message == "");
    CHECK(bench.engine.context.find("# syntax=docker") != std::string::npos);
    CHECK_FALSE(bench.has_notice("docker/dockerfile:1"));
  }
  SUBCASE("the classic builder takes it for the comment it is") {
    bench.host.env_["DOCKER_BUILDKIT"] = "0";
    bench.engine.answer("POST /v1.41/build", {200, R"({"aux":{"ID":"sha256:b"}})"});
    CHECK(bench.host.run().message == "");
    CHECK(bench.engine.context.find("# syntax=docker") != std::string::npos);
  }
}

TEST_CASE("docker BuildKit: an engine without sessions gets a tar, and the user a notice") {
  BuildKitBench bench;
  CHECK(bench.host.run().message == "");
  CHECK(bench.engine.context.find("FROM scratch") != std::string::npos);
  CHECK(bench.has_notice("The Docker daemon offers no build session"));
}

TEST_CASE("docker BuildKit: an added Dockerfile has the same name each time, for the cache of COPY") {
  std::set<std::string> names;
  for (int round = 0; round < 2; ++round) {
    BuildKitBench bench;
    std::filesystem::create_directories(bench.host.workspace() / "app");
    bench.host.with = {{"context", "app"}, {"file", "Dockerfile"}};
    CHECK(bench.host.run().message == "");
    names.insert(bench.query().substr(bench.query().find("dockerfile=")));
    CHECK(bench.engine.context.find(".dockerignore") == std::string::npos);
  }
  CHECK(names.size() == 1);
}

TEST_CASE("docker build: the default platform") {
  BuildKitBench bench;
  bench.host.env_["DOCKER_DEFAULT_PLATFORM"] = "linux/arm64";
  CHECK(docker_build_push().effects(bench.host) == std::vector<std::string>{"build . for linux/arm64"});
  SUBCASE("is passed on, and said when it is not the engine's") {
    CHECK(bench.host.run().message == "");
    CHECK(bench.query().find("&platform=linux%2Farm64") != std::string::npos);
    CHECK(bench.has_notice(
        "The image is built for linux/arm64, the default platform; this engine is linux/amd64"));
  }
  SUBCASE("yields to the step's own") {
    bench.host.with["platforms"] = "linux/amd64";
    CHECK(bench.host.run().message == "");
    CHECK(bench.query().find("platform") == std::string::npos);
    CHECK_FALSE(bench.has_notice("The image is built"));
  }
}

TEST_CASE("docker push: a connection that is lost before it answers is tried once more") {
  BuildKitBench bench;
  bench.host.with["push"] = "true";
  bench.host.with["tags"] = "r.test:1/app:1";
  const auto digest = "sha256:" + std::string(64, 'd');
  bench.engine.answer("POST /v1.41/images/r.test:1/app/push",
                      {200, R"({"status":"1: digest: )" + digest + R"( size: 5"})"});
  int losses = 1, pushes = 0;
  const auto answer = bench.host.http_.answer;
  bench.host.http_.answer = [&](const HttpRequest& request) {
    if (request.url.find("/push?") != std::string::npos && ++pushes <= losses)
      throw HttpError("POST /push", "the connection was closed");
    return answer(request);
  };
  SUBCASE("once") {
    CHECK(bench.host.run().message == "");
    CHECK(bench.host.outputs["digest"] == digest);
    CHECK(bench.host.text.find("before a byte of answer came; the push is tried once more") !=
          std::string::npos);
  }
  SUBCASE("twice") {
    losses = 2;
    CHECK(bench.host.run().message.find("the connection was closed") != std::string::npos);
    CHECK(pushes == 2);
  }
}

TEST_CASE("setup-qemu: what can run here, and a notice for what cannot") {
  const test::TempDir dir;
  dir.write("qemu-aarch64", "enabled");
  dir.write("qemu-x86_64", "enabled");
  CHECK(runnable_platforms({}, dir.path()) == std::vector<std::string>{"linux/amd64", "linux/arm64"});

  test::FakeHost host(docker_setup_qemu());
  test::FakeEngine engine(host);
  SUBCASE("all is what there is") { CHECK(host.run().message == ""); }
  SUBCASE("one that nobody runs") {
    host.with["platforms"] = "linux/amd64,loong64";
    CHECK(host.run().message == "");
    REQUIRE(host.annotations.size() == 1);
    CHECK(host.annotations[0].message.starts_with("No emulator for loong64 is registered"));
  }
  CHECK(host.outputs["platforms"].starts_with("linux/amd64"));
}

}  // namespace runner
