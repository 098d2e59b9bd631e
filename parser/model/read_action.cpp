#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/model/action.hpp"
#include "parser/model/convert.hpp"
#include "parser/yaml/tree.hpp"

namespace runner {
namespace {

using convert::take;

struct Using {
  std::string_view name;
  ActionKind kind;
  int node;
};
constexpr Using kUsings[] = {{"node20", ActionKind::javascript, 20}, {"node24", ActionKind::javascript, 24},
                             {"node16", ActionKind::javascript, 16}, {"node12", ActionKind::javascript, 12},
                             {"docker", ActionKind::docker, 0},      {"composite", ActionKind::composite, 0}};

// Without one it is always().
Condition condition_of(Template& runs, std::string_view key, const convert::Reading& reading) {
  auto node = take(runs, key);
  if (!node || node.text.empty()) {
    node.kind = Template::Kind::string;
    node.text = "always()";
  }
  return convert::condition(node, Availability::action_post, reading);
}

void read_runs(ActionFile& action, Template runs, const convert::Reading& reading) {
  const auto word = take(runs, "using");
  const auto* found = std::find_if(std::begin(kUsings), std::end(kUsings),
                                   [&](const auto& row) { return equal_ignoring_case(row.name, word.text); });
  if (found == std::end(kUsings)) {
    reading.report.error(word.pos, "action",
                         fmt::format("'using: {}' is not supported, use 'docker', 'composite', 'node12', "
                                     "'node16', 'node20' or 'node24' instead.",
                                     word.text));
    return;
  }
  action.kind = found->kind;
  action.node = found->node;
  const bool has_steps = runs.find("steps") != nullptr, has_main = runs.find("main") != nullptr;
  const auto* missing = action.kind == ActionKind::composite && !has_steps                   ? "steps"
                        : action.kind == ActionKind::javascript && !has_main                 ? "main"
                        : action.kind == ActionKind::docker && runs.find("image") == nullptr ? "image"
                                                                                             : nullptr;
  if (missing != nullptr) {
    reading.report.error(word.pos, "action",
                         fmt::format("an action with 'using: {}' needs '{}'", word.text, missing));
    return;
  }
  action.main = take(runs, "main").text;
  action.pre = take(runs, "pre").text;
  action.post = take(runs, "post").text;
  action.pre_condition = condition_of(runs, "pre-if", reading);
  action.post_condition = condition_of(runs, "post-if", reading);
  action.steps = convert::steps(take(runs, "steps"), reading, Availability::composite_condition);
}

void read_inputs(ActionFile& action, Template inputs) {
  for (auto& [name, input] : inputs.members) {
    action.inputs.push_back({name.text, take(input, "default"), take(input, "deprecationMessage").text});
  }
}

void read_outputs(ActionFile& action, Template outputs) {
  for (auto& [name, output] : outputs.members) action.outputs.push_back({name.text, take(output, "value")});
}

}  // namespace

ActionReadResult read_action(std::string path, const std::string& source) {
  schema::Report report(path);
  auto action = std::make_shared<ActionFile>();
  if (const auto root = yaml::read(source, path, report.diagnostics())) {
    const yaml::Source lines(source);
    auto file = schema::read(*root, schema::kAction, lines, report);
    const convert::Reading reading{lines, report};
    action->name = take(file, "name").text;
    read_inputs(*action, take(file, "inputs"));
    read_outputs(*action, take(file, "outputs"));
    if (auto runs = take(file, "runs")) read_runs(*action, std::move(runs), reading);
  }
  action->path = std::move(path);
  ActionReadResult result;
  if (!report.failed()) result.action = std::move(action);
  result.diagnostics = std::move(report.diagnostics());
  tidy(result.diagnostics);
  return result;
}

}  // namespace runner
