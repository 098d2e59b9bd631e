#include <doctest/doctest.h>

#include "steps/builtin/toolchain/npmrc.hpp"
#include "steps/system/process.hpp"
#include "tests/steps/builtin/toolchain/tool_world.hpp"

namespace runner {
BuiltinAction setup_node();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Nodes : ToolWorld {
  Nodes() : ToolWorld(setup_node()) {
    prints(bin() / "node", "v18.20.4");
    prints(bin() / "npm", "10.0.0");
    for (const auto* version : {"v16.20.2", "v20.11.1", "v21.6.0"})
      node_at(std::string(".nvm/versions/node/") + version + "/bin", version);
    cached_tool("node", "20.9.0", "node");
    cached_tool("node", "22.1.0", "node", false);  // a download that was not finished
    node_at(".local/share/fnm/node-versions/v23.0.0/installation/bin", "v23.0.0");
    node_at(".asdf/installs/nodejs/14.21.3/bin", "v14.21.3");
  }
  void node_at(const std::string& folder, const std::string& version) {
    prints(at_home(folder + "/node"), version);
  }
  // The version that later steps get.
  std::string use(const std::string& wanted) {
    with["node-version"] = wanted;
    const auto result = run();
    return result.message.empty() ? outputs["node-version"] : result.message;
  }
};

TEST_CASE("setup-node: the newest on this machine that satisfies the request") {
  struct Case {
    const char *wanted, *want;
  };
  for (const auto& c :
       {Case{"20", "v20.11.1"}, Case{"20.9.0", "20.9.0"}, Case{"v18", "v18.20.4"}, Case{"18.x", "v18.20.4"},
        Case{">=14 <19", "v18.20.4"}, Case{"^16 || ^14", "v16.20.2"}, Case{"lts/*", "v20.11.1"},
        Case{"lts/gallium", "v16.20.2"}, Case{"LTS/Iron", "v20.11.1"}, Case{"latest", "v23.0.0"},
        Case{"current", "v23.0.0"}, Case{"node", "v23.0.0"}, Case{"14", "v14.21.3"}, Case{"", "v18.20.4"}}) {
    SUBCASE(c.wanted) {
      Nodes host;
      CHECK(host.use(c.wanted) == c.want);
    }
  }
}

TEST_CASE("setup-node: what is not here, and what means nothing") {
  Nodes host;
  const auto message = host.use("22");
  CHECK(message.find(
            "Node.js 22 is not on this machine. Found: 23.0.0 (fnm), 21.6.0 (nvm), 20.11.1 (nvm), 20.9.0 "
            "(the tool cache), 18.20.4 (") == 0);
  CHECK(message.find("Looked in: PATH, the tool cache, nvm, fnm, volta, mise, asdf, nodenv, n.") !=
        std::string::npos);
  CHECK(message.find("Get it with: nvm install 22") != std::string::npos);
  CHECK(host.paths.empty());
  CHECK(host.use("abc") == "node-version: \"abc\" is neither a version nor a range of them");
  CHECK(host.use("lts/irn").find("is called \"lts/irn\"; did you mean \"iron\"?") != std::string::npos);
  host.with["architecture"] = "arm";
  CHECK(host.use("20") == "architecture: arm asked for, and this machine is x64");
  host.with["architecture"] = "AMD64";
  CHECK(host.use("20") == "v20.11.1");
}

TEST_CASE("setup-node: the version of a file") {
  struct Case {
    const char *name, *text, *want;
  };
  for (
      const auto& c :
      {Case{".nvmrc", "v20\n", "v20.11.1"}, Case{".nvmrc", "lts/iron\n", "v20.11.1"},
       Case{".node-version", "# ours\n16.20.2\n", "v16.20.2"},
       Case{".tool-versions", "ruby 3.2.0\nnodejs 14.21.3\n", "v14.21.3"},
       Case{"package.json", R"({"engines": {"node": ">=16 <18"}, "volta": {"node": "20.9.0"}})", "20.9.0"},
       Case{"package.json", R"({"engines": {"node": ">=16 <18"}})", "v16.20.2"},
       Case{
           "package.json",
           R"({"devEngines": {"runtime": [{"name": "bun"}, {"name": "node", "version": "^21"}]}, "engines": {"node": "16"}})",
           "v21.6.0"},
       Case{"package.json", R"({"volta": {"extends": "base/package.json"}})", "v14.21.3"},
       Case{"mise.toml", "[env]\nnode = 1\n[tools]\nnode = \"16\"  # old\n", "v16.20.2"}}) {
    CAPTURE(c.text);
    Nodes host;
    host.put("base/package.json", R"({"volta": {"node": "14.21.3"}})");
    host.put(c.name, c.text);
    host.with["node-version-file"] = c.name;
    CHECK(host.use("") == c.want);
  }
  Nodes host;
  host.with["node-version-file"] = "none";
  CHECK(host.use("") ==
        "The specified node version file at: " + (host.workspace() / "none").string() + " does not exist");
  host.put("package.json", "{}");
  host.with["node-version-file"] = "package.json";
  CHECK(host.use("") == "v18.20.4");
  CHECK(host.warning().find("Could not determine node version from ") == 0);
}

TEST_CASE("setup-node: the file is not asked when a version is given") {
  Nodes host;
  host.with["node-version-file"] = "none";
  CHECK(host.use("20") == "v20.11.1");
  CHECK(host.warning() ==
        "Both node-version and node-version-file inputs are specified, only node-version will be used");
}

TEST_CASE("setup-node: PATH gets the folder of the version, not one with programs of all kinds") {
  Nodes host;
  host.use("20");
  CHECK(host.paths ==
        std::vector<std::string>{fs::canonical(host.at_home(".nvm/versions/node/v20.11.1/bin")).string()});

  ToolWorld plain(setup_node());  // a node in ~/.local/bin, among others
  plain.prints(plain.at_home(".local/bin/node"), "v19.1.0");
  plain.prints(plain.at_home(".local/bin/other"), "x");
  plain.use_path({plain.bin(), plain.at_home(".local/bin")});
  plain.prints(plain.bin() / "node", "v12.0.0");
  plain.with["node-version"] = "19";
  REQUIRE(plain.run().message == "");
  REQUIRE(plain.paths.size() == 1);
  CHECK(plain.outputs["node-version"] == "v19.1.0");
  CHECK(fs::exists(fs::path(plain.paths[0]) / "node"));
  CHECK_FALSE(fs::exists(fs::path(plain.paths[0]) / "other"));
}

TEST_CASE("setup-node: a registry's .npmrc names the variable, and the versions of the action differ") {
  struct Case {
    const char* why;
    int major;
    const char *scope, *token, *want, *exported;
  };
  const std::string auth = "//npm.example.org/:_authToken=${NODE_AUTH_TOKEN}\n";
  for (const auto& c : {Case{"v4", 4, "", "", "registry=https://npm.example.org/\nalways-auth=false\n",
                             "XXXXX-XXXXX-XXXXX-XXXXX"},
                        Case{"v6", 6, "", "", "registry=https://npm.example.org/\n", ""},
                        Case{"a token", 6, "", "tok", "registry=https://npm.example.org/\n", "tok"},
                        Case{"a scope", 6, "Octo", "", "@octo:registry=https://npm.example.org/\n", ""}}) {
    SUBCASE(c.why) {
      Nodes host;
      host.version_ = {c.major, 0, 0, 1};
      if (*c.token != '\0') host.env_["NODE_AUTH_TOKEN"] = c.token;
      host.with = {{"registry-url", "https://npm.example.org"}, {"scope", c.scope}};
      CHECK(host.use("20") == "v20.11.1");
      const auto file = host.temp() / ".npmrc";
      CHECK(read_file(file) == auth + c.want);
      CHECK(host.exported["NPM_CONFIG_USERCONFIG"] == file.string());
      CHECK(host.exported["NODE_AUTH_TOKEN"] == c.exported);
      CHECK((fs::status(file).permissions() & fs::perms(077)) == fs::perms::none);
    }
  }
}

TEST_CASE("setup-node: lines of the same registry go, others stay") {
  CHECK(npmrc_with("registry=https://a/\n@x:registry=https://b/\nfund=false\n", {"https://c/", ""}) ==
        "@x:registry=https://b/\nfund=false\n//c/:_authToken=${NODE_AUTH_TOKEN}\nregistry=https://c/\n");
}

TEST_CASE("setup-node: the registry of GitHub has the owner's scope") {
  Nodes host;
  host.with = {{"registry-url", "https://npm.pkg.github.com"}};
  host.use("20");
  CHECK(read_file(host.temp() / ".npmrc").find("@octo:registry=") != std::string::npos);
}

// npm that keeps its cache where it is told.
void npm_with_cache(Nodes& host) {
  host.script(host.bin() / "npm", "case $1 in config) echo \"$HOME/.npm\";; *) echo 10.0.0;; esac");
}

TEST_CASE("setup-node: the cache of npm, by the lock file") {
  const TempDir shared;
  const auto job = [&](const std::string& lock, const std::string& downloaded) {
    Nodes host;
    host.use_caches(shared.path());
    host.version_ = {7, 0, 0, 1};
    npm_with_cache(host);
    host.put("package-lock.json", lock);
    host.with["cache"] = "npm";
    REQUIRE(host.use("18") == "v18.20.4");
    const auto file = fs::path(host.env_["HOME"]) / ".npm/_cacache/x";
    const auto restored = read_file(file);
    fs::create_directories(file.parent_path());
    std::ofstream(file) << downloaded;
    CHECK(host.run_post().outcome == Outcome::success);
    CHECK(host.outputs["cache-primary-key"].find("node-cache-Linux-x64-npm-") == 0);
    return host.outputs["cache-hit"] + ":" + restored;
  };
  CHECK(job("one", "first") == "false:");
  CHECK(job("one", "second") == "true:first");
  CHECK(job("two", "third") == "false:");  // no restore key but for yarn's own caches
}

TEST_CASE("setup-node: caches that cannot be") {
  Nodes host;
  npm_with_cache(host);
  host.with["cache"] = "npm";
  CHECK(host.use("18") == "Dependencies lock file is not found in " + host.workspace().string() +
                              ". Supported file patterns: package-lock.json,npm-shrinkwrap.json,yarn.lock");
  host.with["cache-dependency-path"] = "sub/*.json";
  CHECK(host.use("18") == "Some specified paths were not resolved, unable to cache dependencies.");
  host.with["cache"] = "bower";
  CHECK(host.use("18") == "Caching for 'bower' is not supported");
}

TEST_CASE("setup-node: from v5 on npm is cached by itself where the project says so") {
  for (const int major : {4, 5}) {
    Nodes host;
    npm_with_cache(host);
    host.version_ = {major, 0, 0, 1};
    host.put("package.json", R"({"packageManager": "npm@10.2.0"})");
    host.put("package-lock.json", "x");
    CHECK(host.use("18") == "v18.20.4");
    CHECK(host.outputs.count("cache-hit") == (major == 5 ? 1 : 0));
  }
}

TEST_CASE("setup-node: what a plan knows before the run") {
  Nodes host;
  host.env_["HOME"] = host.user_home().string();
  host.with = {{"node-version", "20"}, {"cache", "npm"}};
  CHECK(setup_node().problems(host).empty());
  CHECK(setup_node().effects(host) ==
        std::vector<std::string>{"put Node.js 20 on PATH", "restore the cache of npm"});
  host.with["node-version"] = "${{ matrix.node }}";
  CHECK(setup_node().problems(host).empty());
  host.with["node-version"] = "22";
  REQUIRE(setup_node().problems(host).size() == 1);
  CHECK(setup_node().problems(host)[0].find("Get it with: nvm install 22") != std::string::npos);
  host.with = {{"cache", "npn"}};
  CHECK(setup_node().problems(host) ==
        std::vector<std::string>{
            "Caching for 'npn' is not supported: npm, yarn or pnpm is; did you mean \"npm\"?"});
}

}  // namespace
}  // namespace runner::test
