#include <archive.h>
#include <archive_entry.h>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/step.hpp"
#include "steps/system/handle.hpp"
#include "tests/support/fake_engine.hpp"
#include "tests/support/fake_host.hpp"

namespace runner {

BuiltinAction docker_build_push();
BuiltinAction docker_setup_buildx();

namespace {

using nlohmann::json;
using test::kDigest;
using test::kImage;

const std::string kBuilt = R"({"stream":"Step 1/2 : FROM scratch"}
{"stream":"\n"}
{"stream":"Step 2/2 : COPY a /\n ---> Using cache\n"}
{"stream":"\u001b[91mwarn\u001b[0m\nlast "}{"stream":"line"}
{"aux":{"ID":")" + kImage + "\"}}\r\n";

std::string pushed(const std::string& tag) {
  return R"({"status":"The push refers to repository [r.test:1/app]"}
{"status":"Preparing","progressDetail":{},"id":"l1"}
{"status":"Pushing","progressDetail":{"current":512,"total":1500},"progress":"[=> ]","id":"l1"}
{"status":"Pushing","progressDetail":{"current":1500,"total":1500},"id":"l1"}
{"status":"Pushed","progressDetail":{},"id":"l1"}
{"status":")" +
         tag + ": digest: " + kDigest + R"( size: 528"}
{"progressDetail":{},"aux":{"Tag":")" +
         tag + R"(","Digest":")" + kDigest + R"(","Size":528}})";
}

// Names in a tar, a folder's with '/', and contents of files.
std::map<std::string, std::string> files_of(const std::string& bytes) {
  const Handle<archive, archive_read_free> tar(archive_read_new());
  archive_read_support_format_tar(tar.get());
  REQUIRE(archive_read_open_memory(tar.get(), bytes.data(), bytes.size()) == ARCHIVE_OK);
  std::map<std::string, std::string> files;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(tar.get(), &entry) == ARCHIVE_OK) {
    auto& content = files[archive_entry_pathname(entry)];
    content.resize(static_cast<size_t>(archive_entry_size(entry)));
    archive_read_data(tar.get(), content.data(), content.size());
  }
  return files;
}

void write(const test::FakeHost& host, const std::string& name, std::string_view text) {
  const auto file = host.workspace() / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

struct BuildPushBench {
  test::FakeHost host{docker_build_push()};
  test::FakeEngine engine{host};
  BuildPushBench() {
    write(host, "Dockerfile", "FROM scratch\nCOPY a /\n");
    write(host, "a", "A");
    host.with = {{"context", "."}};
    host.env_["DOCKER_BUILDKIT"] = "0";
    host.env_["PATH"] = host.user_home().string();  // no `docker buildx` there
    engine.answer("POST /v1.41/build", {200, kBuilt});
    engine.answer("POST /v1.41/images/r.test:1/app/push", {200, pushed("1")});
  }
};

}  // namespace

TEST_CASE("docker build: the output's lines, the image's id, nothing pushed") {
  BuildPushBench bench;
  bench.host.with["tags"] = "r.test:1/app:1, app";
  const auto result = bench.host.run();
  CHECK(result.message == "");
  CHECK(bench.host.text.find(
            "Step 1/2 : FROM scratch\nStep 2/2 : COPY a /\n ---> Using cache\nwarn\nlast line\n") !=
        std::string::npos);
  CHECK(bench.host.outputs["imageid"] == kImage);
  CHECK(bench.host.outputs["digest"] == kImage);
  CHECK(json::parse(bench.host.outputs["metadata"])["image.name"] == "r.test:1/app:1,app:latest");
  CHECK(bench.host.notes == std::vector<std::string>{"sha256:aaaa… built, 1 of 2 steps cached"});
  REQUIRE(bench.engine.asked.size() == 2);
  CHECK(bench.engine.asked[1] ==
        "POST "
        "/v1.41/build?version=1&rm=1&forcerm=1&t=r.test%3A1%2Fapp%3A1&t=app%3Alatest&dockerfile=Dockerfile");
  CHECK(files_of(bench.engine.context) ==
        std::map<std::string, std::string>{{"Dockerfile", "FROM scratch\nCOPY a /\n"}, {"a", "A"}});
}

TEST_CASE("docker build: what is in the context") {
  using Files = std::vector<std::pair<std::string, std::string>>;
  struct Case {
    const char* why;
    Files files;
    std::string file;
    std::vector<std::string> want;
  };
  for (const auto& c : {
           Case{"an ignore file, which is sent itself",
                {{".dockerignore", "*\n!src/**/*.c\n"}, {"src/x/m.c", ""}, {"src/x/m.o", ""}, {"b", ""}},
                "",
                {".dockerignore", "Dockerfile", "src/", "src/x/", "src/x/m.c"}},
           Case{"the Dockerfile's own ignore file wins",
                {{".dockerignore", "a"}, {"Dockerfile.dockerignore", "b"}, {"b", ""}},
                "",
                {".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a"}},
           Case{"another Dockerfile, ignored",
                {{"ci/Prod", "FROM scratch"}, {".dockerignore", "ci"}, {"ci/x", ""}},
                "./ci/Prod",
                {".dockerignore", "Dockerfile", "a", "ci/", "ci/Prod"}},
       }) {
    SUBCASE(c.why) {
      BuildPushBench bench;
      for (const auto& [name, text] : c.files) write(bench.host, name, text);
      bench.host.with["file"] = c.file;
      CHECK(bench.host.run().message == "");
      std::vector<std::string> names;
      for (const auto& [name, text] : files_of(bench.engine.context)) names.push_back(name);
      CHECK(names == c.want);
    }
  }
}

TEST_CASE("docker build: a Dockerfile outside the context goes along, hidden from COPY") {
  BuildPushBench bench;
  write(bench.host, "app/main", "");
  bench.host.with["context"] = "app";
  bench.host.with["file"] = "Dockerfile";
  CHECK(bench.host.run().message == "");
  const auto files = files_of(bench.engine.context);
  REQUIRE(files.size() == 3);
  const auto name = files.begin()->first;
  CHECK(name.starts_with(".dockerfile."));
  CHECK(files.at(name) == "FROM scratch\nCOPY a /\n");
  CHECK(files.at(".dockerignore") == ".dockerignore\n" + name + "\n");
  CHECK(bench.engine.asked.back().ends_with("dockerfile=" + name));
}

TEST_CASE("docker build: inputs in the engine's query") {
  struct Case {
    const char *why, *input, *value, *want;
  };
  for (const auto& c : {
           Case{"values, and names from the environment", "build-args", "A=1,2\nFROM_ENV\nNONE",
                "&buildargs=%7B%22A%22%3A%221%2C2%22%2C%22FROM_ENV%22%3A%22e%22%2C%22NONE%22%3Anull%7D"},
           Case{"labels", "labels", "k=v w", "&labels=%7B%22k%22%3A%22v%20w%22%7D"},
           Case{"target", "target", "prod", "&target=prod"},
           Case{"the engine's own platform is left out", "platforms", "linux/amd64", "forcerm=1"},
           Case{"another platform", "platforms", "linux/arm64", "&platform=linux%2Farm64"},
           Case{"no cache", "no-cache", "True", "&nocache=1"},
           Case{"pull", "pull", "true", "&pull=1"},
           Case{"hosts", "add-hosts", "a:1.2.3.4\nb=::1", "&extrahosts=a%3A1.2.3.4&extrahosts=b%3A%3A%3A1"},
           Case{"size", "shm-size", "2g", "&shmsize=2147483648"},
           Case{"limits", "ulimit", "nofile=1:2\nnproc=3",
                "&ulimits=%5B%7B%22Hard%22%3A2%2C%22Name%22%3A%22nofile%22%2C%22Soft%22%3A1%7D%2C%7B%22Hard%"
                "22%3A3%2C"
                "%22Name%22%3A%22nproc%22%2C%22Soft%22%3A3%7D%5D"},
           Case{"an image in a registry as cache", "cache-from",
                "r.test/a:c\ntype=registry,ref=b:c\ntype=gha",
                "&cachefrom=%5B%22r.test%2Fa%3Ac%22%2C%22b%3Ac%22%5D"},
           Case{"an URL", "context", "https://git.test/r.git#main",
                "&remote=https%3A%2F%2Fgit.test%2Fr.git%23main"},
       }) {
    SUBCASE(c.why) {
      test::FakeHost host(docker_build_push());
      host.env_["FROM_ENV"] = "e";
      host.with = {{"context", "."}};
      host.with[c.input] = c.value;
      const auto query = build_query(host, read_build_inputs(host), {}, Builder::classic);
      CHECK(query.substr(query.size() - std::string_view(c.want).size()) == c.want);
    }
  }
}

TEST_CASE("docker build: what is refused, and in which words") {
  struct Case {
    const char *why, *input, *value, *want;
  };
  for (const auto& c : {
           Case{"no tag", "push", "true", "tag is needed when pushing to registry"},
           Case{"upper case", "tags", "r.test/Team/App:1",
                "invalid tag \"r.test/Team/App:1\": repository name (Team/App) must be lowercase"},
           Case{"no name", "tags", "app:", "invalid tag \"app:\": invalid reference format"},
           Case{"a blank", "tags", "a b", "invalid tag \"a b\": invalid reference format"},
           Case{"a secret", "secrets", "K=v",
                "secrets needs BuildKit, but DOCKER_BUILDKIT=0 asks for the classic builder"},
           Case{"platforms", "platforms", "linux/amd64,linux/arm64",
                "building for several platforms (linux/amd64, linux/arm64) needs `docker buildx`"},
           Case{"a folder as output", "outputs", "type=local,dest=out",
                "outputs: type=local,dest=out needs `docker buildx`"},
           Case{"a push without a name", "outputs", "type=image,name=a:1,push-by-digest=true,push=true",
                "outputs: type=image,name=a:1,push-by-digest=true,push=true needs `docker buildx`"},
           Case{"another folder", "build-contexts", "lib=../lib",
                "the input build-contexts needs `docker buildx`"},
           Case{"a right", "allow", "security.insecure", "allow: security.insecure needs `docker buildx`"},
           Case{"a check", "call", "check",
                "call: check needs `docker buildx`, which is not installed here (install Docker's plug-in"},
           Case{"no boolean", "push", "yes",
                "Input does not meet YAML 1.2 \"Core Schema\" specification: push\nSupport boolean input "
                "list: `true | "
                "True | TRUE | false | False | FALSE`"},
           Case{"no Dockerfile", "file", "ci/None",
                "failed to read dockerfile: open ci/None: no such file or directory"},
           Case{"no context", "context", "gone", "gone\" not found"},
       }) {
    SUBCASE(c.why) {
      BuildPushBench bench;
      bench.host.with[c.input] = c.value;
      const auto result = bench.host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK(result.message.find(c.want) != std::string::npos);
      for (const auto& asked : bench.engine.asked) CHECK(asked == "GET /version");
    }
  }
}

TEST_CASE("docker build: version 1 was another action") {
  BuildPushBench bench;
  bench.host.version_ = {1, 0, 0};
  CHECK(bench.host.run().message.find("docker/build-push-action@v1 has inputs of its own") == 0);
}

TEST_CASE("docker build: a failing build") {
  struct Case {
    const char* why;
    test::EngineAnswer answer;
    std::string want;
  };
  for (
      const auto& c : {
          Case{
              "a command fails",
              {200,
               R"({"stream":"Step 1/1 : RUN false\n"}{"errorDetail":{"code":3,"message":"The command 'false' returned a non-zero code: 3"},"error":"x"}{"stream":"more"})"},
              "buildx failed with: ERROR: The command 'false' returned a non-zero code: 3"},
          Case{"refused at once",
               {400, R"({"message":"dockerfile parse error"})"},
               "buildx failed with: ERROR: dockerfile parse error"},
          Case{"cut off",
               {200, R"({"stream":"Step 1/9"})"},
               "buildx failed with: ERROR: the Docker daemon ended the build without an image"},
      }) {
    SUBCASE(c.why) {
      BuildPushBench bench;
      bench.engine.answer("POST /v1.41/build", c.answer);
      CHECK(bench.host.run().message == c.want);
      CHECK(bench.host.outputs.empty());
    }
  }
}

TEST_CASE("docker push: every tag, with the login of its registry") {
  BuildPushBench bench;
  const auto folder = bench.host.temp() / "cfg";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "config.json") << R"({"auths":{"r.test:1":{"auth":")" << base64("u:p") << "\"}}}";
  bench.host.env_["DOCKER_CONFIG"] = folder.string();
  bench.host.with["push"] = "true";
  bench.host.with["tags"] = "r.test:1/app:1\nr.test:1/app:latest\n";
  CHECK(bench.host.run().message == "");
  CHECK(bench.host.outputs["digest"] == kDigest);
  CHECK(bench.host.outputs["imageid"] == kImage);
  CHECK(json::parse(bench.host.outputs["metadata"])["containerimage.descriptor"]["size"] == 528);
  CHECK(bench.host.notes ==
        std::vector<std::string>{"sha256:dddd… pushed, 2 tags, 3.0 kB sent, 1 of 2 steps cached"});
  REQUIRE(bench.engine.asked.size() == 4);
  CHECK(bench.engine.asked[2] == "POST /v1.41/images/r.test:1/app/push?tag=1");
  CHECK(bench.engine.asked[3] == "POST /v1.41/images/r.test:1/app/push?tag=latest");
  CHECK(base64_decode(bench.host.http_.requests[3].headers[0].second) ==
        R"({"password":"p","serveraddress":"r.test:1","username":"u"})");
  CHECK(bench.host.text.find("l1: Pushed\n") != std::string::npos);
  CHECK(bench.host.text.find("Preparing") == std::string::npos);
}

