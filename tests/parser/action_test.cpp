// action.yml: what it becomes, and what is refused (workflow-syntax.md section 13).
#include "parser/model/action.hpp"

#include <doctest/doctest.h>

using namespace runner;

namespace {

std::string errors_of(const std::string& source) {
  std::string text;
  for (const auto& found : read_action("action.yml", source).diagnostics) {
    text += (text.empty() ? "" : "\n") + std::to_string(found.pos.line) + ":" +
            std::to_string(found.pos.column) + " " + found.message;
  }
  return text;
}

}  // namespace

TEST_CASE("action: a composite action's inputs, outputs and steps") {
  const auto read =
      read_action("a/action.yml",
                  "name: Greet\n"
                  "description: says hello\n"
                  "author: somebody\n"
                  "branding: {icon: heart, color: red, more: [[{deep: [1]}]]}\n"
                  "inputs:\n"
                  "  who: {description: whom, required: true, default: \"${{ github.actor }}\"}\n"
                  "  loud: {type: boolean, default: true}\n"
                  "  old: {deprecationMessage: use who}\n"
                  "  bare:\n"
                  "outputs:\n"
                  "  text: {description: what, value: \"${{ steps.say.outputs.text }}\"}\n"
                  "runs:\n"
                  "  using: Composite\n"
                  "  steps:\n"
                  "    - {id: say, shell: \"${{ inputs.shell }}\", run: echo}\n"
                  "    - {uses: actions/checkout@v4, if: \"failure() && inputs.loud\"}\n");
  REQUIRE(read.diagnostics.empty());
  const auto& action = *read.action;
  CHECK(action.kind == ActionKind::composite);
  CHECK(action.name == "Greet");
  REQUIRE(action.inputs.size() == 4);
  CHECK(action.inputs[0].name == "who");
  CHECK(action.inputs[0].fallback.has_expressions());
  CHECK(action.inputs[1].fallback.text == "true");
  CHECK(action.inputs[2].deprecation == "use who");
  CHECK(action.inputs[3].fallback.text == "");
  REQUIRE(action.outputs.size() == 1);
  CHECK(action.outputs[0].value.has_expressions());
  REQUIRE(action.steps.size() == 2);
  CHECK(action.steps[0].id.value == "say");
  CHECK(action.steps[0].computed_shell.has_expressions());
  CHECK(action.steps[1].uses->action() == "actions/checkout");
}

TEST_CASE("action: a JavaScript action's scripts and conditions") {
  const auto read = read_action(
      "action.yml", "runs: {using: node20, main: dist/main.js, post: dist/post.js, post-if: failure()}\n");
  REQUIRE(read.diagnostics.empty());
  CHECK(read.action->kind == ActionKind::javascript);
  CHECK(read.action->node == 20);
  CHECK(read.action->main == "dist/main.js");
  CHECK(read.action->post == "dist/post.js");
  CHECK(expr::calls(*read.action->post_condition.expression, {"failure"}));
  CHECK(expr::calls(*read.action->pre_condition.expression, {"always"}));
}

TEST_CASE("action: what is refused, and where") {
  struct Case {
    const char* why;
    const char* source;
    const char* want;
  };
  for (const auto& c : {
           Case{"no runs", "name: x\n", "1:1 Required property is missing: runs"},
           Case{"a step without a shell", "runs:\n  using: composite\n  steps:\n    - run: echo\n",
                "4:7 Required property is missing: shell"},
           Case{"another runtime", "runs: {using: node99, main: a.js}\n",
                "1:15 'using: node99' is not supported, use 'docker', 'composite', 'node12', 'node16', "
                "'node20' "
                "or 'node24' instead."},
           Case{"steps of a script", "runs: {using: node20, steps: []}\n",
                "1:15 an action with 'using: node20' needs 'main'"},
           Case{"secrets in a composite action",
                "runs:\n  using: composite\n  steps:\n    - {shell: bash, run: \"${{ secrets.A }}\"}\n",
                "4:31 Unrecognized named-value: 'secrets'. Located at position 1 within expression: "
                "secrets.A"},
           Case{"inputs in a default",
                "inputs: {a: {default: \"${{ inputs.b }}\"}}\nruns: {using: node20, main: a}\n",
                "1:28 Unrecognized named-value: 'inputs'. Located at position 1 within expression: inputs.b"},
           Case{"a timeout of a composite's step",
                "runs:\n  using: composite\n  steps:\n    - {shell: bash, run: a, timeout-minutes: 1}\n",
                "4:29 Unknown key 'timeout-minutes'"},
       }) {
    CAPTURE(c.why);
    const auto found = errors_of(c.source);
    CAPTURE(found);
    CHECK(found.starts_with(c.want));
    CHECK(read_action("action.yml", c.source).action == nullptr);
  }
}
