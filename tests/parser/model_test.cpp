#include <string>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/expr/json.hpp"
#include "parser/model/template.hpp"
#include "parser/model/workflow.hpp"

using namespace runner;

namespace {

// Reads a workflow that is expected to be right.
std::shared_ptr<const Workflow> good(const std::string& text) {
  const auto result = read_workflow("f.yml", text);
  for (const auto& d : result.diagnostics) FAIL(render(d, text));
  REQUIRE(result.workflow);
  return result.workflow;
}

// A workflow of one job with these lines below `jobs: a:`, indented by four.
std::shared_ptr<const Workflow> job(const std::string& lines) {
  return good("on: push\njobs:\n  a:\n    runs-on: x\n" + lines);
}

// "value@line:column" of each.
std::string shown(const std::vector<Text>& texts) {
  std::string all;
  for (const auto& [value, pos] : texts)
    all += fmt::format("{}{}@{}:{}", all.empty() ? "" : " ", value, pos.line, pos.column);
  return all;
}

expr::Scope scope_of(const char* json) {
  expr::Scope scope;
  scope.contexts = *expr::from_json(json).object();
  return scope;
}

}  // namespace

TEST_CASE("model: a workflow becomes values") {
  const auto workflow = good(R"(name: Deploy
run-name: by ${{ github.actor }}
on:
  push: {branches: [main, 'releases/**'], tags-ignore: x}
  workflow_dispatch:
    inputs:
      target: {type: choice, options: [blue, green], default: blue, required: true, description: where}
  schedule: [{cron: '5 4 * * *', timezone: Europe/Berlin}]
  release: {types: published}
concurrency: {group: deploy, cancel-in-progress: true}
defaults: {run: {shell: bash, working-directory: app}}
jobs:
  Build:
    runs-on: [self-hosted, linux]
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@v4
  deploy:
    needs: bUILD
    environment: {name: production, url: 'https://x'}
    runs-on: {group: big}
    container: alpine:3
    steps:
      - run: ls
        shell: sh
        env: {V: 1.10, N: null, T: true}
)");
  CHECK(workflow->name == "Deploy");
  CHECK(workflow->run_name.kind == Template::Kind::expression);
  REQUIRE(workflow->on.size() == 4);
  REQUIRE(workflow->trigger("push") != nullptr);
  CHECK(workflow->trigger("push")->pos == Pos{4, 3});
  CHECK(shown(workflow->trigger("push")->filter("branches")->patterns) == "main@4:21 releases/**@4:27");
  CHECK(shown(workflow->trigger("push")->filter("tags-ignore")->patterns) == "x@4:56");
  CHECK(shown(workflow->trigger("release")->types) == "published@9:20");
  CHECK(workflow->trigger("push")->filter("tags") == nullptr);
  const auto& input = workflow->trigger("workflow_dispatch")->inputs.at(0);
  CHECK(
      (input.name == "target" && input.type == "choice" && input.required && input.fallback.text == "blue"));
  CHECK(input.options == std::vector<std::string>{"blue", "green"});
  CHECK(workflow->trigger("schedule")->schedules.at(0).timezone == "Europe/Berlin");
  CHECK(workflow->concurrency->cancel_in_progress.boolean);
  CHECK(workflow->defaults.shell == "bash");
  CHECK(workflow->defaults.working_directory.text == "app");
  REQUIRE(workflow->job("DEPLOY") != nullptr);
  const auto& deploy = *workflow->job("DEPLOY");
  CHECK(shown(deploy.needs) == "Build@19:12");
  CHECK(shown({deploy.steps.at(0).shell}) == "sh@25:16");
  CHECK(deploy.environment.find("name")->text == "production");
  CHECK(deploy.container.text == "alpine:3");
  CHECK(workflow->job("build")->timeout_minutes.number == 15);
  const StringPairs env{{"V", "1.1"}, {"N", ""}, {"T", "true"}};
  CHECK(evaluate_string_map(deploy.steps.at(0).env, {}) == env);
}

