// What expressions see in a run (execution.md 2, 3), and which events start one.
#include <doctest/doctest.h>

#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

TEST_CASE("run: contexts") {
  struct Case {
    std::string why;
    const char* expression;
    std::string want;
    std::vector<std::string> args = {};
  };
  RunFixture runs;
  runs.write(".secrets", "TOP=from-file-0\nBOTH=common-1\nGITHUB_TOKEN=ghs_given_token\n");
  runs.write(".secrets.prod", "BOTH=of-environment\n");
  runs.write(".vars", "COLOR=red\n");
  runs.write(".vars.prod", "COLOR=blue\n");
  ::system(("chmod 600 " + (runs.repository() / ".secrets*").string()).c_str());
  for (const auto& c : {
           Case{"repository", "github.repository", "me/app", {"--repository", "me/app"}},
           Case{"its owner", "github.repository_owner", "me", {"--repository", "me/app"}},
           Case{"ref", "format('{0} {1} {2}', github.ref, github.ref_name, github.ref_type)",
                "refs/heads/main main branch"},
           Case{"workflow by its path", "github.workflow", ".github/workflows/w.yml"},
           Case{"workflow_ref",
                "github.workflow_ref",
                "me/app/.github/workflows/w.yml@refs/heads/main",
                {"--repository", "me/app"}},
           Case{"sha", "github.sha == github.event.after && github.sha == github.workflow_sha", "true"},
           Case{"actor", "github.actor", "ana", {"--actor", "ana"}},
           Case{"run_number as asked for", "github.run_number", "41", {"--run-number", "41"}},
           Case{"the next is counted", "github.run_number", "42"},
           Case{"attempt and job", "format('{0} {1}', github.run_attempt, github.job)", "1 job"},
           Case{"paths",
                "startsWith(runner.temp, '/') && github.workspace == format('{0}/app', runner.workspace)",
                "true",
                {"--repository", "me/app"}},
           Case{"runner", "format('{0} {1} {2}', runner.os, runner.environment, runner.debug)",
                "Linux self-hosted "},
           Case{"runner.debug", "runner.debug", "1", {"--debug"}},
           Case{"github.token is the secret GITHUB_TOKEN",
                "github.token == secrets.github_token && github.token != ''", "true"},
           Case{"--token wins", "endsWith(github.token, 'other')", "true", {"--token", "ghs_other"}},
           Case{"API address",
                "github.api_url",
                "https://api.example.test",
                {"--api-url", "https://api.example.test"}},
           Case{"secrets of the environment win", "contains(secrets.both, 'environ')", "true"},
           Case{"common secrets are there too", "secrets.TOP != ''", "true"},
           Case{"variables of the environment", "vars.color", "blue"},
           Case{"an unset secret is empty", "format('[{0}]', secrets.NOBODY_SET)", "[]"},
           Case{"without a matrix", "toJSON(matrix)", "null"},
           Case{"strategy without one",
                "format('{0}{1}{2}{3}', strategy.fail-fast, strategy.job-index, strategy.job-total, "
                "strategy.max-parallel)",
                "true011"},
           Case{"the event", "github.event.repository.full_name", "me/app", {"--repository", "me/app"}},
           Case{"hashFiles without a match", "format('[{0}]', hashFiles('none/*'))", "[]"},
           Case{"inputs of another event", "toJSON(inputs.x)", "null"},
       }) {
    auto args = c.args;
    const auto run = runs.run_text(
        "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    environment: prod\n    steps:\n      - "
        "run: |\n"
        "          cat <<'END'\n          is ${{ " +
            std::string(c.expression) + " }}.\n          END\n",
        args);
    CAPTURE(c.why);
    CAPTURE(run.out);
    CAPTURE(run.err);
    CHECK(run.status == 0);
    CHECK(run.logged("is " + std::string(c.want) + "."));
  }
}

