#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "parser/base/number.hpp"
#include "parser/base/text.hpp"
#include "parser/model/convert.hpp"
#include "parser/model/workflow.hpp"
#include "parser/yaml/place.hpp"
#include "parser/yaml/tree.hpp"

namespace runner {
namespace convert {

Template take(Template& mapping, std::string_view key) {
  for (auto& [name, value] : mapping.members) {
    if (name.kind == Template::Kind::string && equal_ignoring_case(name.text, key)) return std::move(value);
  }
  return {};
}

Text text_of(Template node) { return {std::move(node.text), node.pos}; }

// https://github.com/actions/runner/blob/main/src/Sdk/WorkflowParser/Conversion/WorkflowTemplateConverter.cs
Template take_whole(Template& mapping, std::string_view key, std::string_view zero, const Reading& reading) {
  auto node = take(mapping, key);
  const auto whole = std::trunc(node.number);
  if (node.kind != Template::Kind::number || !std::isfinite(whole) || whole == node.number) return node;
  reading.report.warning(node.pos, "syntax-check",
                         fmt::format("The fraction of '{}' is cut off: {} counts as {}{}", key, node.text,
                                     format_number(whole), whole == 0 ? zero : ""));
  return node;
}

Condition condition(const Template& node, Availability scope, const Reading& reading) {
  Condition result{.text = node.text, .pos = node.pos, .expression = nullptr};
  bool suspicious = false;
  try {
    result.expression = expr::parse_condition(node.text, allowed(scope), &suspicious);
  } catch (const expr::ParseError& error) {
    const auto pos = yaml::place_in_scalar(reading.source, node.pos, node.text, error.at());
    reading.report.error(pos, "expression", error.what());
  }
  if (suspicious) {
    reading.report.warning(
        node.pos, "if-cond",
        "The condition is always true, because text stands around ${{ }}; put all of it inside");
  }
  return result;
}

std::optional<Concurrency> concurrency(Template node, const Reading& reading) {
  constexpr size_t kMostGroup = 400;
  if (!node) return std::nullopt;
  Concurrency result{.group = {}, .cancel_in_progress = {}, .queue = "single", .pos = node.pos};
  if (node.kind == Template::Kind::mapping) {
    result.cancel_in_progress = take(node, "cancel-in-progress");
    if (auto queue = take(node, "queue")) result.queue = queue.text;
    result.group = take(node, "group");
  } else {
    result.group = std::move(node);
  }
  const auto& group = result.group;
  if (group.kind == Template::Kind::string && group.text.empty()) {
    reading.report.error(group.pos, "concurrency", "Concurrency group name cannot be empty");
  }
  if (group.kind == Template::Kind::string && group.text.size() > kMostGroup) {
    reading.report.error(
        group.pos, "concurrency",
        fmt::format("The name of the concurrency group has {} characters; at most {} are allowed",
                    group.text.size(), kMostGroup));
  }
  if (result.queue == "max" && result.cancel_in_progress.boolean) {
    reading.report.error(result.cancel_in_progress.pos, "concurrency",
                         "'queue: max' cannot be combined with 'cancel-in-progress: true'");
  }
  return result;
}

RunDefaults defaults(Template node) {
  RunDefaults result;
  auto run = take(node, "run");
  if (run.kind == Template::Kind::expression) {
    result.computed = std::move(run);
    return result;
  }
  result.working_directory = take(run, "working-directory");
  result.shell_template = take(run, "shell");
  if (result.shell_template.kind == Template::Kind::string) result.shell = result.shell_template.text;
  return result;
}

}  // namespace convert

namespace {

std::shared_ptr<Workflow> convert_workflow(Template file, const convert::Reading& reading) {
  auto workflow = std::make_shared<Workflow>();
  workflow->name = convert::take(file, "name").text;
  workflow->run_name = convert::take(file, "run-name");
  workflow->on = convert::triggers(convert::take(file, "on"), reading);
  workflow->env = convert::take(file, "env");
  workflow->defaults = convert::defaults(convert::take(file, "defaults"));
  workflow->permissions = convert::take(file, "permissions");
  workflow->concurrency = convert::concurrency(convert::take(file, "concurrency"), reading);
  auto jobs = convert::take(file, "jobs");
  const auto jobs_pos = jobs.pos;
  workflow->jobs = convert::jobs(std::move(jobs), reading);
  if (!reading.report.failed()) convert::check(*workflow, jobs_pos, reading);
  return workflow;
}

}  // namespace

std::vector<std::string> values(const std::vector<Text>& texts) {
  std::vector<std::string> result;
  result.reserve(texts.size());
  for (const auto& text : texts) result.push_back(text.value);
  return result;
}

const Job* Workflow::job(std::string_view id) const {
  const auto found =
      std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) { return equal_ignoring_case(job.id, id); });
  return found == jobs.end() ? nullptr : &*found;
}

const Trigger* Workflow::trigger(std::string_view event) const {
  const auto found = std::find_if(on.begin(), on.end(), [&](const Trigger& t) { return t.event == event; });
  return found == on.end() ? nullptr : &*found;
}

const Filter* Trigger::filter(std::string_view key) const {
  const auto found =
      std::find_if(filters.begin(), filters.end(), [&](const Filter& f) { return f.key == key; });
  return found == filters.end() ? nullptr : &*found;
}

ReadResult read_workflow(std::string path, std::string source) {
  schema::Report report(path);
  std::shared_ptr<Workflow> workflow;
  if (const auto root = yaml::read(source, path, report.diagnostics())) {
    const yaml::Source lines(source);
    auto file = schema::read(*root, schema::kWorkflow, lines, report);
    workflow = convert_workflow(std::move(file), {lines, report});
  }
  ReadResult result{.workflow = nullptr, .diagnostics = {}};
  if (!report.failed()) {
    workflow->path = std::move(path);
    workflow->source = std::move(source);
    result.workflow = std::move(workflow);
  }
  result.diagnostics = std::move(report.diagnostics());
  tidy(result.diagnostics);
  return result;
}

}  // namespace runner