TEST_CASE("docker push: refused") {
  BuildPushBench bench;
  bench.host.with["push"] = "true";
  bench.host.with["tags"] = "r.test:1/app:1\nr.test:1/other:1";
  std::string body;
  for (const char* wait : {"5", "4", "3", "2", "1", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"}) {
    body += R"({"status":"Retrying in )" + std::string(wait) + R"( seconds","progressDetail":{},"id":"l1"})";
  }
  bench.engine.answer("POST /v1.41/images/r.test:1/other/push",
                      {200, body + R"({"errorDetail":{"message":"no basic auth credentials"},"error":"x"})"});
  CHECK(bench.host.run().message ==
        "buildx failed with: ERROR: failed to push r.test:1/other:1: no basic auth credentials (no login for "
        "r.test:1 "
        "is known here: is there a docker/login-action step before?); already pushed: r.test:1/app:1");
  CHECK(bench.host.text.ends_with("l1: Retrying in 5 seconds\nl1: Retrying in 10 seconds\n"));
}

TEST_CASE("docker push: an engine that names no digest") {
  BuildPushBench bench;
  bench.host.with["push"] = "true";
  bench.host.with["tags"] = "r.test:1/app:1";
  bench.engine.answer("POST /v1.41/images/r.test:1/app/push", {200, R"({"status":"Pushed","id":"l1"})"});
  SUBCASE("the registry knows it") {
    bench.engine.answer("GET /v1.41/distribution/r.test:1/app:1/json",
                        {200, R"({"Descriptor":{"digest":")" + kDigest + "\"}}"});
    CHECK(bench.host.run().message == "");
    CHECK(bench.host.outputs["digest"] == kDigest);
  }
  SUBCASE("nor does the registry") {
    bench.engine.answer("GET /v1.41/distribution/r.test:1/app:1/json", {200, "{}"});
    CHECK(bench.host.run().message.find("the push ended without a digest") != std::string::npos);
  }
}

