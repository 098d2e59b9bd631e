// No secret in anything that is shown or stored (execution.md 6, safety.md 1 to 5).
#include <sys/stat.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

namespace {

constexpr std::string_view kSecretWorkflow = R"(name: Secrets
run-name: Deploy ${{ github.actor }} top-secret-1
on: push
env: {ALSO: "${{ secrets.PASS }}"}
jobs:
  job:
    name: job with top-secret-1
    runs-on: ubuntu-latest
    outputs: {leak: "${{ steps.s.outputs.v }}"}
    steps:
      - name: print ${{ secrets.PASS }}
        id: s
        run: |
          echo "plain ${{ secrets.PASS }} and $ALSO"
          printf top-; printf 'secret-1\n'
          printf 'prefix:%s:suffix' "$ALSO" | base64 -w0; echo
          printf '%s' "$ALSO" | base64
          echo "::warning title=top-secret-1,file=top-secret-1::top-secret-1"
          echo "::notice::%74op-secret-1 ${KEY#x}"
          printf '%s\n' "$KEY"
          echo "v=$ALSO" >> "$GITHUB_OUTPUT"
          echo "summary $ALSO" >> "$GITHUB_STEP_SUMMARY"
          echo "to stderr $ALSO" >&2
          made="made-here"; echo "::add-mask::$made-22"
          echo "$made-22"
        env: {KEY: "${{ secrets.KEY }}"}
      - run: echo "later made-here-22"
      - run: |
          echo "{ readable: 1 }"
      - {name: cannot, run: "echo ${{ fromJSON(secrets.PASS) }}"}
)";

std::string everything_below(const std::filesystem::path& folder) {
  std::string text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) text += entry.path().string() + "\n" + read_file(entry.path());
  }
  return text;
}

}  // namespace

TEST_CASE("run: secrets are masked in every view and record") {
  const std::vector<std::string> secret_texts{"top-secret-1", "dG9wLXNlY3JldC0x", "made-here-22",
                                              "MIIkeyline",   "lineTwoOfKey1",    "b3Atc2VjcmV0LT"};
  for (const auto* format : {"json", "text"}) {
    CAPTURE(format);
    RunFixture runs;
    runs.write(".secrets",
               "PASS=top-secret-1\nKEY=\"-----BEGIN KEY-----\nMIIkeyline\nlineTwoOfKey1\n-----END "
               "KEY-----\n\"\nTINY=1\nBRACE={\n");
    runs.workflow("w.yml", kSecretWorkflow);
    const auto result = runs.run({"run", "w.yml", "--format", format, "-v"});
    CAPTURE(result.err);
    REQUIRE(result.status == 1);
    const auto stored = everything_below(runs.repository().parent_path() / "state");
    const auto logs = runs.run({"logs", "1"}).out;
    CHECK(contains(stored, "summary ***"));
    CHECK(contains(logs, "plain *** and ***"));
    CHECK(contains(result.out + result.err, "readable: 1"));
    for (const auto& text :
         {result.out, result.err, stored, logs, runs.run({"runs", "--format", "json"}).out}) {
      for (const auto& secret : secret_texts) {
        CAPTURE(secret);
        const auto at = text.find(secret);
        CHECK_MESSAGE(at == std::string::npos, text.substr(at < 80 ? 0 : at - 80, 200));
      }
    }
    CHECK(contains(result.out + result.err, "TINY has fewer than four characters"));
  }
}

