#include <doctest/doctest.h>

#include "tests/steps/builtin/toolchain/tool_world.hpp"

namespace runner {
BuiltinAction setup_go();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// Versions that no real Go has: this machine's own must not be taken for them.
struct Gos : ToolWorld {
  Gos() : ToolWorld(setup_go()) {
    version_ = {5, 0, 0, 1};
    go(bin(), "1.90.2");
    go(at_home("sdk/go1.91.3/bin"), "1.91.3");
    go(at_home("sdk/go1.92rc1/bin"), "1.92rc1");
    go(at_home(".gvm/gos/go1.89/bin"), "1.89");
    go(at_home(".goenv/versions/1.91.1/bin"), "1.91.1");
  }
  void go(const fs::path& folder, const std::string& version) {
    script(folder / "go",
           "case \"$1 $2\" in version*) echo go version go" + version +
               " linux/amd64;; 'env GOPATH') echo $HOME/go;; 'env GOMODCACHE') echo $HOME/go/pkg/mod;; "
               "'env GOCACHE') echo $HOME/.cache/go-build;; esac");
  }
  std::string use(const std::string& wanted) {
    with["go-version"] = wanted;
    const auto result = run();
    return result.message.empty() ? outputs["go-version"] : result.message;
  }
};

TEST_CASE("setup-go: the newest on this machine that satisfies the request") {
  struct Case {
    const char *wanted, *want;
  };
  for (const auto& c :
       {Case{"1.91", "1.91.3"}, Case{"1.91.1", "1.91.1"}, Case{"^1.90.0", "1.91.3"}, Case{"1.x", "1.91.3"},
        Case{"stable", "1.91.3"}, Case{"oldstable", "1.90.2"}, Case{"1.92rc1", "1.92rc1"},
        Case{"1.92.0-rc1", "1.92rc1"}, Case{"1.90", "1.90.2"}, Case{"go1.91", "1.91.3"},
        Case{"1.89", "1.89.0"}, Case{">=1.89 <1.90", "1.89.0"}, Case{"", "1.90.2"}}) {
    CAPTURE(c.wanted);
    Gos host;
    CHECK(host.use(c.wanted) == c.want);
  }
  Gos host;
  CHECK(host.use("1.88").find(
            "Go 1.88 is not on this machine. Found: 1.92.0-rc1 (~/sdk), 1.91.3 (~/sdk), 1.91.1 (goenv), ") ==
        0);
  CHECK(host.use("new") == "go-version: \"new\" is neither a version nor a range of them");
}

TEST_CASE("setup-go: the version of a file; a module says what is the least") {
  struct Case {
    int major;
    const char *name, *text, *want, *notice;
  };
  for (const auto& c : {Case{5, "go.mod", "module x\n\ngo 1.91 // least\n", "1.91.3", ""},
                        Case{5, "go.mod", "go 1.90.1\n\ntoolchain go1.91.1\n", "1.90.2",
                             "Go 1.90.1 is not on this machine: the newer 1.90.2"},
                        Case{6, "go.mod", "go 1.90.1\n\ntoolchain go1.91.1\n", "1.91.1", ""},
                        Case{6, "go.mod", "go 1.90\ntoolchain default\n", "1.90.2", ""},
                        Case{5, "go.work", "go 1.91.0\nuse ./a\n", "1.91.1",
                             "Go 1.91.0 is not on this machine: the newer 1.91.1"},
                        Case{5, ".go-version", "1.91.1\n", "1.91.1", ""},
                        Case{5, ".tool-versions", "golang 1.90.2\n", "1.90.2", ""}}) {
    CAPTURE(c.text);
    Gos host;
    host.version_.major = c.major;
    host.put(c.name, c.text);
    host.with["go-version-file"] = c.name;
    host.with["cache"] = "false";
    CHECK(host.use("") == c.want);
    CHECK(host.warning().find(c.notice) == 0);
  }
  Gos host;
  host.put("go.mod", "go 1.93\n");
  host.with["go-version-file"] = "go.mod";
  CHECK(host.use("").find("Go 1.93 is not on this machine.") == 0);
  host.with["go-version-file"] = "none";
  CHECK(host.use("") ==
        "The specified go version file at: " + (host.workspace() / "none").string() + " does not exist");
}

TEST_CASE("setup-go: what later steps see") {
  Gos host;
  host.version_.major = 6;
  host.env_["GOROOT"] = "/elsewhere";
  CHECK(host.use("1.91.3") == "1.91.3");
  const auto root = fs::canonical(host.at_home("sdk/go1.91.3")).string();
  CHECK(host.paths == std::vector<std::string>{root + "/bin", host.env_["HOME"] + "/go/bin"});
  CHECK(fs::is_directory(host.env_["HOME"] + "/go/bin"));
  CHECK(host.exported["GOTOOLCHAIN"] == "local");
  CHECK(host.exported["GOROOT"] == root);
  Gos older;
  older.use("1.91.3");
  CHECK(older.exported.empty());
}

TEST_CASE("setup-go: caches, asked for or not") {
  const TempDir shared;
  const auto job = [&](const char* cache, const std::string& sum) {
    Gos host;
    host.use_caches(shared.path());
    if (!sum.empty()) host.put("go.sum", sum);
    if (*cache != '\0') host.with["cache"] = cache;
    REQUIRE(host.use("1.91.3") == "1.91.3");
    const auto kept = fs::path(host.env_["HOME"]) / "go/pkg/mod/x";
    const auto restored = read_file(kept);
    fs::create_directories(kept.parent_path());
    std::ofstream(kept) << sum;
    host.run_post();
    return host.outputs["cache-hit"] + ":" + restored + ":" + host.warning();
  };
  CHECK(job("", "one") == "::");  // kept in HOME as it is
  CHECK(job("true", "one") == "false::");
  CHECK(job("true", "one") == "true:one:");
  CHECK(job("false", "one") == "::");
  CHECK(job("true", "").find("::Restore cache failed: Dependencies file is not found in ") == 0);
}

}  // namespace
}  // namespace runner::test
