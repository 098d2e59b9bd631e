#include <doctest/doctest.h>

#include "steps/system/process.hpp"
#include "tests/steps/builtin/toolchain/tool_world.hpp"

namespace runner {
BuiltinAction setup_python();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Pythons : ToolWorld {
  Pythons() : ToolWorld(setup_python()) {
    version_ = {5, 0, 0, 1};
    prints(bin() / "python3", "3.11.2");
    for (const auto* version : {"3.9.18", "3.12.1", "3.13.0rc2"})
      prints(at_home(std::string(".pyenv/versions/") + version + "/bin/python3"), version);
    prints(at_home(".local/share/uv/python/cpython-3.10.13-linux-x86_64-gnu/bin/python3"), "3.10.13");
    cached_tool("Python", "3.8.18", "python3");
  }
  std::string use(const std::string& wanted) {
    with["python-version"] = wanted;
    const auto result = run();
    return result.message.empty() ? outputs["python-version"] : result.message;
  }
};

TEST_CASE("setup-python: the newest on this machine that satisfies the request") {
  struct Case {
    const char *wanted, *prereleases, *want;
  };
  for (const auto& c :
       {Case{"3.12", "false", "3.12.1"}, Case{"3.x", "false", "3.12.1"}, Case{"3", "false", "3.12.1"},
        Case{"3.11", "false", "3.11.2"}, Case{"3.10", "false", "3.10.13"},
        Case{">=3.9 <3.12", "false", "3.11.2"}, Case{">=3.8,<3.9", "false", "3.8.18"},
        Case{"3.13-dev", "false", "3.13.0rc2"}, Case{"3.13", "true", "3.13.0rc2"},
        Case{"3.13.0rc2", "false", "3.13.0rc2"}, Case{"3.12", "true", "3.12.1"},
        Case{"3.9\n3.12", "false", "3.12.1"}, Case{"~3.12.0-0", "false", "3.12.1"}}) {
    CAPTURE(c.wanted);
    Pythons host;
    host.with["allow-prereleases"] = c.prereleases;
    CHECK(host.use(c.wanted) == c.want);
  }
}

TEST_CASE("setup-python: what is not here, and what is not looked for") {
  Pythons host;
  const auto message = host.use("3.13");
  CHECK(message.find(
            "Python 3.13 is not on this machine. Found: 3.13.0-rc2 (pyenv), 3.12.1 (pyenv), 3.11.2 (") == 0);
  CHECK(message.find("Get it with: pyenv install 3.13") != std::string::npos);
  CHECK(host.use("pypy3.10") == "python-version: pypy3.10 is not looked for here, only CPython");
  CHECK(host.use("3.13t") == "python-version: free-threaded Python (3.13t) is not looked for here");
  CHECK(host.use("three") == "python-version: \"three\" is neither a version nor a range of them");
}

TEST_CASE("setup-python: without a version") {
  Pythons host;
  CHECK(host.use("") == "");
  CHECK(host.warning().find("The `python-version` input is not set.") == 0);
  CHECK(host.paths.empty());
  host.put(".python-version", "3.9.18\n");
  CHECK(host.use("") == "3.9.18");
  host.version_ = {3, 0, 0, 1};
  CHECK(host.use("") == "3.12.1");
}

TEST_CASE("setup-python: the version of a file") {
  struct Case {
    const char *name, *text, *want;
  };
  for (const auto& c :
       {Case{".python-version", "3.9\n", "3.9.18"}, Case{"v", "# two\n3.12\n3.10\n", "3.10.13"},
        Case{"pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.9,<3.12\"\n", "3.11.2"},
        Case{"pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.10\"\n", "3.12.1"},
        Case{"pyproject.toml", "[project]\nrequires-python = \"~=3.9.1\"\n", "3.9.18"},
        Case{"Pipfile", "[requires]\npython_version = \"3.10\"\n", "3.10.13"},
        Case{".tool-versions", "nodejs 20\npython 3.9.18\n", "3.9.18"}}) {
    CAPTURE(c.text);
    Pythons host;
    host.put(c.name, c.text);
    host.with["python-version-file"] = c.name;
    CHECK(host.use("") == c.want);
  }
}

TEST_CASE("setup-python: what later steps see") {
  Pythons host;
  host.env_["LD_LIBRARY_PATH"] = "/opt/lib";
  CHECK(host.use("3.12") == "3.12.1");
  const auto root = fs::canonical(host.at_home(".pyenv/versions/3.12.1")).string();
  for (const auto* name : {"pythonLocation", "Python_ROOT_DIR", "Python2_ROOT_DIR", "Python3_ROOT_DIR"})
    CHECK(host.exported[name] == root);
  CHECK(host.exported["PKG_CONFIG_PATH"] == root + "/lib/pkgconfig");
  CHECK(host.exported["LD_LIBRARY_PATH"] == root + "/lib:/opt/lib");
  CHECK(host.paths == std::vector<std::string>{root + "/bin"});
  CHECK(host.outputs["python-path"] == root + "/bin/python3");

  Pythons quiet;
  quiet.with["update-environment"] = "false";
  CHECK(quiet.use("3.12") == "3.12.1");
  CHECK(quiet.exported.empty());
  CHECK(quiet.paths.empty());
}

TEST_CASE("setup-python: Debian's own answers to python, too") {
  Pythons host;
  host.use_path({"/usr/bin"});
  fs::remove_all(host.at_home(".pyenv"));
  const auto debian = find_program("python3", "/usr/bin", "/");
  REQUIRE(debian);
  const auto version = host.use("3.x");
  REQUIRE(host.paths.size() == 1);
  CHECK(host.exported["pythonLocation"] == "/usr");
  CHECK(host.exported.count("LD_LIBRARY_PATH") == 0);
  std::string said;
  const Command command{
      {host.paths[0] + "/python", "-c", "import sys, platform; print(sys.prefix, platform.python_version())"},
      host.env_,
      "/"};
  CHECK(run_process(command, [&](Stream, std::string_view piece) { said += piece; }, {}, {}).code == 0);
  CHECK(said == "/usr " + version + "\n");
}

TEST_CASE("setup-python: the cache of pip, by requirements, else by pyproject.toml") {
  const TempDir shared;
  const auto job = [&](const std::string& file, const std::string& text) {
    Pythons host;
    host.use_caches(shared.path());
    host.script(host.bin() / "python3", "case $1 in -m) echo \"$HOME/.cache/pip\";; *) echo 3.11.2;; esac");
    host.put(file, text);
    host.with["cache"] = "pip";
    REQUIRE(host.use("3.11") == "3.11.2");
    const auto kept = fs::path(host.env_["HOME"]) / ".cache/pip/x";
    const auto restored = read_file(kept);
    fs::create_directories(kept.parent_path());
    std::ofstream(kept) << text;
    host.run_post();
    return host.outputs["cache-hit"] + ":" + restored;
  };
  CHECK(job("requirements.txt", "one") == "false:");
  CHECK(job("sub/requirements.txt", "one") == "true:one");
  CHECK(job("pyproject.toml", "two") == "false:one");  // what begins alike is better than nothing
  Pythons host;
  host.with["cache"] = "poetry";
  CHECK(host.use("3.11") ==
        "No file in " + host.workspace().string() +
            " matched to [**/poetry.lock], make sure you have checked out the target repository");
  host.with["cache"] = "conda";
  CHECK(host.use("3.11") == "Caching for 'conda' is not supported");
}

TEST_CASE("setup-python: packages that the step installs") {
  Pythons host;
  host.version_ = {6, 0, 0, 1};
  host.script(host.bin() / "python3",
              "case $1 in -m) shift; echo \"$@\" >>\"$HOME/log\";; *) echo 3.11.2;; esac");
  host.with = {{"pip-version", "24.0"}, {"pip-install", "-r requirements.txt 'a b'"}};
  CHECK(host.use("3.11") == "3.11.2");
  CHECK(read_file(fs::path(host.env_["HOME"]) / "log") ==
        "pip install --upgrade pip==24.0\npip install -r requirements.txt a b\n");
}

}  // namespace
}  // namespace runner::test