TEST_CASE("run: a secret is masked wherever a name, a message or a source line holds it") {
  struct Case {
    const char* why;
    std::vector<std::string> args;
    const char* workflow;
  };
  const auto* const steps = "    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n";
  const std::string all =
      std::string("name: hidden-name\nrun-name: hidden-name\non: push\njobs:\n  hidden-name:\n") +
      "    runs-on: ubuntu-latest\n    environment: {name: x, url: 'https://h/hidden-name'}\n"
      "    outputs: {o: '${{ steps.hidden-name.outputs.o }}'}\n    steps:\n"
      "      - {id: hidden-name, name: hidden-name, run: 'echo o=hidden-name >> $GITHUB_OUTPUT'}\n"
      "  after:\n    needs: hidden-name\n" +
      steps;
  const std::string bad_line =
      std::string("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    hidden-name: []\n");
  const std::string bad_value = std::string(
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
      "      - {uses: docker/metadata-action@v5, with: {images: x, tags: 'type=${{ secrets.PASS }}'}}\n");
  for (const auto& c :
       {Case{"ids, names, outputs, addresses", {"run", "w.yml", "--actor", "hidden-name"}, all.c_str()},
        Case{"as JSON", {"run", "w.yml", "--format", "json", "--actor", "hidden-name"}, all.c_str()},
        Case{"in a plan", {"plan", "w.yml", "-v"}, all.c_str()},
        Case{"in a plan as JSON", {"plan", "w.yml", "--format", "json"}, all.c_str()},
        Case{"the line of a diagnostic", {"run", "w.yml"}, bad_line.c_str()},
        Case{"a value that fails while planning", {"run", "w.yml"}, bad_value.c_str()},
        Case{"and in what doctor tells of it", {"doctor", "w.yml"}, bad_value.c_str()},
        Case{"a wrong name on the command line", {"run", "w.yml", "-j", "hidden-name"}, bad_value.c_str()}}) {
    CAPTURE(c.why);
    RunFixture runs;
    runs.write(".secrets", "PASS=hidden-name\n");
    runs.workflow("w.yml", c.workflow);
    const auto result = runs.run(c.args);
    const auto text = result.out + result.err;
    CHECK(contains(text, c.args.front() == "plan" ? "PASS" : "***"));
    const auto at = text.find("hidden-name");
    CHECK_MESSAGE(at == std::string::npos, text.substr(at < 200 ? 0 : at - 200, 400));
    const auto state = runs.repository().parent_path() / "state";
    if (!std::filesystem::exists(state)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(state)) {
      if (!entry.is_regular_file() || entry.path().filename() == "event.json") continue;
      CHECK_MESSAGE(!contains(read_file(entry.path()), "hidden-name"), entry.path().string());
    }
  }
}

TEST_CASE("run: a key given to an action is masked from its first line on, a proxy's password too") {
  RunFixture runs;
  runs.environment["https_proxy"] = "http://me:proxy-pass-1@127.0.0.1:9/";
  runs.workflow(
      "w.yml",
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
      "      - uses: appleboy/ssh-action@v1\n        continue-on-error: true\n"
      "        with: {host: 127.0.0.1, port: 1, username: me, password: not-a-secret-yet, script: 'true'}\n"
      "      - run: echo $https_proxy\n");
  const auto result = runs.run({"run", "w.yml", "-v"});
  const auto logs = result.out + result.err + runs.run({"logs"}).out;
  CHECK(contains(logs, "password: ***"));
  CHECK(contains(logs, "me:***@127.0.0.1"));
  for (const auto* secret : {"not-a-secret-yet", "proxy-pass-1"}) CHECK_FALSE(contains(logs, secret));
}

TEST_CASE("run: nothing that a step or a file says acts on a terminal") {
  const std::string clipboard = "\x1b]52;c;cm0gLXJm\a",
                    c1 = "\xc2\x9d"
                         "52;c;cm0\xc2\x9c",
                    up = "\x1b[5A";
  RunFixture runs;
  runs.write("name.txt", clipboard + c1 + up + "shown");
  runs.workflow(
      "w.yml",
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    outputs: {n: '${{ steps.s.outputs.n }}'}\n"
      "    steps:\n      - uses: actions/checkout@v4\n"
      "      - {id: s, run: 'echo \"n=$(cat name.txt)\" >> \"$GITHUB_OUTPUT\"'}\n"
      "      - {run: 'exit 1', name: '${{ steps.s.outputs.n }}', continue-on-error: true}\n"
      "  b:\n    needs: a\n    name: 'job ${{ needs.a.outputs.n }}'\n    runs-on: ubuntu-latest\n"
      "    steps: [{run: 'false'}]\n");
  runs.commit();
  const auto is_harmless = [](const std::string& text) {
    return !contains(text, "\x1b]") && !contains(text, "\x1b[5A") && !contains(text, "\xc2\x9d");
  };
  for (const auto* format : {"text", "json"}) {
    CAPTURE(format);
    const auto run = runs.run({"run", "w.yml", "--format", format});
    CHECK_MESSAGE(contains(run.out + run.err, "shown"), run.out, run.err);
    CHECK(is_harmless(run.out + run.err));
  }
  CHECK(is_harmless(runs.run({"logs"}).out));
  runs.workflow("bad.yml", "on: push\njobs:\n  a:\n    runs-on: '" + c1 + "x'\n    stepz: []\n");
  for (const auto* command : {"validate", "run"}) {
    const auto told = runs.run({command, ".github/workflows/bad.yml"});
    CHECK(contains(told.err + told.out, "stepz"));
    CHECK(is_harmless(told.err));
    CHECK(is_harmless(told.out));
  }
}

