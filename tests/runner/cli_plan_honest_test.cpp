// What a plan must not hide: whole scripts, names of targets, where values and files come from.
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/cli_fixture.hpp"
#include "tests/support/git.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::test;
using Json = nlohmann::json;

namespace {

std::string one_job(const std::string& steps, const std::string& on = "push") {
  return "on: " + on + "\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n" + steps;
}

size_t times(std::string_view text, std::string_view part) {
  size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

constexpr std::string_view kScp = R"(      - uses: actions/checkout@v4
      - uses: appleboy/scp-action@v0.1.7
        with:
          host: ${{ secrets.SSH_HOST }}
          username: ${{ secrets.SSH_USER }}
          port: ${{ secrets.SSH_PORT }}
          password: ${{ secrets.SSH_PASS }}
          source: dist/*
          target: /srv/${{ vars.PLACE }}
)";

}  // namespace

TEST_CASE("plan: a script is shown line by line, ten of them, all with -v and in JSON") {
  CliFixture cli;
  std::string script = "      - run: |\n          set -euo pipefail\n\n";
  for (int i = 1; i <= 11; ++i) script += "          line " + std::to_string(i) + "\n";
  cli.workflow("w.yml", one_job(script));
  cli.commit();
  const auto text = cli.run({"plan"}).out;
  CHECK(has(text, "run: set -euo pipefail\n"));
  CHECK(has(text, "     line 9\n"));
  CHECK_FALSE(has(text, "line 10"));
  CHECK(has(text, "and 2 more lines: -v shows all"));
  CHECK(has(cli.run({"plan", "-v"}).out, "line 11"));
  const auto json = Json::parse(cli.run({"plan", "--format", "json"}).out);
  const auto& effects = json["jobs"][0]["steps"][0]["effects"];
  REQUIRE(effects.size() == 12);  // empty lines say nothing
  CHECK(effects[0] == "run: set -euo pipefail");
  CHECK(effects[11] == "     line 11");
}

TEST_CASE("plan: a target that a secret names is shown by the name of the secret") {
  CliFixture cli;
  cli.workflow("w.yml", one_job(std::string(kScp)));
  cli.write(".gitignore", ".secrets\n");
  cli.write(".secrets",
            "SSH_HOST=deploy.example.org\nSSH_USER=deployer\nSSH_PORT=2222\nSSH_PASS=top-secret\n");
  cli.commit();
  for (const auto* format : {"text", "json"}) {
    const auto result = cli.run({"plan", "--var", "PLACE=www", "--format", format});
    CHECK_MESSAGE(has(result.out, "copy dist/* to SSH_USER@SSH_HOST:SSH_PORT:/srv/www"), result.out);
    CHECK_FALSE(has(result.out + result.err, "deploy.example.org"));
  }
}

TEST_CASE("plan: what is not set is one list, names what needs it, and brings no other errors") {
  CliFixture cli;
  cli.workflow("w.yml", one_job(std::string(kScp)));
  cli.commit();
  const auto plan = cli.run({"plan"});
  CHECK(plan.status == 2);
  CHECK(has(plan.err, "error: 4 secrets are not set:\n"));
  CHECK(has(plan.err, "error: 1 variable is not set:\n"));
  CHECK(has(plan.err, "SSH_HOST     9:17  needed for the input host of appleboy/scp-action@v0.1.7\n"));
  CHECK(has(plan.err, "PLACE    14:19  needed for the input target of appleboy/scp-action@v0.1.7\n"));
  CHECK(times(plan.err, "SSH_HOST") == 1);
  CHECK(times(plan.err, "error") == 2);
  CHECK(has(plan.out, "secrets 0 of 4 set · variables 0 of 1 set"));
  CHECK(has(plan.out, "copy dist/* to ${{ secrets.SSH_USER }}@${{ secrets.SSH_HOST }}"));
  CHECK(cli.run({"run"}).status == 2);
  const auto problems = Json::parse(cli.run({"plan", "--format", "json"}).out)["problems"];
  CHECK(problems.size() == 5);
  CHECK(has(cli.run({"plan", "-s", "SSH_HOTS=x.example"}).err, "; did you mean \"SSH_HOTS\"?"));
  CHECK(has(cli.run({"plan", "--targets"}).err, "the targets were not read"));
}

TEST_CASE("plan: a value with another in its place is not missed") {
  CliFixture cli;
  cli.workflow(
      "w.yml",
      one_job("      - run: echo ${{ vars.LEVEL || 'info' }} ${{ vars.ON == 'x' && 'y' || 'z' }}\n"));
  cli.commit();
  const auto plan = cli.run({"plan"});
  CHECK(plan.status == 0);
  CHECK(plan.err == "");
}

TEST_CASE("plan: the bucket of an aws command must have a name") {
  CliFixture cli;
  cli.workflow("w.yml",
               one_job("      - run: aws s3 sync dist s3://${{ vars.BUCKET }} ; echo ${{ vars.NOTE }}\n"));
  cli.commit();
  const auto plan = cli.run({"plan"});
  CHECK(plan.status == 2);
  CHECK(has(plan.err, "BUCKET     6:14  needed for what an aws command changes"));
  CHECK(has(plan.err, "NOTE       6:14  read as an empty text"));
}

TEST_CASE("plan and validate: an input that a built-in action has not") {
  CliFixture cli;
  cli.workflow("w.yml", one_job("      - uses: actions/checkout@v4\n        with: {fetch-dept: 0}\n"));
  cli.commit();
  const auto* const words =
      ":7:16: warning: actions/checkout has no input \"fetch-dept\", so it is left out; did you "
      "mean \"fetch-depth\"?";
  CHECK(has(cli.run({"plan"}).err, words));
  CHECK(has(cli.run({"validate"}).out, words));
  CHECK(cli.run({"validate", "--strict"}).status == 1);
  CHECK(times(cli.run({"run"}).err, "fetch-dept\"") == 1);
}

TEST_CASE("plan: values that come from files are told, those of .env without what they say") {
  CliFixture cli;
  cli.workflow("w.yml", one_job("      - run: env\n", "{workflow_dispatch: {inputs: {version: {}}}}"));
  cli.write(".gitignore", ".env\n.vars\n.input\n.secrets\n");
  cli.write(".env", "DATABASE_URL=postgres://u:pw@db\nPORT=80\n");
  cli.write(".vars", "PLACE=eu\n");
  cli.write(".input", "version=1.2\n");
  cli.write(".secrets", "A=aaaaaa\nB=bbbbbb\n");
  cli.commit();
  std::filesystem::create_directories(cli.repository() / "sub/deeper");
  for (const auto* folder : {".", "sub/deeper"}) {  // they are found from below too
    cli.directory = cli.repository() / folder;
    const auto plan = cli.run({"plan", "w.yml"});
    CHECK(has(plan.out, ".secrets: 2 secrets\n"));
    CHECK(has(plan.out, ".vars: PLACE=eu\n"));
    CHECK(
        has(plan.out, ".env: 2 values for every step: DATABASE_URL, PORT (--no-env-file leaves them out)\n"));
    CHECK(has(plan.out, ".input: version=1.2\n"));
    CHECK_FALSE(has(plan.out, "postgres"));
  }
  CHECK_FALSE(has(cli.run({"plan", "w.yml", "--no-env-file"}).out, "DATABASE_URL"));
  const auto run = cli.run({"run", "w.yml"});
  CHECK(has(run.err, "note: 2 values from .env for every step"));
  CHECK(has(run.err, "DATABASE_URL: (from .env)"));
  CHECK(has(run.err, "DATABASE_URL=postgres"));  // the script's own output
}

TEST_CASE("plan: what .runnerrc gives is told, and a word is said of what touches the user's own") {
  CliFixture cli;
  cli.workflow("w.yml", one_job("      - run: echo x\n"));
  cli.write(".runnerrc", "# ours\n--parallel 2\nhost-home\n--limit 3\n");
  cli.commit();
  const auto plan = cli.run({"plan"});
  CHECK(has(plan.out, ".runnerrc:2: --parallel 2\n"));
  CHECK(has(plan.out, ".runnerrc:3: host-home\n"));
  CHECK_FALSE(has(plan.out, "--limit"));  // of another command
  CHECK(has(plan.err, ".runnerrc:3: host-home: its steps get your own HOME"));
  CHECK_FALSE(has(plan.err, "parallel"));
  cli.write(".runnerrc", "--paralel 2\n");
  const auto wrong = cli.run({"plan"});
  CHECK(wrong.status == 2);
  CHECK(has(wrong.err, ".runnerrc:1: no command has the option --paralel; did you mean \"--parallel\"?"));
}

TEST_CASE("plan: which files it is about is told") {
  CliFixture cli;
  const auto old = one_job("      - run: echo old\n");
  cli.workflow("w.yml", old);
  cli.commit();
  git(cli.repository(), "tag v1");
  CHECK(cli.run({"plan"}).err == "");
  cli.workflow("w.yml", one_job("      - run: echo new\n"));
  cli.write("page.html", "new\n");
  const auto path = (cli.repository() / ".github/workflows/w.yml").string();
  for (const auto* name : {"", "w", "w.yml", path.c_str()}) {
    CAPTURE(name);
    std::vector<std::string> args{"plan"};
    if (*name != '\0') args.emplace_back(name);
    const auto tree = cli.run(args);
    CHECK(has(tree.out, "run: echo new"));
    CHECK(has(tree.err, "w.yml is the work tree's, other than in commit "));
    CHECK(has(tree.out,
              "without 2 uncommitted files (--dirty takes them along): .github/workflows/w.yml, page.html"));
    args.insert(args.end(), {"--ref", "v1"});
    const auto tagged = cli.run(args);
    CHECK(has(tagged.out, "run: echo old"));
    CHECK(has(tagged.err, "w.yml is taken as it is in commit "));
  }
  CHECK(has(cli.run({"plan", "--dirty"}).out, "with 2 uncommitted files: "));
}

TEST_CASE("run: a detached HEAD is never the first branch that holds it") {
  CliFixture cli;
  cli.workflow("w.yml", one_job("      - run: echo $GITHUB_REF\n"));
  cli.commit();
  git(cli.repository(), "branch aaa && git checkout -q --detach");
  const auto run = cli.run({"run"});
  CHECK(run.status == 0);
  CHECK(has(run.err, "the run is for refs/heads/main; --ref chooses another"));
  CHECK(has(run.err, "refs/heads/main"));
  git(cli.repository(), "commit -q --allow-empty -m away && git branch -f aaa");
  const auto lost = cli.run({"run"});
  CHECK(lost.status == 2);
  CHECK(has(lost.err, "--ref main"));
  CHECK(cli.run({"run", "--ref", "aaa"}).status == 0);
}

TEST_CASE("run: -m of a key or value that no matrix has") {
  CliFixture cli;
  cli.workflow("w.yml",
               "on: push\njobs:\n  a:\n    runs-on: linux\n    strategy: {matrix: {server: [eu, us]}}\n    "
               "steps: [{run: "
               "'true'}]\n  b:\n    runs-on: linux\n    steps: [{run: 'true'}]\n");
  cli.commit();
  struct Case {
    const char *given, *words;
  };
  for (const auto& c : {Case{"server:ue", "server has the values eu, us"},
                        Case{"sever:eu", "no matrix has the key \"sever\": there is server; did you mean"}}) {
    const auto run = cli.run({"run", "-m", c.given});
    CHECK(run.status == 2);
    CHECK_MESSAGE(has(run.err, c.words), run.err);
  }
  CHECK(cli.run({"run", "-m", "SERVER:eu"}).status == 0);
}

TEST_CASE("run: without a commit there is nothing to check out, but --dirty takes the folder") {
  for (const bool repository : {true, false}) {
    CliFixture cli;
    std::filesystem::remove_all(cli.repository() / ".git");
    if (repository) git(cli.repository(), "init -q");
    cli.workflow("w.yml", one_job("      - uses: actions/checkout@v4\n      - run: cat page; ls -a\n"));
    cli.write("page", "here it is\n");
    cli.write(".secrets", "A=aaaaaa\n");
    const auto refused = cli.run({"run"});
    CHECK(refused.status == 2);
    CHECK(has(refused.err, repository
                               ? "has no commit yet, so there is nothing to check out: git add -A"
                               : "is in no git repository, so there is nothing to check out: git init"));
    const auto dirty = cli.run({"run", "--dirty"});
    CHECK_MESSAGE(dirty.status == 0, dirty.out, dirty.err);
    CHECK(has(dirty.err, "here it is"));
    CHECK_FALSE(has(dirty.err, "| .secrets\n"));
    cli.workflow("w.yml", one_job("      - run: echo alone\n"));
    CHECK(cli.run({"run"}).status == 0);
    CHECK(has(cli.run({"plan"}).out, "no checkout: begins in an empty folder"));
  }
}

TEST_CASE("run: an input given chooses its event, and all that are missing are named at once") {
  CliFixture cli;
  cli.workflow("w.yml",
               one_job("      - run: echo ${{ inputs.version }} to ${{ inputs.where }}\n",
                       "{push: {}, workflow_dispatch: {inputs: {version: {required: true, description: the "
                       "tag}, where: {required: true, type: choice, options: [eu, us]}}}}"));
  cli.commit();
  const auto missing = cli.run({"run", "-e", "workflow_dispatch"});
  CHECK(missing.status == 2);
  CHECK(has(missing.err,
            "2 inputs are required and not given:\n  version (the tag)\n  where: eu, us\ngive them with -i "
            "version=… -i where=…"));
  const auto run = cli.run({"run", "-i", "version=1.2", "-i", "where=eu"});
  CHECK(run.status == 0);
  CHECK(has(run.err, "1.2 to eu"));
}
