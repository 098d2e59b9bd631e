#include "runner/cli/list_json.hpp"

#include "parser/base/json.hpp"
#include "parser/model/workflow.hpp"
#include "runner/cli/diagnostics_view.hpp"
#include "runner/cli/list_view.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

Json input_json(const Input& input) {
  return {{"name", input.name},
          {"description", input.description},
          {"type", input.type},
          {"required", input.required},
          {"default", input.fallback ? Json(input.fallback.text) : Json()},
          {"options", input.options}};
}

Json trigger_json(const Trigger& trigger) {
  Json filters = Json::object(), schedules = Json::array(), inputs = Json::array();
  for (const auto& filter : trigger.filters) filters[filter.key] = values(filter.patterns);
  for (const auto& schedule : trigger.schedules)
    schedules.push_back({{"cron", schedule.cron},
                         {"timezone", schedule.timezone.empty() ? Json() : Json(schedule.timezone)}});
  for (const auto& input : trigger.inputs) inputs.push_back(input_json(input));
  return {{"event", trigger.event},
          {"types", values(trigger.types)},
          {"filters", std::move(filters)},
          {"schedules", std::move(schedules)},
          {"inputs", std::move(inputs)}};
}

// What is written: labels and names that an expression makes stand as they are in the file.
Json listed_job(const Job& job) {
  const auto environment = environment_text(job);
  return {{"id", job.id},
          {"name", job.name.text.empty() ? job.id : job.name.text},
          {"needs", values(job.needs)},
          {"runs_on", runs_on_texts(job)},
          {"environment", environment.empty() ? Json() : Json(environment)},
          {"if", job.condition.text.empty() ? Json() : Json(job.condition.text)},
          {"uses", job.uses ? Json(job.uses->text) : Json()},
          {"matrix", job.strategy.has_value()},
          {"steps", job.steps.size()}};
}

Json workflow_json(const WorkflowFile& file) {
  const auto result = read_workflow(file.path, file.source);
  Json on = Json::array(), jobs = Json::array();
  Json name = "";
  if (result.workflow != nullptr) {
    name = result.workflow->name;
    for (const auto& trigger : result.workflow->on) on.push_back(trigger_json(trigger));
    for (const auto& job : result.workflow->jobs) jobs.push_back(listed_job(job));
  }
  return {{"path", file.path},
          {"name", std::move(name)},
          {"on", std::move(on)},
          {"jobs", std::move(jobs)},
          {"problems", problems_json(result.diagnostics)}};
}

}  // namespace

std::string workflows_json(const std::vector<WorkflowFile>& files) {
  Json workflows = Json::array();
  for (const auto& file : files) workflows.push_back(workflow_json(file));
  return dump_json(Json{{"workflows", std::move(workflows)}}) + "\n";
}

}  // namespace runner
