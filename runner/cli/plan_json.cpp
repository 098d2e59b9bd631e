#include <algorithm>
#include <ostream>

#include "parser/base/json.hpp"
#include "parser/expr/json.hpp"
#include "runner/cli/diagnostics_view.hpp"
#include "runner/cli/plan_view.hpp"
#include "runner/contexts/job_contexts.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

// Text by text, before it is JSON: a mask over the whole could hide a quote or a comma of ours.
void mask_texts(Json& json, const Masker& masker) {
  if (json.is_string()) {
    json = masker.mask(json.get_ref<const std::string&>());
  } else if (json.is_structured()) {
    for (auto& member : json) mask_texts(member, masker);
  }
}

Json matrix_json(const expr::Value& value) {
  return value.is_null() ? Json::object() : Json::parse(expr::to_json_line(value));
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json step_json(const PlannedStep& planned) {
  const auto& step = *planned.step;
  return {{"number", planned.number},
          {"id", step.own_id ? Json(step.id.value) : Json()},
          {"name", planned.name},
          {"kind", planned.kind},
          {"uses", step.uses ? Json(step.uses->text) : Json()},
          {"status", to_string(planned.status)},
          {"effects", planned.effects}};
}

// A job that calls a workflow has no steps of its own: the call stands for them.
Json call_json(const PlannedJob& planned) {
  const auto& uses = planned.order.job->uses->text;
  return {{"number", 1},
          {"id", Json()},
          {"name", uses},
          {"kind", "reusable"},
          {"uses", uses},
          {"status", to_string(planned.status)},
          {"effects", Json::array()}};
}

Json job_json(const PlannedJob& planned) {
  const auto& job = *planned.order.job;
  Json steps = Json::array();
  for (const auto& step : planned.steps) steps.push_back(step_json(step));
  if (job.uses) steps.push_back(call_json(planned));
  return {{"id", job.id},
          {"name", planned.order.info.name},
          {"needs", values(job.needs)},
          {"runs_on", planned.runs_on},
          {"executor", "host"},
          {"environment", text_or_null(planned.environment)},
          {"matrix", matrix_json(planned.order.matrix)},
          {"status", to_string(planned.status)},
          {"if", text_or_null(job.condition.text)},
          {"steps", std::move(steps)}};
}

// Names only, of those that the planned jobs read.
Json names_json(const std::set<std::string, IgnoringCase>& read, const std::vector<UnsetValue>& missing) {
  Json set = Json::array(), unset = Json::array();
  for (const auto& name : read) {
    const bool is_missing = std::any_of(missing.begin(), missing.end(), [&](const auto& value) {
      return equal_ignoring_case(value.name, name);
    });
    (is_missing ? unset : set).push_back(name);
  }
  return {{"set", std::move(set)}, {"unset", std::move(unset)}};
}

Json values_json(const std::vector<ValueSource>& sources) {
  Json files = Json::array();
  for (const auto& source : sources) {
    Json names = Json::array();
    for (const auto& [name, value] : source.values) names.push_back(name);
    files.push_back({{"file", source.file.string()}, {"names", std::move(names)}});
  }
  return files;
}

Json defaults_json(const std::vector<DefaultLine>& lines) {
  Json all = Json::array();
  for (const auto& line : lines) all.push_back({{"place", line.place}, {"text", line.text}});
  return all;
}

}  // namespace

void write_plan_json(const Plan& plan, const Verdict& verdict, const RunRequest& request,
                     const PlanSources& sources, const Masker& masker, std::ostream& out) {
  Json jobs = Json::array();
  for (const auto& job : plan.jobs) jobs.push_back(job_json(job));
  Json json{{"workflow",
             {{"path", request.call.path},
              {"name", workflow_title(*request.call.workflow)},
              {"run_name", run_name(request)}}},
            {"repository", request.event.repository},
            {"number", request.run_number},
            {"event", request.event.name},
            {"ref", request.event.ref},
            {"sha", request.event.sha},
            {"actor", request.event.actor},
            {"triggered", verdict.runs},
            {"reason", text_or_null(verdict.reason)},
            {"secrets", names_json(plan.secrets, plan.unset_secrets)},
            {"variables", names_json(plan.variables, plan.unset_variables)},
            {"jobs", std::move(jobs)},
            {"problems", problems_json(plan.problems)},
            {"values", values_json(sources.values)},
            {"defaults", defaults_json(sources.defaults)},
            {"uncommitted", sources.uncommitted.files}};
  mask_texts(json, masker);
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace runner
