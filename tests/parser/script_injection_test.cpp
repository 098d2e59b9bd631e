// Which texts of strangers in which scripts are warned of.
#include "parser/lint/script_injection.hpp"

#include <doctest/doctest.h>

#include "parser/model/workflow.hpp"

using namespace runner;

namespace {

std::string told(const std::string& step) {
  const auto result = read_workflow(
      "w.yml", "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - " + step + "\n");
  REQUIRE(result.workflow != nullptr);
  std::string text;
  for (const auto& warning : script_injections(*result.workflow)) {
    CHECK(warning.severity == Severity::warning);
    CHECK(warning.rule == "script-injection");
    text += warning.message.substr(0, warning.message.find(" becomes")) + ";";
  }
  return text;
}

}  // namespace

TEST_CASE("script injection: texts of strangers in scripts") {
  struct Case {
    const char *why, *step, *want;
  };
  for (const auto& c :
       {Case{"a commit's message", "run: echo ${{ github.event.head_commit.message }}",
             "the text of github.event.head_commit.message;"},
        Case{"case and brackets", "run: echo \"${{ GitHub.Event['pull_request'].title }}\"",
             "the text of github.event.pull_request.title;"},
        Case{"the branch of a pull request", "run: git switch ${{ github.head_ref }}",
             "the text of github.head_ref;"},
        Case{"one of many", "run: echo ${{ github.event.commits[0].message }}",
             "the text of github.event.commits.0.message;"},
        Case{"all of many", "run: echo ${{ join(github.event.commits.*.message, ' ') }}",
             "the text of github.event.commits.*.message;"},
        Case{"the whole event", "run: echo '${{ toJSON(github.event) }}'", "the text of github.event;"},
        Case{"a way out with ||", "run: echo ${{ github.head_ref || github.ref_name }}",
             "the text of github.head_ref;"},
        Case{"a script for a server",
             "{uses: appleboy/ssh-action@v1, with: {host: h, script: 'echo ${{ github.head_ref }}'}}",
             "the text of github.head_ref;"},
        Case{"two in one script are one warning",
             "run: echo ${{ github.head_ref }} ${{ github.event.issue.title }}",
             "the text of github.head_ref;"},
        Case{"as a variable it is a text",
             "{run: 'echo \"$M\"', env: {M: '${{ github.event.head_commit.message }}'}}", ""},
        Case{"what is asked about", "run: echo ${{ contains(github.event.head_commit.message, 'x') }}", ""},
        Case{"what is compared", "run: echo ${{ github.head_ref == 'main' }}", ""},
        Case{"what the runner makes",
             "run: echo ${{ github.sha }} ${{ github.event.number }} ${{ github.event.pull_request.number }}",
             ""},
        Case{"an input that no shell reads",
             "{uses: a/b@v1, with: {message: '${{ github.event.head_commit.message }}'}}", ""}}) {
    SUBCASE(c.why) { CHECK(told(c.step) == c.want); }
  }
}

TEST_CASE("script injection: the warning has the place and the way out") {
  const auto result =
      read_workflow("w.yml",
                    "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
                    "      - run: echo ${{ github.event.head_commit.message }}\n"
                    "      - run: |\n          # a script\n          echo ${{ github.sha }} \\\n"
                    "            ${{ 'é' || github.head_ref }}\n");
  const auto found = script_injections(*result.workflow);
  REQUIRE(found.size() == 2);
  CHECK(found[0].pos == Pos{6, 23});
  CHECK(found[1].pos == Pos{10, 24});
  CHECK(found[0].message.find(
            "`env: {MESSAGE: ${{ github.event.head_commit.message }}}`, and \"$MESSAGE\" in the script") !=
        std::string::npos);
}
