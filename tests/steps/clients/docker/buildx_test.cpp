#include <algorithm>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/buildx/command.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_engine.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/git.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction docker_build_push();
BuiltinAction docker_setup_buildx();

namespace {

using nlohmann::json;
using test::kDigest;
using test::kImage;
using Words = std::vector<std::string>;

// A `docker` that keeps what it is called with, below $RECORD: the words, the environment, the files of
// secrets with their modes, and the Dockerfile of the context. Asked to build, it answers as $BUILD says.
constexpr auto kFakeDocker = R"sh(#!/bin/sh
test "$1" = buildx || exit 1
shift
if test "$1" = version; then echo "github.com/docker/buildx v0.12.1 30feaa1"; exit; fi
printf '%s\n' "$@" > "$RECORD/words.$1"
printf '%s ' "$@" >> "$RECORD/calls"
echo >> "$RECORD/calls"
case "$1" in
inspect) exit "${INSPECT:-1}" ;;
create | rm) test -z "$BROKEN" || { echo "ERROR: $BROKEN" >&2; exit 1; }; exit 0 ;;
esac
env > "$RECORD/env"
for word in "$@"; do
  case "$word" in
  id=*,src=*) echo "${word%%,*} $(stat -c %a "${word#*src=}") $(cat "${word#*src=}")" >> "$RECORD/secrets" ;;
  esac
  last=$word
done
test ! -d "$last" || (cd "$last" && find . -type f -o -type l | sort > "$RECORD/context")
echo "#1 [internal] load build definition" >&2
printf '#2 of the build' >&2
echo >&2
test -z "$FINDINGS" || { printf '%s\n' "$FINDINGS" "more of it"; exit 1; }
test -z "$BROKEN" || { printf 'ERROR: %s\n\n' "$BROKEN" >&2; exit 1; }
while test $# -gt 0; do
  test "$1" != --iidfile || printf %s "$IMAGE" > "$2"
  test "$1" != --metadata-file || printf '{"containerimage.digest":"%s","image.name":"a:1"}\n' "$DIGEST" > "$2"
  shift
done
)sh";

struct BuildxBench {
  test::FakeHost host;
  std::filesystem::path record = host.temp().parent_path() / "record";
  explicit BuildxBench(BuiltinAction action = docker_build_push()) : host(std::move(action)) {
    const auto programs = host.temp().parent_path() / "programs";
    std::filesystem::create_directories(programs);
    std::filesystem::create_directories(record);
    std::ofstream(programs / "docker") << kFakeDocker;
    std::filesystem::permissions(programs / "docker", std::filesystem::perms::owner_all);
    host.env_["PATH"] = programs.string() + ":/usr/bin:/bin";
    host.env_["RECORD"] = record.string();
    host.env_["IMAGE"] = kImage;
    host.env_["DIGEST"] = kDigest;
    host.with = {{"context", "."}, {"platforms", "linux/amd64,linux/arm64"}};
    std::ofstream(host.workspace() / "Dockerfile") << "FROM scratch\n";
  }
  std::string recorded(const std::string& name) const {
    return std::filesystem::exists(record / name) ? test::read_file(record / name) : "";
  }
  Words words(const std::string& call = "build") const {
    Words all;
    const auto text = recorded("words." + call);
    for (const auto line : split_lines(text)) all.emplace_back(line);
    return all;
  }
};

Words command(const std::map<std::string, std::string, IgnoringCase>& with, Environment* env = nullptr) {
  test::FakeHost host(docker_build_push());
  host.with = with;
  BuildxPlaces places;
  places.context = ".";
  places.image_id_file = "/t/iid";
  places.metadata_file = "/t/metadata";
  auto made = buildx_build_command(host, places);
  if (env != nullptr) *env = made.env;
  return made.arguments;
}

bool contains(const Words& words, const Words& part) {
  return std::search(words.begin(), words.end(), part.begin(), part.end()) != words.end();
}

}  // namespace

TEST_CASE("docker buildx: the whole command line") {
  CHECK(
      command(
          {{"push", "true"}, {"tags", "r.test/a:1,r.test/a:2"}, {"platforms", "linux/amd64\nlinux/arm64"}}) ==
      Words{"build", "--iidfile", "/t/iid", "--platform", "linux/amd64,linux/arm64", "--tag", "r.test/a:1",
            "--tag", "r.test/a:2", "--metadata-file", "/t/metadata", "--push", "."});
}