TEST_CASE("docker build: effects of a plan") {
  test::FakeHost host(docker_build_push());
  host.with = {{"context", "."}, {"push", "true"}, {"tags", "a:1\na:${{ github.sha }}"}};
  CHECK(docker_build_push().effects(host) == std::vector<std::string>{"build . → a:1, a:${{ github.sha }}",
                                                                      "push a:1",
                                                                      "push a:${{ github.sha }}"});
  CHECK(docker_build_push().problems(host).empty());
  host.with["tags"] = "A:1";
  CHECK(docker_build_push().problems(host).size() == 1);
}

TEST_CASE("docker engine: the version spoken") {
  struct Case {
    const char *why, *newest, *oldest, *want;
  };
  for (const auto& c :
       {Case{"a newer engine", "1.50", "1.24", "1.41"}, Case{"an older one", "1.40", "1.12", "1.40"},
        Case{"one that no longer takes it", "1.52", "1.44", "1.44"}}) {
    SUBCASE(c.why) {
      test::FakeHost host(docker_setup_buildx());
      test::FakeEngine fake(host);
      fake.answer("GET /version", {200, json{{"ApiVersion", c.newest}, {"MinAPIVersion", c.oldest}}.dump()});
      const auto config = docker_config(docker_user(host));
      CHECK(docker_engine(host, config).facts().api_version == c.want);
    }
  }
}

TEST_CASE("setup-buildx: outputs, and a warning for what changes nothing") {
  test::FakeHost host(docker_setup_buildx());
  test::FakeEngine engine(host);
  host.env_["PATH"] = host.user_home().string();  // no `docker buildx` there
  host.with = {{"driver-opts", "network=host"}, {"name", "mine"}};
  CHECK(host.run().outcome == Outcome::success);
  CHECK(host.outputs["name"] == "mine");
  CHECK(host.outputs["driver"] == "docker");
  CHECK(host.outputs["platforms"].starts_with("linux/amd64"));
  CHECK(json::parse(host.outputs["nodes"])[0]["endpoint"] == "unix:///engine.sock");
  REQUIRE(host.annotations.size() == 1);
  CHECK(host.annotations[0].message == "The engine's own builder is used: driver-opts changes nothing");
}

}  // namespace runner