TEST_CASE("run: inputs are typed, their payload is text") {
  RunFixture runs;
  runs.write(".input", "who=file\nof_another_workflow=1\n");
  const std::string text =
      "on:\n  workflow_dispatch:\n    inputs:\n      who: {type: string}\n      loud: {type: boolean, "
      "default: false}\n"
      "      count: {type: number, default: 3}\n      size: {type: choice, options: [s, l]}\n"
      "jobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n"
      "      - run: echo '${{ inputs.who }} ${{ toJSON(inputs.loud) }} ${{ toJSON(inputs.count) }} ${{ "
      "inputs.size }} "
      "${{ toJSON(github.event.inputs.loud) }}'\n";
  struct Case {
    std::string why;
    std::vector<std::string> args;
    int status;
    std::string told;  // a line of the log, or a part of the error
  };
  for (const auto& c : {Case{"fallbacks and the file", {}, 0, "file false \"3\" s \"false\""},
                        Case{"given ones win",
                             {"-i", "who=me", "-i", "loud=true", "-i", "count=7", "-i", "size=l"},
                             0,
                             "me true \"7\" l \"true\""},
                        Case{"no boolean", {"-i", "loud=yes"}, 2, "expected true or false"},
                        Case{"no option", {"-i", "size=xl"}, 2, "has no option of that name: it has"},
                        Case{"no input", {"-i", "whoo=me"}, 2, "who"}}) {
    const auto run = runs.run_text(text, c.args);
    CAPTURE(c.why);
    CAPTURE(run.err);
    CHECK(run.status == c.status);
    CHECK((c.status == 0 ? run.logged(c.told) : contains(run.err, c.told)));
  }
  CHECK(runs.run_steps("      - run: 'true'\n").status ==
        0);  // a push has no inputs: the file is not its affair
}

TEST_CASE("run: filters of the event decide, --force overrules") {
  struct Case {
    std::string why;
    const char* on;
    std::vector<std::string> args;
    int status;
    std::string told;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"the branch is asked for", "{push: {branches: [ma*]}}", {}, 0, ""},
           Case{"another one", "{push: {branches: [release]}}", {}, 2, "w.yml:1:"},
           Case{"excluded again", "{push: {branches: ['**', '!main']}}", {}, 2, "--force"},
           Case{"branches-ignore", "{push: {branches-ignore: [main]}}", {}, 2, "--force"},
           Case{"only tags", "{push: {tags: ['v*']}}", {}, 2, "--force"},
           Case{"forced", "{push: {branches: [release]}}", {"--force"}, 0, ""},
           Case{"paths do not hold back a run asked for by hand", "{push: {paths: [docs/**]}}", {}, 0, ""},
           Case{"an event the file does not answer to",
                "pull_request",
                {"-e", "push"},
                2,
                "does not answer to the event push"},
           Case{"its first event", "workflow_dispatch", {}, 0, ""},
           Case{"a pull request", "{pull_request: {branches: [main]}}", {}, 0, ""},
       }) {
    const auto run = runs.run_text(
        "on: " + std::string(c.on) +
            "\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n      - run: touch \"$MARK\"\n",
        [&] {
          auto args = c.args;
          args.insert(args.end(), {"--env", "MARK=" + (runs.repository() / "ran").string()});
          return args;
        }());
    CAPTURE(c.why);
    CAPTURE(run.err);
    CHECK(run.status == c.status);
    CHECK(contains(run.err, c.told));
    CHECK(std::filesystem::remove(runs.repository() / "ran") == (c.status == 0));
  }
}

TEST_CASE("run: the address of an environment") {
  RunFixture runs;
  struct Case {
    std::string why;
    const char* url;
    std::string want;
    std::string conclusion;
  };
  for (const auto& c :
       {Case{"of a step's output", "https://${{ steps.s.outputs.host }}/", "https://a.example/", "success"},
        Case{"with a secret it is dropped", "https://x/${{ steps.s.outputs.key }}", "", "success"},
        Case{"an error fails the job", "${{ fromJSON('{') }}", "", "failure"}}) {
    const auto run = runs.run_text(
        "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    environment: {name: prod, url: \"" +
            std::string(c.url) +
            "\"}\n    steps:\n      - {id: s, run: 'printf \"host=a.example\\nkey=${{ secrets.KEY }}\\n\" >> "
            "\"$GITHUB_OUTPUT\"'}\n",
        {"-s", "KEY=hunter2222"});
    CAPTURE(c.why);
    CAPTURE(run.out);
    CHECK(run.job("job").url == c.want);
    CHECK(run.conclusion == c.conclusion);
    CHECK_FALSE(contains(run.out, "hunter2222"));
  }
}