TEST_CASE("docker buildx: inputs as options") {
  struct Case {
    const char *why, *input, *value;
    Words want;
  };
  for (const auto& c : {
           Case{"hosts, split at commas",
                "add-hosts",
                "a:1.1.1.1,b:2.2.2.2",
                {"--add-host", "a:1.1.1.1", "--add-host", "b:2.2.2.2"}},
           Case{"rights",
                "allow",
                "security.insecure,network.host",
                {"--allow", "security.insecure", "--allow", "network.host"}},
           Case{"annotations keep commas", "annotations", "index:a=b,c", {"--annotation", "index:a=b,c"}},
           Case{"build contexts",
                "build-contexts",
                "lib=../lib\nbase=docker-image://x",
                {"--build-context", "lib=../lib", "--build-context", "base=docker-image://x"}},
           Case{"caches other than of the original's machines",
                "cache-from",
                "type=gha\ntype=registry,ref=r.test/c",
                {"--cache-from", "type=registry,ref=r.test/c"}},
           Case{"and to",
                "cache-to",
                "type=registry,ref=r.test/c,mode=max",
                {"--cache-to", "type=registry,ref=r.test/c,mode=max"}},
           Case{"a call", "call", "check", {"--call", "check"}},
           Case{"a cgroup", "cgroup-parent", "x", {"--cgroup-parent", "x"}},
           Case{"labels keep commas", "labels", "a=1,2\nb=3", {"--label", "a=1,2", "--label", "b=3"}},
           Case{"stages without cache",
                "no-cache-filters",
                "one,two",
                {"--no-cache-filter", "one", "--no-cache-filter", "two"}},
           Case{"an output, its quotes left",
                "outputs",
                R"(type=image,"name=a,b",push=true)",
                {"--output", R"(type=image,"name=a,b",push=true)"}},
           Case{"provenance by default", "provenance", "true", {"--attest", "type=provenance"}},
           Case{"provenance switched off",
                "provenance",
                "false",
                {"--attest", "type=provenance,disabled=true"}},
           Case{"provenance with attributes",
                "provenance",
                "mode=max",
                {"--attest", "type=provenance,mode=max"}},
           Case{"a list of materials", "sbom", "true", {"--attest", "type=sbom"}},
           Case{"attestations",
                "attests",
                "type=sbom,generator=x\ntype=provenance,mode=min",
                {"--attest", "type=sbom,generator=x", "--attest", "type=provenance,mode=min"}},
           Case{"memory", "shm-size", "2g", {"--shm-size", "2g"}},
           Case{"an agent", "ssh", "default", {"--ssh", "default"}},
           Case{"a stage", "target", "prod", {"--target", "prod"}},
           Case{"limits", "ulimit", "nofile=1024:2048", {"--ulimit", "nofile=1024:2048"}},
           Case{"load", "load", "true", {"--load"}},
           Case{"a network", "network", "host", {"--network", "host"}},
           Case{"no cache", "no-cache", "true", {"--no-cache"}},
           Case{"newer bases", "pull", "true", {"--pull"}},
       }) {
    SUBCASE(c.why) { CHECK(contains(command({{c.input, c.value}}), c.want)); }
  }
}

