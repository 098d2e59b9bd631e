#include <doctest/doctest.h>

#include "tests/support/run_fixture.hpp"

namespace runner::test {
namespace {

TEST_CASE("run: a cache is saved after a job that succeeded, and there in the next run") {
  RunFixture runs;
  const std::string steps =
      "      - uses: actions/cache@v4\n        id: c\n        with:\n          path: |\n            deps\n   "
      "         ~/.tool\n"
      "          key: k-${{ runner.os }}\n"
      "      - run: echo \"hit=${{ steps.c.outputs.cache-hit }} $(cat deps/a ~/.tool/b 2>/dev/null | tr "
      "'\\n' ' ')\"\n"
      "      - run: mkdir -p deps ~/.tool && echo one >deps/a && echo two >~/.tool/b\n";
  auto seen = runs.run_steps(steps + "      - run: exit 1\n");
  CHECK(seen.conclusion == "failure");
  seen = runs.run_steps(steps);
  CHECK(seen.conclusion == "success");
  CHECK(seen.logged("hit= "));  // the failed job saved nothing
  seen = runs.run_steps(steps);
  CHECK(seen.logged("hit=true one two "));
  CHECK(seen.log().find("Cache hit occurred on the primary key k-Linux, not saving cache.") !=
        std::string::npos);
}

TEST_CASE("run: the Python of setup-python answers to python in later steps") {
  RunFixture runs;
  const auto seen = runs.run_steps(
      "      - uses: actions/setup-python@v5\n        id: p\n        with: {python-version: 3.x}\n"
      "      - run: test \"$(python -c 'import platform; print(platform.python_version())')\" = \"${{ "
      "steps.p.outputs.python-version }}\" && python3 -c 'import sys; print(\"at\", sys.prefix)'\n"
      "      - run: echo \"at $pythonLocation\"\n");
  CHECK(seen.conclusion == "success");
  const auto log = seen.log();
  CHECK(log.find("at /") != log.rfind("at /"));
}

TEST_CASE("run: a version that is not on this machine refuses the workflow before its first step") {
  RunFixture runs;
  const auto seen = runs.run_steps(
      "      - run: echo began\n      - uses: actions/setup-node@v4\n        with: {node-version: 4.0.1}\n");
  CHECK(seen.status == 2);
  CHECK(contains(seen.err, "Node.js 4.0.1 is not on this machine."));
  CHECK(contains(seen.err, "Get it with: "));
  CHECK_FALSE(seen.logged("began"));
}

}  // namespace
}  // namespace runner::test