TEST_CASE("model: ids of steps") {
  const auto workflow = job(R"(    steps:
      - run: a
      - uses: Actions/Checkout@v4
      - run: b
        id: mine
      - run: c
      - uses: ./tools/x
      - uses: docker://alpine:3.18
      - uses: $/tools/y
      - uses: actions/checkout@v3
      - parallel:
          - run: d
          - run: e
      - wait: mine
)");
  std::string ids;
  for (const auto& step : workflow->jobs[0].steps) ids += step.id.value + (step.own_id ? "! " : " ");
  CHECK(ids ==
        "__run __Actions_Checkout mine! __run_2 __self __alpine_3_18 __selfRepository __actions_checkout_2 "
        "__parallel __wait ");
  CHECK(workflow->jobs[0].steps[8].steps[1].id.value == "__run_4");
  CHECK(shown(workflow->jobs[0].steps[9].targets) == "mine@18:15");
  CHECK(shown({workflow->jobs[0].steps[2].id}) == "mine@9:13");
  CHECK(workflow->jobs[0].steps[0].id.pos == Pos{});  // nobody wrote it
}

TEST_CASE("model: uses in parts, with the comment of its line") {
  struct Case {
    const char *line, *action, *ref, *comment;
    bool local, docker;
  };
  for (const auto& c : {
           Case{"actions/Checkout@v4", "actions/checkout", "v4", "", false, false},
           Case{"a/b/sub/dir@main", "a/b/sub/dir", "main", "", false, false},
           Case{"a/b@0123abc # v4.2.2", "a/b", "0123abc", "v4.2.2", false, false},
           Case{"\"a/b@v1\"   #  tag=v1 ", "a/b", "v1", "tag=v1", false, false},
           Case{"a/b@v1#x", "a/b", "v1#x", "", false, false},
           Case{"a/b@feature/x", "a/b", "feature/x", "", false, false},
           Case{"./x # y", "", "", "y", true, false},
           Case{"docker://ghcr.io/a/b:1", "", "", "", false, true},
       }) {
    CAPTURE(c.line);
    const auto workflow = job(fmt::format("    steps:\n      - uses: {}\n", c.line));
    const auto& uses = *workflow->jobs[0].steps[0].uses;
    CHECK(uses.action() == c.action);
    CHECK(uses.ref == c.ref);
    CHECK(uses.comment == c.comment);
    CHECK(uses.local() == c.local);
    CHECK(uses.docker() == c.docker);
  }
}

TEST_CASE("model: conditions are kept as written and wrapped") {
  struct Case {
    const char *line, *text;
    bool want;
  };
  for (const auto& c : {
           Case{"", "", true},
           Case{"        if:\n", "", true},
           Case{"        if: false\n", "false", false},
           Case{"        if: github.ref == 'x'\n", "github.ref == 'x'", true},
           Case{"        if: ${{ github.ref != 'x' }}\n", "${{ github.ref != 'x' }}", false},
           Case{"        if: always()\n", "always()", true},
       }) {
    CAPTURE(c.line);
    const auto workflow = job(std::string("    steps:\n      - run: ls\n") + c.line);
    const auto& condition = workflow->jobs[0].steps[0].condition;
    CHECK(condition.text == c.text);
    REQUIRE(condition.expression);
    auto scope = scope_of(R"({"github": {"ref": "x"}})");
    scope.call = [](std::string_view, const std::vector<expr::Value>&) { return expr::Value(true); };
    CHECK(expr::evaluate(*condition.expression, scope).truthy() == c.want);
  }
}

