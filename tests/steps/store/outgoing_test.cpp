// What leaves a run: looked at for its secrets and for links out of the workspace.
#include "steps/store/outgoing.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "tests/support/fake_host.hpp"

namespace runner {
BuiltinAction upload_artifact();
BuiltinAction cache_save();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = "hunter2-hunter2";

void put_file(FakeHost& host, const std::string& name, const std::string& text) {
  const auto file = host.workspace() / name;
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string warnings(const FakeHost& host) {
  std::string text;
  for (const auto& annotation : host.annotations) text += annotation.message + "\n";
  return text;
}

}  // namespace

TEST_CASE("outgoing: a secret is found wherever it lies, also across the pieces of a large file") {
  FakeHost host(upload_artifact());
  host.masks.emplace_back(kSecret);
  const size_t piece = size_t{1} << 20;
  for (const size_t at : {size_t{0}, size_t{1}, piece - 8, piece, 2 * piece - 1, 3 * piece}) {
    CAPTURE(at);
    put_file(host, "large", std::string(at, '.') + std::string(kSecret) + std::string(1000, '.'));
    Outgoing outgoing(host, "the thing");
    outgoing.look_at(host.workspace() / "large", "large");
    host.annotations.clear();
    outgoing.tell();
    CHECK(warnings(host) ==
          fmt::format("the thing holds a secret of this run: large at byte {}; --fail-on-leak "
                      "makes this an error\n",
                      at));
    host.annotations.clear();
    outgoing.tell();
    CHECK(host.annotations.empty());  // told once
  }
}

TEST_CASE("outgoing: what is no file, or holds nothing, is passed over") {
  FakeHost host(upload_artifact());
  host.masks.emplace_back(kSecret);
  put_file(host, "clean", "hunter2-hunter");
  put_file(host, "empty", "");
  REQUIRE(::mkfifo((host.workspace() / "pipe").c_str(), 0600) == 0);
  Outgoing outgoing(host, "it");
  for (const auto* name : {"clean", "empty", "pipe", "missing", "."})
    outgoing.look_at(host.workspace() / name, name);
  outgoing.tell();
  CHECK(host.annotations.empty());
}

TEST_CASE("outgoing: artifacts and caches with a secret are told, and refused with --fail-on-leak") {
  struct Case {
    const char* what;
    BuiltinAction action;
    std::map<std::string, std::string, IgnoringCase> with;
    const char* told;
  };
  for (const auto& c : {Case{"an artifact",
                             upload_artifact(),
                             {{"name", "dist"}, {"path", "dist"}},
                             "the artifact dist holds a secret of this run: b/app.env at byte 6"},
                        Case{"a cache",
                             cache_save(),
                             {{"key", "k1"}, {"path", "dist"}},
                             "the cache k1 holds a secret of this run: "}}) {
    for (const bool fails : {false, true}) {
      CAPTURE(c.what);
      CAPTURE(fails);
      FakeHost host(c.action);
      host.masks.emplace_back(kSecret);
      host.care_.fail_on_leak = fails;
      host.with = c.with;
      host.contexts["github.ref"] = "refs/heads/main";
      put_file(host, "dist/a.txt", "nothing");
      put_file(host, "dist/b/app.env", "TOKEN=" + std::string(kSecret));
      const auto result = host.run();
      const auto said = fails ? result.message : warnings(host);
      CHECK(result.outcome == (fails ? Outcome::failure : Outcome::success));
      CHECK_MESSAGE(said.find(c.told) != std::string::npos, said);
      CHECK(said.find(kSecret) == std::string::npos);
      CHECK(host.artifacts().list().size() + host.caches().list().size() == (fails ? 0 : 1));
    }
  }
}

TEST_CASE("outgoing: an artifact takes no file through a link that leaves the workspace") {
  struct Case {
    const char* why;
    const char* link;
    std::string target;
    const char* path;
    bool refused;
  };
  const TempDir outside;
  outside.write("shadow", "root:x");
  outside.write("folder/key", "k");
  const auto out = outside.path().string();
  for (const auto& c : {Case{"a file", "dist/x", out + "/shadow", "dist", true},
                        Case{"a folder on the way", "dist/sub", out + "/folder", "dist", true},
                        Case{"the path itself", "dist/link", out + "/folder", "dist/link", true},
                        Case{"to another place of the workspace", "dist/x", "../other/y", "dist", false},
                        Case{"above, and in again", "dist/x", "../../work/other/y", "dist", false}}) {
    CAPTURE(c.why);
    FakeHost host(upload_artifact());
    host.with = {{"name", "dist"}, {"path", c.path}};
    put_file(host, "dist/plain", "p");
    put_file(host, "other/y", "y");
    fs::create_symlink(c.target, host.workspace() / c.link);
    const auto result = host.run();
    CHECK(result.outcome == (c.refused ? Outcome::failure : Outcome::success));
    CHECK((result.message.find("outside of the workspace") != std::string::npos) == c.refused);
    CHECK(host.artifacts().list().size() == (c.refused ? 0 : 1));
  }
  FakeHost host(upload_artifact());  // what is named by itself may lie anywhere
  host.with = {{"name", "out"}, {"path", out + "/folder"}};
  CHECK(host.run().outcome == Outcome::success);
}

}  // namespace runner::test
