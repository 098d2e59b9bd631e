// What a plan decides before a run, and what it leaves open (cli.md, `plan`).
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

Json plan_of(RunFixture& runs, const std::string& text, const std::vector<std::string>& more = {}) {
  runs.workflow("w.yml", text);
  std::vector<std::string> args{"plan", "w.yml", "--format", "json"};
  args.insert(args.end(), more.begin(), more.end());
  const auto result = runs.run(args);
  INFO(result.err);
  REQUIRE(result.status == 0);
  return Json::parse(result.out);
}

std::string statuses(const Json& of) {
  std::string text;
  for (const auto& one : of)
    text += (text.empty() ? "" : " ") + one.at("name").get<std::string>() + ":" +
            one.at("status").get<std::string>();
  return text;
}

}  // namespace

TEST_CASE("plan: jobs") {
  struct Case {
    std::string why, jobs, want;
  };
  RunFixture runs;
  const std::string rest = ", runs-on: ubuntu-latest, steps: [{run: 'true'}]}\n";
  for (const auto& c : {
           Case{"a skipped job skips those behind it",
                "  a: {if: false" + rest + "  b: {needs: a" + rest + "  c: {needs: b, if: always()" + rest,
                "a:skipped b:skipped c:will_run"},
           Case{"what depends on results is open, and what needs that",
                "  a: {env: {}" + rest + "  b: {needs: a, if: failure()" + rest + "  c: {needs: b" + rest +
                    "  d: {needs: c, if: always()" + rest,
                "a:will_run b:unknown c:unknown d:will_run"},
           Case{"what reads outputs is open",
                "  a: {env: {}" + rest + "  b: {needs: a, if: \"needs.a.outputs.x == '1'\"" + rest,
                "a:will_run b:unknown"},
           Case{"an error in a condition is open too", "  a: {if: \"fromJSON('{')\"" + rest, "a:unknown"},
           Case{"a name that reads results stays as it is written",
                "  a: {env: {}" + rest +
                    "  b: {needs: a, name: 'Deploy ${{ needs.a.outputs.v }} to ${{ github.ref_name }}'" +
                    rest,
                "a:will_run Deploy ${{ needs.a.outputs.v }} to main:will_run"},
           Case{"an empty name is the id", "  a: {name: ''" + rest, "a:will_run"},
       }) {
    CAPTURE(c.why);
    CHECK(statuses(plan_of(runs, "on: push\njobs:\n" + c.jobs).at("jobs")) == c.want);
  }
}

TEST_CASE("plan: steps") {
  RunFixture runs;
  const auto plan = plan_of(
      runs, job_of("      - {name: a, run: 'echo ${{ github.ref_name }} ${{ steps.x.outputs.y }} ${{ "
                   "hashFiles(''**'') }}'}\n"
                   "      - {name: b, if: \"github.ref_name == 'main'\", run: x}\n"
                   "      - {name: c, if: \"github.ref_name != 'main'\", run: x}\n"
                   "      - {name: d, if: failure(), run: x}\n"
                   "      - {name: e, if: \"env.SET == 'job' && env.STEP == 's'\", env: {STEP: s}, run: x}\n"
                   "      - {name: f, if: \"env.FROM_A_STEP == ''\", run: x}\n"
                   "      - {name: g, if: \"hashFiles('x') == ''\", run: x}\n"
                   "      - {name: h, if: \"fromJSON('{')\", run: x}\n"
                   "      - {name: i, run: \"echo ${{ fromJSON('{') }}\"}\n"
                   "      - {name: j, run: \"echo {${{ github.ref_name }}} ${{ steps.x.outputs.y }} ${{ '${{ "
                   "kept }}' }}\"}\n",
                   "    env: {SET: job}\n"));
  const auto& steps = plan.at("jobs").at(0).at("steps");
  CHECK(statuses(steps) ==
        "a:will_run b:will_run c:skipped d:unknown e:will_run f:unknown g:unknown h:unknown i:will_run "
        "j:will_run");
  CHECK(steps.at(0).at("effects") == Json{"run: echo main ${{ steps.x.outputs.y }} ${{ hashFiles('**') }}"});
  CHECK(steps.at(9).at("effects") == Json{"run: echo {main} ${{ steps.x.outputs.y }} ${{ kept }}"});
  std::vector<int> lines;
  for (const auto& problem : plan.at("problems")) {
    CHECK(problem.at("severity") == "warning");
    CHECK(contains(problem.at("message").get<std::string>(), "this will fail in the run"));
    lines.push_back(problem.at("line"));
  }
  CHECK(lines == std::vector<int>{14, 15});
}