TEST_CASE("model: templates are evaluated by the wanted type") {
  const auto workflow = job(R"(    strategy:
      matrix:
        a: ["${{ fromJSON('[1, 2]') }}", 3, x]
        b: ${{ fromJSON(inputs.list) }}
        ${{ insert }}: {c: [4]}
        ${{ format('d{0}', 1) }}: [5]
    env: ${{ fromJSON('{"K":1,"L":null}') }}
    continue-on-error: ${{ inputs.yes }}
    timeout-minutes: ${{ inputs.text }}
    name: ${{ inputs.object }}
)");
  const auto& a = workflow->jobs[0];
  const auto scope = scope_of(R"({"inputs": {"list": "[7]", "yes": true, "text": "5", "object": {}}})");
  CHECK(expr::to_json_line(evaluate(a.strategy->matrix, scope)) ==
        R"({"a":[1,2,3,"x"],"b":[7],"c":[4],"d1":[5]})");
  CHECK(evaluate_string_map(a.env, scope) == StringPairs{{"K", "1"}, {"L", ""}});
  CHECK(evaluate_boolean(a.continue_on_error, scope, false));
  CHECK(evaluate_boolean({}, scope, true));
  CHECK(evaluate_number({}, scope, 360) == 360);
  CHECK(evaluate_strings(a.runs_on, scope) == std::vector<std::string>{"x"});
  CHECK_THROWS_WITH(evaluate_number(a.timeout_minutes, scope, 360),
                    "Unexpected value '5'; expected a number (fromJSON makes one of a string)");
  CHECK_THROWS_WITH(evaluate_string(a.name, scope), "A mapping was not expected; expected a string");
  CHECK_THROWS_WITH(evaluate(a.strategy->matrix, scope_of(R"({"inputs": {"list": "["}})")),
                    doctest::Contains("Error parsing fromJson"));
}

TEST_CASE("model: an evaluation that fails names its place") {
  const auto workflow = job("    env:\n      A: ${{ fromJSON(inputs.x) }}\n      a1: b\n");
  try {
    evaluate_string_map(workflow->jobs[0].env, scope_of(R"({"inputs": {"x": "{"}})"));
    FAIL("no error");
  } catch (const TemplateError& error) {
    CHECK(error.pos == Pos{6, 10});
  }
}

TEST_CASE("model: inserted pairs may not repeat a key") {
  const auto workflow = job("    env:\n      A: x\n      ${{ insert }}: ${{ fromJSON('{\"a\":1}') }}\n");
  CHECK_THROWS_WITH(evaluate_string_map(workflow->jobs[0].env, {}), "'a' is already defined");
}

TEST_CASE("model: every expression is visited") {
  const auto workflow =
      job("    env:\n      A: ${{ github.ref }}\n      B: x\n      ${{ github.sha }}: ${{ github.job }}\n");
  std::string seen;
  for_each_expression(workflow->jobs[0].env, [&](const Template& node) { seen += node.text + " "; });
  CHECK(seen == "${{ github.ref }} ${{ github.sha }} ${{ github.job }} ");
  CHECK(workflow->jobs[0].env.has_expressions());
  CHECK_FALSE(workflow->jobs[0].runs_on.has_expressions());
}

TEST_CASE("model: a text with expressions keeps its pieces, a key too") {
  const auto workflow = job("    name: a ${{ github.ref }}\n    env:\n      K_${{ github.job }}: x\n");
  const auto written = [](const Template& node) {
    std::string all;
    for (const auto& piece : node.pieces)
      all += fmt::format("{}{};", piece.expression ? "=" : "", node.text.substr(piece.at, piece.size));
    return all;
  };
  CHECK(written(workflow->jobs[0].name) == "a ;=${{ github.ref }};");
  CHECK(written(workflow->jobs[0].env.members[0].first) == "K_;=${{ github.job }};");
  CHECK(written(workflow->jobs[0].env.members[0].second).empty());
}

TEST_CASE("model: a string literal alone is plain text, even where no expression may stand") {
  const auto workflow = good("on: push\nname: ${{ 'a''b' }}\njobs: {a: {runs-on: x}}\n");
  CHECK(workflow->name == "a'b");
}

TEST_CASE("model: aliases of whole jobs and steps") {
  const auto workflow = good(R"(on: push
jobs:
  a: &a
    runs-on: x
    steps: &steps
      - &checkout {uses: actions/checkout@v4}
      - run: ls
  b: *a
  c:
    runs-on: y
    steps: [*checkout, {run: pwd}]
)");
  CHECK(workflow->jobs[1].steps.size() == 2);
  CHECK(workflow->jobs[2].steps[0].uses->action() == "actions/checkout");
}

TEST_CASE("model: a hostile file does not cost more than a hundred messages") {
  std::string text = "on: push\n";
  for (int i = 0; i < 5000; ++i) text += fmt::format("key{}: x\n", i);
  CHECK(read_workflow("f.yml", text).diagnostics.size() == 100);
}
