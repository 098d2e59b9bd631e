// Actions of other repositories (owner/repository@ref): found, fetched, kept and run (execution.md 8.2).
#include <doctest/doctest.h>

#include "steps/system/process.hpp"
#include "tests/support/git.hpp"
#include "tests/support/run_fixture.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;

namespace {

// A folder of repositories, as a server or for --actions-dir, and a workflow that uses them.
struct Forge : RunFixture {
  std::filesystem::path root() const { return repository().parent_path() / "forge"; }
  std::string server() const { return "file://" + root().string(); }
  void put(const std::string& name, const std::string& file, const std::string& text) const {
    const auto path = root() / name / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void release(const std::string& name, const std::string& tag) const {
    if (!std::filesystem::exists(root() / name / ".git")) git(root() / name, "init -q");
    git(root() / name, "add -A && git commit -q --allow-empty -m x && git tag -f " + tag);
  }
  std::string commit_of(const std::string& name) const {
    auto text = git(root() / name, "rev-parse HEAD");
    return text.substr(0, 40);
  }
  void greeting(const std::string& words) const {
    put("acme/greet", "action.yml",
        "runs:\n  using: composite\n  steps:\n    - {shell: bash, run: 'echo \"" + words + " $(ls)\"'}\n");
    release("acme/greet", "v1");
  }
  CliResult greet(std::vector<std::string> more = {}, const std::string& uses = "acme/greet@v1") {
    workflow("w.yml", job_of("      - uses: " + uses + "\n"));
    std::vector<std::string> args{"run", "w.yml", "--server-url", server()};
    args.insert(args.end(), more.begin(), more.end());
    return run(args);
  }
};

}  // namespace

TEST_CASE("remote action: fetched once, then there without a server") {
  Forge runs;
  runs.greeting("hello");
  CHECK(runs.greet({"--offline"}).status == 2);
  const auto first = runs.greet();
  CHECK_MESSAGE(first.status == 0, first.err);
  CHECK(has(first.err, "fetching acme/greet@v1"));
  CHECK(has(first.err, "hello"));
  std::filesystem::rename(runs.root(), runs.root().string() + ".gone");
  for (const auto& options : {std::vector<std::string>{}, {"--offline"}}) {
    const auto again = runs.greet(options);
    CHECK_MESSAGE(again.status == 0, again.err);
    CHECK_FALSE(has(again.err, "fetching"));
    CHECK(has(again.err, "hello"));
  }
}

TEST_CASE("remote action: by branch, tag, whole commit, and from a folder of repositories") {
  Forge runs;
  runs.greeting("hello");
  const auto commit = runs.commit_of("acme/greet");
  for (const auto& uses :
       {std::string("acme/greet@main"), std::string("ACME/Greet@v1"), "acme/greet@" + commit}) {
    CAPTURE(uses);
    CHECK(runs.greet({}, uses == "ACME/Greet@v1" ? "acme/greet@v1" : uses).status == 0);
  }
  runs.greeting("moved");
  CHECK(has(runs.greet({"--actions-dir", runs.root().string()}).err, "moved"));  // looked at each time
  CHECK(has(runs.greet({}, "acme/greet@" + commit).err, "hello"));
}

TEST_CASE("remote action: what cannot be had stops the run before its first step") {
  struct Case {
    const char *uses, *words;
  };
  Forge runs;
  runs.greeting("hello");
  runs.put("acme/empty", "README", "x");
  runs.release("acme/empty", "v1");
  for (const auto& c : {Case{"acme/greet@v2", "has no branch or tag \"v2\"; did you mean \"v1\"?"},
                        Case{"acme/gret@v1", "acme/gret@v1 cannot be had: git ls-remote: "},
                        Case{"actions/chekout@v4", "did you mean \"actions/checkout\"?"},
                        Case{"acme/greet/sub@v1", "Can't find 'action.yml'"},
                        Case{"acme/empty@v1", "Can't find 'action.yml'"},
                        Case{"acme/greet@0123456789012345678901234567890123456789", "git fetch: "}}) {
    CAPTURE(c.uses);
    runs.workflow("w.yml", job_of("      - run: echo begun\n      - uses: " + std::string(c.uses) + "\n"));
    const auto run = runs.run({"run", "w.yml", "--server-url", runs.server()});
    CHECK(run.status == 2);
    CHECK_MESSAGE(has(run.err, c.words), run.err);
    CHECK(has(run.err, "w.yml:7:15: error: "));
    CHECK_FALSE(has(run.err, "begun"));
  }
}

TEST_CASE("remote action: what its archive leaves out is not there, and it cannot be changed by a run") {
  Forge runs;
  runs.put("acme/greet", "hidden", "x");
  runs.put("acme/greet", ".gitattributes", "hidden export-ignore\n");
  runs.put(
      "acme/greet", "action.yml",
      "runs:\n  using: composite\n  steps:\n    - {shell: bash, run: 'cd \"$GITHUB_ACTION_PATH\"; ls'}\n");
  runs.release("acme/greet", "v1");
  const auto run = runs.greet();
  CHECK(has(run.err, "action.yml"));
  CHECK_FALSE(has(run.err, "hidden"));
}

TEST_CASE("remote action: nested ones are fetched too; pre, main and post with what they save") {
  Forge runs;
  runs.write("bin/node", "#!/bin/sh\n. \"$1\"\n");
  std::filesystem::permissions(runs.repository() / "bin/node", std::filesystem::perms::owner_all);
  runs.environment["PATH"] = (runs.repository() / "bin").string() + ":" + runs.environment["PATH"];
  runs.put("acme/js", "action.yml",
           "inputs: {who: {default: w}}\nruns: {using: node20, pre: pre.js, main: main.js, post: post.js}\n");
  runs.put("acme/js", "pre.js", "echo \"pre $INPUT_WHO\"; echo A=1 >> \"$GITHUB_STATE\"\n");
  runs.put("acme/js", "main.js",
           "echo \"main $INPUT_WHO $STATE_A $GITHUB_ACTION_REPOSITORY $GITHUB_ACTION_REF\"\n");
  runs.put("acme/js", "post.js", "echo \"post $INPUT_WHO $STATE_A\"\n");
  runs.release("acme/js", "v1");
  runs.put("acme/outer", "action.yml",
           "runs:\n  using: composite\n  steps:\n    - {uses: acme/js@v1, with: {who: inner}}\n");
  runs.release("acme/outer", "v1");
  runs.workflow("w.yml",
                job_of("      - {name: first, run: echo first}\n      - {name: js, uses: acme/js@v1}\n"
                       "      - {name: outer, uses: acme/outer@v1}\n"));
  const auto run = runs.run({"run", "w.yml", "--server-url", runs.server()});
  CHECK_MESSAGE(run.status == 0, run.err);
  size_t at = 0;
  for (const auto* words : {"| pre w\n", "| first\n", "| main w 1 acme/js v1\n", "| pre inner\n",
                            "| main inner 1 acme/js v1\n", "| post inner 1\n", "| post w 1\n"}) {
    const auto found = run.err.find(words, at);
    CHECK_MESSAGE(found != std::string::npos, words, " in: ", run.err);
    if (found != std::string::npos) at = found;
  }
}

TEST_CASE("remote action: --original runs an action's own code") {
  Forge runs;
  runs.put("actions/upload-artifact", "action.yml",
           "inputs: {name: {}, path: {}}\nruns:\n  using: composite\n  steps:\n    - {shell: bash, run: echo "
           "original}\n");
  runs.release("actions/upload-artifact", "v4");
  runs.workflow("w.yml",
                job_of("      - {uses: actions/upload-artifact@v4, with: {name: a, path: /etc/hostname}}\n"));
  for (const auto* which : {"*", "Actions/Upload-Artifact"}) {
    const auto run = runs.run({"run", "w.yml", "--server-url", runs.server(), "--original", which});
    CHECK_MESSAGE(has(run.err, "| original\n"), run.err);
  }
  CHECK_FALSE(has(runs.run({"run", "w.yml", "--server-url", runs.server()}).err, "| original\n"));
}

TEST_CASE("actions: fetched ahead, listed and pruned") {
  Forge runs;
  runs.greeting("hello");
  runs.workflow("w.yml", job_of("      - uses: actions/checkout@v4\n      - uses: ./own\n"));
  runs.write("own/action.yml", "runs:\n  using: composite\n  steps:\n    - uses: acme/greet@v1\n");
  const auto fetched = runs.run({"actions", "--fetch", "--server-url", runs.server()});
  CHECK_MESSAGE(fetched.status == 0, fetched.err);
  CHECK(has(fetched.out, "acme/greet@v1  "));
  CHECK_FALSE(has(fetched.out, "checkout"));
  const auto cached = runs.run({"actions", "--cached"});
  CHECK(cached.out == "acme/greet  " + runs.commit_of("acme/greet").substr(0, 7) + "  v1\n");
  CHECK(runs.run({"actions", "--prune"}).out == "0 actions deleted\n");
  const auto folder =
      runs.repository().parent_path() / "cache/actions/acme/greet" / runs.commit_of("acme/greet");
  std::filesystem::last_write_time(folder,
                                   std::filesystem::file_time_type::clock::now() - std::chrono::days(31));
  CHECK(runs.run({"actions", "--prune"}).out == "1 action deleted\n");
  CHECK(runs.run({"actions", "--cached"}).out == "");
  const auto wrong = runs.run({"actions", "--fetch", "w.yml", "--server-url", runs.server() + "/none"});
  CHECK(wrong.status == 1);
  CHECK(has(wrong.err, "acme/greet@v1"));
}

TEST_CASE("javascript action: node from --node, PATH, else a version manager; without one nothing runs") {
  Forge runs;
  runs.put("acme/js", "action.yml", "runs: {using: node20, main: main.js}\n");
  runs.put("acme/js", "main.js", "echo main\n");
  runs.release("acme/js", "v1");
  runs.workflow("w.yml", job_of("      - uses: acme/js@v1\n"));
  const auto node_in = [&](const std::string& folder, const std::string& words) {
    runs.write(folder + "/node", "#!/bin/sh\n[ \"$1\" = --version ] && echo v22.1.0 || echo " + words + "\n");
    std::filesystem::permissions(runs.repository() / folder / "node", std::filesystem::perms::owner_all);
    return runs.repository() / folder / "node";
  };
  for (const auto* name : {"git", "bash", "sh", "cat", "echo"}) {
    const auto from = find_program(name, runs.environment["PATH"], "/");
    std::filesystem::create_directories(runs.repository() / "tools");
    std::filesystem::create_symlink(*from, runs.repository() / "tools" / name);
  }
  runs.environment["PATH"] = (runs.repository() / "tools").string();
  const std::vector<std::string> args{"run", "w.yml", "--server-url", runs.server()};
  const auto none = runs.run(args);
  CHECK(none.status == 2);
  CHECK(has(none.err, "acme/js@v1 needs Node.js"));
  node_in("home/.nvm/versions/node/v22.1.0/bin", "managed");
  std::filesystem::create_directories(runs.repository().parent_path() / "home");
  std::filesystem::copy(runs.repository() / "home/.nvm", runs.repository().parent_path() / "home/.nvm",
                        std::filesystem::copy_options::recursive);
  CHECK(has(runs.run(args).err, "| managed\n"));
  runs.environment["PATH"] += ":" + node_in("bin", "on-path").parent_path().string();
  CHECK(has(runs.run(args).err, "| on-path\n"));
  auto given = args;
  given.insert(given.end(), {"--node", node_in("other", "given").string()});
  CHECK(has(runs.run(given).err, "| given\n"));
  given.back() += "-none";
  CHECK(runs.run(given).status == 2);
}

TEST_CASE("remote action: of two in one repository both have what they use") {
  Forge runs;
  for (const auto* name : {"one", "two"}) {
    runs.put("acme/many", std::string(name) + "/action.yml",
             std::string("runs:\n  using: composite\n  steps:\n    - uses: acme/") + name + "@v1\n");
    runs.put(std::string("acme/") + name, "action.yml",
             std::string("runs:\n  using: composite\n  steps:\n    - {shell: bash, run: echo it is ") + name +
                 "}\n");
    runs.release(std::string("acme/") + name, "v1");
  }
  runs.release("acme/many", "v1");
  runs.workflow("w.yml", job_of("      - uses: acme/many/one@v1\n      - uses: acme/many/two@v1\n"));
  const auto run = runs.run({"run", "w.yml", "--server-url", runs.server() + "/"});
  CHECK_MESSAGE(run.status == 0, run.err);
  CHECK(has(run.err, "| it is one\n"));
  CHECK(has(run.err, "| it is two\n"));
}