TEST_CASE("docker buildx: options that are left out") {
  const auto has = [](const Words& words, const char* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  CHECK_FALSE(has(command({{"outputs", "type=local,dest=out"}}), "--iidfile"));
  CHECK_FALSE(has(command({{"outputs", "out"}}), "--iidfile"));
  CHECK(has(command({{"outputs", "type=oci,dest=a.tar"}}), "--iidfile"));
  CHECK_FALSE(has(command({{"call", "build"}}), "--call"));
  CHECK_FALSE(has(command({{"cache-to", "type=gha,mode=max"}}), "--cache-to"));
  const auto words = command({{"sbom", "false"}, {"attests", "type=sbom,generator=x"}});
  CHECK(std::count(words.begin(), words.end(), "--attest") == 1);
}

TEST_CASE("docker buildx: values of build arguments go by the environment") {
  Environment env;
  const auto words =
      command({{"build-args", "TOKEN=s3cret=,x\nMODE\nPATH=/x\nno-name=1\nhttp_proxy=p\nEMPTY="}}, &env);
  CHECK(contains(words, {"--build-arg", "TOKEN", "--build-arg", "MODE", "--build-arg", "PATH=/x",
                         "--build-arg", "no-name=1", "--build-arg", "http_proxy=p", "--build-arg", "EMPTY"}));
  CHECK(env == Environment{{"TOKEN", "s3cret=,x"}, {"EMPTY", ""}});
}

TEST_CASE("docker buildx: a build for several platforms") {
  BuildxBench bench;
  bench.host.with["push"] = "true";
  bench.host.with["tags"] = "a:1";
  bench.host.with["build-args"] = "TOKEN=arg-value";
  bench.host.with["secrets"] = "npm=secret-value";
  bench.host.with["secret-envs"] = "from_env=MINE";
  bench.host.env_["MINE"] = "env-value";
  const auto result = bench.host.run();
  CHECK(result.message == "");
  REQUIRE(result.outcome == Outcome::success);
  CHECK(bench.host.outputs["imageid"] == kImage);
  CHECK(bench.host.outputs["digest"] == kDigest);
  CHECK(json::parse(bench.host.outputs["metadata"])["image.name"] == "a:1");
  CHECK(bench.host.notes == Words{"sha256:dddd… pushed, linux/amd64 and linux/arm64"});
  CHECK(bench.host.text == "#1 [internal] load build definition\n#2 of the build\n");
  CHECK(bench.recorded("secrets") == "id=from_env 600 env-value\nid=npm 600 secret-value\n");
  const auto words = bench.recorded("words.build");
  for (const auto* secret : {"arg-value", "secret-value", "env-value"})
    CHECK(words.find(secret) == std::string::npos);
  const auto env = bench.recorded("env");
  CHECK(env.find("TOKEN=arg-value\n") != std::string::npos);
  CHECK(env.find("secret-value") == std::string::npos);
  CHECK(env.find("DOCKER_CONFIG=" + (bench.host.temp() / "docker-config").string() + "\n") !=
        std::string::npos);
  CHECK(bench.words().back() == ".");
  CHECK(bench.host.http_.requests.empty());
  for (const auto& entry : std::filesystem::directory_iterator(bench.host.temp()))
    CHECK_FALSE(entry.path().filename().string().starts_with("docker-buildx"));  // with the secrets
}

TEST_CASE("docker buildx: the default context is the commit") {
  BuildxBench bench;
  const test::TempDir folder;
  folder.write("Dockerfile", "FROM scratch\n");
  folder.write("src/main.c", "x");
  test::git(folder.path(), "init -q");
  test::git(folder.path(), "add .");
  test::git(folder.path(), "commit -q -m one");
  bench.host.contexts["github.sha"] = test::git(folder.path(), "rev-parse HEAD");
  folder.write("later", "not committed");
  bench.host.repository_.git_dir = folder.path() / ".git";
  bench.host.with.erase("context");
  SUBCASE("all of it") {
    CHECK(bench.host.run().message == "");
    CHECK(bench.recorded("context") == "./Dockerfile\n./src/main.c\n");
  }
  SUBCASE("a folder of it, and a Dockerfile there") {
    bench.host.with["context"] = "{{defaultContext}}:src";
    bench.host.with["file"] = "main.c";
    CHECK(bench.host.run().message == "");
    CHECK(bench.recorded("context") == "./main.c\n");
    const auto words = bench.words();
    CHECK(contains(words, {"--file", words.back() + "/main.c"}));
  }
}

TEST_CASE("docker buildx: failures, in which words") {
  BuildxBench bench;
  SUBCASE("the build's last word") {
    bench.host.env_["BROKEN"] = "failed to solve: no";
    CHECK(bench.host.run().message == "buildx failed with: ERROR: failed to solve: no");
  }
  SUBCASE("a check's findings") {
    bench.host.with["call"] = "check";
    bench.host.env_["FINDINGS"] = "Check complete, 1 warning has been found!";
    CHECK(bench.host.run().message == "Check complete, 1 warning has been found!");
  }
  SUBCASE("no tag to push") {
    bench.host.with["push"] = "true";
    CHECK(bench.host.run().message == "tag is needed when pushing to registry");
    CHECK(bench.recorded("calls") == "");
  }
  CHECK(bench.host.outputs.empty());
}

TEST_CASE("docker buildx: where it is wanted, and where it is not") {
  struct Case {
    const char *why, *input, *value;
    bool want;
  };
  for (const auto& c : {
           Case{"one platform is the engine's", "platforms", "linux/amd64", false},
           Case{"several are not", "platforms", "linux/amd64,linux/arm64", true},
           Case{"attestations of a pushed image", "provenance", "true", true},
           Case{"attestations switched off", "provenance", "false", false},
           Case{"annotations of a pushed image", "annotations", "a=b", true},
           Case{"files as the output", "outputs", "type=local,dest=out", true},
           Case{"an agent", "ssh", "default", true},
           Case{"a cache of the original's machines", "cache-from", "type=gha", false},
       }) {
    SUBCASE(c.why) {
      BuildxBench bench;
      bench.host.with = {{"context", "."}, {"push", "true"}, {"tags", "r.test/a:1"}, {c.input, c.value}};
      test::FakeEngine engine(bench.host);
      bench.host.run();
      CHECK((bench.recorded("calls") != "") == c.want);
      CHECK(engine.asked.empty() == c.want);
      CHECK(docker_build_push().problems(bench.host).empty());
    }
  }
}

TEST_CASE("docker buildx: caches of the original's machines are left out with a notice") {
  BuildxBench bench;
  bench.host.with["cache-to"] = "type=gha,mode=max";
  CHECK(bench.host.run().message == "");
  REQUIRE(bench.host.annotations.size() == 1);
  CHECK(bench.host.annotations[0].message.starts_with("cache-to: type=gha,mode=max is left out"));
}

TEST_CASE("docker buildx: --fail-on-leak is told that its images are not looked through") {
  BuildxBench bench;
  bench.host.care_.fail_on_leak = true;
  CHECK(bench.host.run().message == "");
  REQUIRE(bench.host.annotations.size() == 1);
  CHECK(bench.host.annotations[0].message.find("not looked through for secrets") != std::string::npos);
}

TEST_CASE("docker buildx: a builder of the job's own, made by the first build that needs it") {
  BuildxBench bench(docker_setup_buildx());
  BuildxBench build;
  test::FakeEngine engine(bench.host);
  bench.host.with = {{"driver-opts", "network=host"}, {"buildkitd-config-inline", "debug = true"}};
  const auto hand_over = [](const BuildxBench& from, const BuildxBench& to) {
    const auto file = from.host.temp() / "docker-builders.json";
    if (!std::filesystem::exists(file)) return;
    std::filesystem::copy_file(file, to.host.temp() / "docker-builders.json",
                               std::filesystem::copy_options::overwrite_existing);
  };
  SUBCASE("made once, removed in the end") {
    REQUIRE(bench.host.run().outcome == Outcome::success);
    CHECK(bench.host.annotations.empty());
    CHECK(bench.recorded("calls") == "");
    hand_over(bench, build);
    build.host.with["builder"] = bench.host.outputs["name"];
    REQUIRE(build.host.run().message == "");
    const auto made = build.words("create");
    REQUIRE(made.size() == 12);
    CHECK(made[1] == "--name");
    const auto name = made[2];
    CHECK(name.starts_with("builder-"));
    CHECK(contains(made, {"--driver", "docker-container", "--driver-opt", "network=host", "--buildkitd-flags",
                          "--allow-insecure-entitlement security.insecure --allow-insecure-entitlement "
                          "network.host",
                          "--config", (bench.host.temp() / (name + ".toml")).string(), "--use"}));
    CHECK(test::read_file(bench.host.temp() / (name + ".toml")) == "debug = true");
    CHECK(contains(build.words(), {"--builder", name}));
    std::filesystem::remove(build.record / "words.create");
    REQUIRE(build.host.run().message == "");
    CHECK(build.words("create").empty());
    hand_over(build, bench);
    CHECK(bench.host.run_post().outcome == Outcome::success);
    CHECK(bench.words("rm") == Words{"rm", name});
  }
  SUBCASE("not made for what any builder can") {
    bench.host.run();
    hand_over(bench, build);
    build.host.with = {{"context", "."}, {"outputs", "type=local,dest=out"}};
    REQUIRE(build.host.run().message == "");
    CHECK(build.words("create").empty());
    bench.host.run_post();
    CHECK(bench.words("rm").empty());
  }
  SUBCASE("driver: docker means none") {
    bench.host.with = {{"driver", "docker"}};
    bench.host.run();
    hand_over(bench, build);
    REQUIRE(build.host.run().message == "");
    CHECK(build.words("create").empty());
  }
  SUBCASE("one of that name is there: neither made nor removed") {
    bench.host.with = {{"name", "mine"}};
    bench.host.run();
    hand_over(bench, build);
    build.host.env_["INSPECT"] = "0";
    REQUIRE(build.host.run().message == "");
    CHECK(build.words("create").empty());
    CHECK(contains(build.words(), {"--builder", "mine"}));
    hand_over(build, bench);
    bench.host.run_post();
    CHECK(bench.words("rm").empty());
  }
  SUBCASE("it cannot be made") {
    bench.host.with = {{"name", "mine"}};
    bench.host.run();
    hand_over(bench, build);
    build.host.env_["BROKEN"] = "no such driver";
    CHECK(build.host.run().message == "create the builder mine: ERROR: no such driver");
  }
  SUBCASE("it cannot be removed: a warning") {
    bench.host.run();
    hand_over(bench, build);
    REQUIRE(build.host.run().message == "");
    hand_over(build, bench);
    bench.host.env_["BROKEN"] = "it is gone";
    CHECK(bench.host.run_post().outcome == Outcome::success);
    REQUIRE(bench.host.annotations.size() == 1);
    CHECK(bench.host.annotations[0].message.ends_with(": ERROR: it is gone"));
  }
}

}  // namespace runner