TEST_CASE("run: a pull request from a fork gets nothing that its author could take") {
  struct Case {
    const char* why;
    const char* event;
    const char* head;
    bool trusted;
  };
  for (const auto& c :
       {Case{"a branch of the same repository", "pull_request", R"({"full_name": "Acme/Web"})", true},
        Case{"a fork", "pull_request", R"({"full_name": "mallory/web"})", false},
        Case{"a fork that is gone", "pull_request", "null", false},
        Case{"a review of one", "pull_request_review", R"({"full_name": "mallory/web"})", false},
        Case{"pull_request_target runs the base's own workflow", "pull_request_target",
             R"({"full_name": "mallory/web"})", true}}) {
    CAPTURE(c.why);
    RunFixture runs;
    runs.write(".secrets", "PASS=top-secret-1\nGITHUB_TOKEN=token-of-mine-1\n");
    runs.write("event.json", fmt::format(R"({{"action": "opened", "number": 7, "pull_request": {{
        "head": {{"ref": "feature", "repo": {}}}, "base": {{"ref": "main", "repo": {{"full_name": "acme/web"}}}}}}}})",
                                         c.head));
    runs.workflow("w.yml",
                  fmt::format("on: [{}]\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
                              "      - run: |\n"
                              "          echo \"pass:${{#P}} token:${{#T}}\"; echo x > file\n"
                              "        env: {{P: '${{{{ secrets.PASS }}}}', T: '${{{{ github.token }}}}'}}\n"
                              "      - {{uses: actions/cache/save@v4, with: {{key: k, path: file}}}}\n",
                              c.event));
    const auto done =
        runs.run({"run", "w.yml", "--event", c.event, "--event-path",
                  (runs.repository() / "event.json").string(), "--repository", "acme/web", "-v"});
    CHECK_MESSAGE(done.status == 0, done.err);
    CHECK_MESSAGE(contains(done.err, c.trusted ? "pass:12 token:15" : "pass:0 token:25"), done.err);
    CHECK(contains(done.err, "Cache saved with key: k") == c.trusted);
    CHECK(contains(done.err, "as on GitHub it gets no secrets") != c.trusted);
  }
}

TEST_CASE("run: state and cache are the user's alone") {
  const auto before = ::umask(0);
  RunFixture runs;
  const auto run = runs.run_steps(
      "      - run: |\n          echo s >> \"$GITHUB_STEP_SUMMARY\"\n"
      "          stat -c '%a %n' \"$GITHUB_WORKSPACE\" \"$RUNNER_TEMP\" \"$HOME\" \"$GITHUB_ENV\" \"$0\" "
      "\"$GITHUB_EVENT_PATH\"\n");
  ::umask(before);
  CHECK(run.status == 0);
  for (const auto& step : run.steps) {
    CHECK_FALSE(contains(step.log,
                         "\n7"
                         "7"));
    CHECK_FALSE(contains(step.log, "\n66"));
    CHECK(contains(step.log, "\n600 "));
    CHECK(contains(step.log, "\n700 "));
  }
  for (const auto* name : {"state", "cache"}) {
    const auto folder = runs.repository().parent_path() / name;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      struct stat info {};
      REQUIRE(::lstat(entry.path().c_str(), &info) == 0);
      CAPTURE(entry.path().string());
      if (!entry.is_symlink()) CHECK((info.st_mode & 077) == 0);
    }
    struct stat info {};
    REQUIRE(::stat(folder.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0700);
  }
}

TEST_CASE("run: nothing of a job is left below the cache, unless it is kept") {
  RunFixture runs;
  const auto work = runs.repository().parent_path() / "cache" / "work";
  CHECK(runs.run_steps("      - run: mkdir -p a/b && touch a/b/c && chmod 500 a/b a && ln -s / root\n")
            .status == 0);
  CHECK(std::filesystem::is_empty(work));
  const auto kept = runs.run_steps("      - run: touch here\n", {"--keep"});
  REQUIRE(kept.warnings.size() == 1);
  const auto folder = kept.warnings[0].substr(kept.warnings[0].find('/'));
  CHECK(std::filesystem::exists(std::filesystem::path(folder) / "here"));
}

TEST_CASE("run: a token that nobody gave is never sent") {
  RunFixture runs;
  runs.workflow("w.yml",
                "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
                "      - {name: say, run: 'echo ${{ github.token }}'}\n"
                "      - uses: tsickert/discord-webhook@v6.0.0\n        with: {webhook-url: "
                "'http://127.0.0.1:9/x', content: \"token:${{ secrets.GITHUB_TOKEN }}.\"}\n");
  const auto result = runs.run({"run", "w.yml", "--format", "json"});
  CHECK(result.status == 0);
  CHECK(contains(result.err, "w.yml:6:"));
  CHECK(contains(result.err, "there is none"));
  REQUIRE(runs.http.requests.size() == 1);
  CHECK(contains(runs.http.requests[0].body, "token:."));
}
