// `aws` on a step's PATH: which one it is, and what a plan tells of its command lines.
#include <doctest/doctest.h>

#include "tests/support/run_fixture.hpp"

using namespace runner;
using namespace runner::test;

namespace {

// A PATH with the shell and git, and no aws.
struct BarePath : TempDir {
  BarePath() {
    for (const auto* name : {"bash", "git"})
      std::filesystem::create_symlink(std::filesystem::path("/usr/bin") / name, path() / name);
  }
};

}  // namespace

TEST_CASE("run: a step finds our aws where none is installed, and in front of one when asked") {
  RunFixture runs;
  runs.program = RUNNER_BINARY;
  TempDir installed;
  const auto other = installed.write("aws", "#!/bin/sh\necho \"the other $*\"\n");
  std::filesystem::permissions(other, std::filesystem::perms::owner_all);
  const auto* steps = "      - run: aws --version\n      - run: aws lambda invoke || echo \"exit $?\"\n";

  BarePath bare;
  const auto without = bare.path().string();
  runs.environment["PATH"] = without;
  auto seen = runs.run_steps(steps);
  CHECK(contains(seen.log(), "aws-cli/2."));
  CHECK(contains(seen.log(), "not built in: the service \"lambda\""));
  CHECK(seen.logged("exit 252"));

  runs.environment["PATH"] = installed.path().string() + ":" + without;
  CHECK(runs.run_steps(steps).logged("the other --version"));

  seen = runs.run_steps(steps, {"--native-aws"});
  CHECK(contains(seen.log(), "aws-cli/2."));
  CHECK(seen.logged("the other lambda invoke"));
}

TEST_CASE("run: a wrapper of aws that calls ours is started once, and then the installed one") {
  RunFixture runs;
  runs.program = RUNNER_BINARY;
  TempDir installed;
  const auto other = installed.write("aws", "#!/bin/sh\necho \"the other $*\"\n");
  std::filesystem::permissions(other, std::filesystem::perms::owner_all);
  runs.environment["PATH"] = installed.path().string() + ":/usr/bin:/bin";
  for (const std::string place : {"$W:$PATH", "${OURS%/*}:$W:$PATH"}) {
    CAPTURE(place);
    const auto seen = runs.run_steps(
        "      - run: |\n"
        "          export OURS=$(command -v aws) W=$PWD/w; mkdir w\n"
        "          printf '#!/bin/sh\\necho x >>log\\nexec \"$OURS\" \"$@\"\\n' >w/aws; chmod 755 w/aws\n"
        "          PATH=" +
            place + " aws lambda invoke; echo \"started $(wc -l <log) times\"\n",
        {"--native-aws"});
    CHECK_MESSAGE(seen.logged("the other lambda invoke"), seen.log());
    CHECK_MESSAGE(seen.logged("started 1 times"), seen.log());
  }
}

TEST_CASE("run: its record says which built-in aws commands its steps called, and how they ended") {
  RunFixture runs;
  runs.program = RUNNER_BINARY;
  BarePath bare;
  runs.environment["PATH"] = bare.path().string();
  const auto seen = runs.run_steps(
      "      - run: |\n"
      "          aws configure set region eu-west-1\n"
      "          aws configure set aws_secret_access_key very-secret\n"
      "          aws --region us-east-1 s3 ls s3://b || aws lambda invoke || aws s3 sync a b || true\n");
  CHECK(seen.job_results() == "job:success");
  CHECK(read_file(runs.repository().parent_path() / "state/runs/1/aws.jsonl") ==
        "{\"command\":\"configure set\",\"status\":0}\n"
        "{\"command\":\"configure set\",\"status\":0}\n"
        "{\"command\":\"s3 ls\",\"status\":253}\n"
        "{\"command\":\"s3 sync\",\"status\":252}\n");
}

TEST_CASE("plan: the aws command lines of a script are told") {
  RunFixture runs;
  runs.write(".github/workflows/w.yml",
             "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    env: {BUCKET: site}\n    steps:\n"
             "      - run: |\n          npm run build\n          aws s3 sync dist \"s3://$BUCKET\" --delete\n"
             "          aws cloudfront create-invalidation --distribution-id $DIST --paths '/*'\n");
  runs.commit();
  const auto seen = runs.run({"plan"});
  CHECK(contains(seen.out, "sync dist to s3://site, deleting what is not there"));
  CHECK(contains(seen.out, "invalidate /* of distribution $DIST; only the run knows $DIST"));
}