TEST_CASE("plan: which secrets are missing") {
  struct Case {
    std::string why, steps;
    std::vector<std::string> missing;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"by name", "      - run: echo ${{ secrets.A }}${{ secrets.SET }}\n", {"A"}},
           Case{"in brackets", "      - run: echo ${{ secrets['A'] }}\n", {"A"}},
           Case{"computed from what is known",
                "      - run: echo ${{ secrets[format('HOST_{0}', github.ref_name)] }}\n",
                {"HOST_main"}},
           Case{"computed from what only the run knows",
                "      - run: echo ${{ secrets[format('HOST_{0}', steps.x.outputs.y)] }}\n",
                {}},
           Case{"computed from env", "      - {env: {N: KEY}, run: 'echo ${{ secrets[env.N] }}'}\n", {"KEY"}},
           Case{"of a step that is skipped",
                "      - {if: \"github.ref_name == 'other'\", run: 'echo ${{ secrets.A }}'}\n",
                {}},
           Case{"in its other keys",
                "      - {working-directory: '${{ secrets.D }}', env: {X: '${{ secrets.E }}'}, run: x}\n",
                {"D", "E"}},
           Case{"all of them at once", "      - run: echo '${{ toJSON(secrets) }}'\n", {}},
       }) {
    const auto plan = plan_of(runs, job_of(c.steps), {"-s", "SET=some-value"});
    std::vector<std::string> missing;
    for (const auto& problem : plan.at("problems")) {
      const auto message = problem.at("message").get<std::string>();
      const std::string start = "the secret ";
      REQUIRE(message.starts_with(start));
      missing.push_back(message.substr(start.size(), message.find(' ', start.size()) - start.size()));
    }
    CAPTURE(c.why);
    CHECK(missing == c.missing);
  }
}

TEST_CASE("plan: which steps want a token, when there is none") {
  RunFixture runs;
  const auto text = job_of(
      "      - run: echo ${{ github.token }}\n      - {env: {T: '${{ secrets.GITHUB_TOKEN }}'}, run: x}\n    "
      "  - uses: actions/checkout@v4\n");
  std::vector<int> lines;
  const auto plan = plan_of(runs, text);
  for (const auto& problem : plan.at("problems")) {
    CHECK(problem.at("rule") == "token");
    lines.push_back(problem.at("line"));
  }
  CHECK(lines == std::vector<int>{6, 7});
  CHECK(plan_of(runs, text, {"--token", "ghs_some-token"}).at("problems").empty());
}

TEST_CASE("plan: shows the number of the next run, and leaves nothing behind") {
  RunFixture runs;
  const std::string text =
      "on: push\nrun-name: 'Run ${{ github.run_number }}'\njobs:\n  job:\n    runs-on: ubuntu-latest\n    "
      "steps:\n      - run: 'true'\n";
  const auto name = [&](const std::vector<std::string>& more = {}) {
    return plan_of(runs, text, more).at("workflow").at("run_name");
  };
  CHECK(name() == "Run 1");
  CHECK_FALSE(std::filesystem::exists(runs.repository().parent_path() / "state"));
  CHECK_FALSE(std::filesystem::exists(runs.repository().parent_path() / "cache"));
  CHECK(runs.run_text(text, {"--run-number", "41"}).status == 0);
  CHECK(name() == "Run 42");
  CHECK(name({"--run-number", "7"}) == "Run 7");
  CHECK(name() == "Run 42");
}

TEST_CASE("plan: what is not supported is refused in words") {
  struct Case {
    std::string why, text, told;
  };
  RunFixture runs;
  for (const auto& c : {
           Case{"a shell in defaults", job_of("      - run: x\n", "    defaults: {run: {shell: node}}\n"),
                "Invalid shell option"},
           Case{"a shell of a step", job_of("      - run: x\n        shell: node\n"),
                "w.yml:7:16: error: Invalid"},
           Case{"a background step", job_of("      - {background: true, run: x}\n"),
                "background steps are not supported yet"},
           Case{"parallel steps", job_of("      - parallel: [{run: x}, {run: y}]\n"),
                "parallel steps are not supported yet"},
           Case{"a wait", job_of("      - {id: a, background: true, run: x}\n      - wait: a\n"),
                "wait for or cancel background steps"},
           Case{"an image as a step", job_of("      - uses: docker://alpine:3\n"), "Docker images as steps"},
           Case{"a container by an expression",
                job_of("      - run: x\n", "    container: \"${{ github.ref_name }}\"\n"),
                "jobs in a container"},
       }) {
    const auto run = runs.run_text(c.text);
    CAPTURE(c.why);
    CHECK(run.status == 2);
    CHECK(run.out.empty());
    CHECK_MESSAGE(contains(run.err, c.told), run.err);
    CHECK(contains(run.err, "w.yml:"));
  }
}
