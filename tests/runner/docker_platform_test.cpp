// --docker-platform: what images are built for where a step names no platform.
#include <doctest/doctest.h>

#include "tests/support/cli_fixture.hpp"

namespace runner {
namespace {

constexpr std::string_view kBuilds =
    "on: push\n"
    "jobs:\n"
    "  image:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - uses: docker/build-push-action@v6\n"
    "        with: {context: ., tags: 'web:1'}\n"
    "      - uses: docker/build-push-action@v6\n"
    "        with: {context: ., tags: 'web:2', platforms: linux/s390x}\n";

bool says(const test::CliResult& result, const std::string& text) {
  return (result.out + result.err).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("docker platform: of every build that names none") {
  test::CliFixture cli;
  cli.workflow("build.yml", kBuilds);
  cli.commit();
  SUBCASE("given") {
    const auto plan = cli.run({"plan", "build.yml", "--docker-platform", "linux/arm64"});
    CHECK(plan.status == 0);
    CHECK(says(plan, "build . for linux/arm64 → web:1"));
    CHECK(says(plan, "build . for linux/s390x → web:2"));
  }
  SUBCASE("from .runnerrc") {
    cli.write(".runnerrc", "docker-platform linux/arm64\n");
    CHECK(says(cli.run({"plan", "build.yml"}), "build . for linux/arm64 → web:1"));
  }
  SUBCASE("not given") { CHECK(says(cli.run({"plan", "build.yml"}), "build . → web:1")); }
  SUBCASE("not a platform") {
    const auto plan = cli.run({"plan", "build.yml", "--docker-platform", "arm64"});
    CHECK(plan.status == 2);
    CHECK(says(plan, "--docker-platform: found \"arm64\", expected one platform as linux/amd64"));
  }
}

}  // namespace runner
