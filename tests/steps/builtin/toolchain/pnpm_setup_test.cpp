#include <doctest/doctest.h>

#include "steps/builtin/toolchain/pnpm_tool.hpp"
#include "tests/steps/builtin/toolchain/tool_world.hpp"

namespace runner {
BuiltinAction pnpm_setup();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Pnpms : ToolWorld {
  Pnpms() : ToolWorld(pnpm_setup()) {
    version_ = {4, 0, 0, 1};
    pnpm(bin() / "pnpm", "8.15.9");
    pnpm(at_home(".cache/node/corepack/v1/pnpm/9.1.0/bin/pnpm.cjs"), "9.1.0");
    pnpm(at_home(".local/share/mise/installs/pnpm/10.2.1/bin/pnpm"), "10.2.1");
  }
  void pnpm(const fs::path& file, const std::string& version) {
    script(file,
           "case $1 in --version) echo " + version +
               ";; store) echo $HOME/store;; *) echo \"$PWD: $@\" >>\"$HOME/log\"; echo installing;; esac");
  }
  // What later steps start, asked for its version.
  std::string use(const std::string& version) {
    if (!version.empty()) with["version"] = version;
    const auto result = run();
    if (!result.message.empty()) return result.message;
    REQUIRE(paths.size() == 1);
    const auto program = fs::canonical(fs::path(paths[0]) / "pnpm").string();
    for (const auto* known : {"9.1.0", "10.2.1"}) {
      if (program.find(known) != std::string::npos) return known;
    }
    return "8.15.9";
  }
};

TEST_CASE("pnpm: the version of the workflow or of the project") {
  struct Case {
    int major;
    const char *version, *project, *want;
  };
  for (const auto& c :
       {Case{4, "9", "", "9.1.0"}, Case{4, "8.x", "", "8.15.9"}, Case{4, "latest", "", "10.2.1"},
        Case{4, "latest-9", "", "9.1.0"},
        Case{4, "", R"({"packageManager": "pnpm@9.1.0+sha512.abc"})", "9.1.0"},
        Case{4, "9.1.0", R"({"packageManager": "pnpm@9.1.0"})", "9.1.0"},
        Case{3, "8", R"({"packageManager": "pnpm@9.1.0"})", "8.15.9"},
        Case{4, "8", R"({"packageManager": "yarn@4.0.0"})", "8.15.9"},
        Case{4, "8", R"({"packageManager": "pnpm@9.1.0"})",
             "Multiple versions of pnpm specified:\n  - version 8 in the GitHub Action config with the key "
             "\"version\"\n"
             "  - version pnpm@9.1.0 in the package.json with the key \"packageManager\"\nRemove one of "
             "these versions to "
             "avoid version mismatch errors like ERR_PNPM_BAD_PM_VERSION"},
        Case{4, "", R"({"packageManager": "yarn@4.0.0"})",
             "Invalid packageManager field in package.json: \"yarn@4.0.0\", expected pnpm@VERSION"},
        Case{4, "", "",
             "No pnpm version is specified.\nPlease specify it by one of the following ways:\n  - in the "
             "GitHub Action "
             "config with the key \"version\"\n  - in the package.json with the key \"packageManager\""}}) {
    CAPTURE(c.project);
    CAPTURE(c.version);
    Pnpms host;
    host.version_.major = c.major;
    if (*c.project != '\0') host.put("package.json", c.project);
    CHECK(host.use(c.version) == c.want);
  }
  Pnpms host;
  CHECK(host.use("7").find(
            "pnpm 7 is not on this machine. Found: 10.2.1 (mise), 9.1.0 (corepack), 8.15.9 (") == 0);
  CHECK(host.use("7").find("Get it with: corepack install -g pnpm@7") != std::string::npos);
}

TEST_CASE("pnpm: where it goes, and the installs") {
  Pnpms host;
  host.with = {{"run_install",
                "- recursive: true\n  args: [--frozen-lockfile, --strict-peer-dependencies]\n- cwd: app\n"}};
  fs::create_directories(host.workspace() / "app");
  CHECK(host.use("9") == "9.1.0");
  const auto dest = host.env_["HOME"] + "/setup-pnpm";
  CHECK(host.outputs["dest"] == dest);
  CHECK(host.outputs["bin_dest"] == dest + "/node_modules/.bin");
  CHECK(host.exported["PNPM_HOME"] == dest + "/node_modules/.bin");
  const auto work = host.workspace().string();
  CHECK(read_file(host.env_["HOME"] + "/log") ==
        work + ": recursive install --frozen-lockfile --strict-peer-dependencies\n" + work +
            "/app: install\n");
  CHECK(host.text.find("installing\n") != std::string::npos);
}

TEST_CASE("pnpm: an install that fails") {
  Pnpms host;
  host.script(host.bin() / "pnpm",
              "[ \"$1\" = --version ] && echo 8.0.0 || { echo no network >&2; exit 7; }");
  host.with["run_install"] = "true";
  CHECK(host.use("8") ==
        "Command pnpm recursive install (in " + host.workspace().string() + ") exits with status 7");
  CHECK(host.text.find("no network") != std::string::npos);
}

TEST_CASE("pnpm: what run_install may be") {
  CHECK(read_run_install("null").empty());
  CHECK(read_run_install("false").empty());
  CHECK(read_run_install("").empty());
  CHECK(read_run_install("true").at(0).recursive);
  const auto one = read_run_install("args: [--prod]\ncwd: x");
  REQUIRE(one.size() == 1);
  CHECK(one[0].arguments == std::vector<std::string>{"--prod"});
  CHECK(one[0].folder == "x");
  struct Case {
    const char *yaml, *message;
  };
  for (const auto& c :
       {Case{"maybe", "with.run_install: must be null, a boolean, a mapping or a list of mappings"},
        Case{"recursive: 1", "with.run_install.recursive: must be a boolean"},
        Case{"args: x", "with.run_install.args: must be a list of strings"},
        Case{"arg: []", "with.run_install: unknown key \"arg\"; did you mean \"args\"?"}}) {
    CHECK_THROWS_WITH_AS(read_run_install(c.yaml), c.message, InputError);
  }
}

TEST_CASE("pnpm: its store is kept by the lock file, an older one is better than nothing") {
  const TempDir shared;
  const auto job = [&](const std::string& lock) {
    Pnpms host;
    host.use_caches(shared.path());
    host.put("pnpm-lock.yaml", lock);
    host.with["cache"] = "true";
    REQUIRE(host.use("9") == "9.1.0");
    const auto kept = fs::path(host.env_["HOME"]) / "store/x";
    const auto restored = read_file(kept);
    fs::create_directories(kept.parent_path());
    std::ofstream(kept) << lock;
    host.run_post();
    return host.outputs["cache-hit"] + ":" + restored;
  };
  CHECK(job("one") == "false:");
  CHECK(job("one") == "true:one");
  CHECK(job("two") == "false:one");
}

}  // namespace
}  // namespace runner::test
