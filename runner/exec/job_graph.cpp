#include "runner/exec/job_graph.hpp"

#include <algorithm>
#include <set>

#include "runner/exec/job_state.hpp"

namespace runner {

using expr::Value;

JobGraph::JobGraph(const RunRequest& request, std::vector<const Job*> jobs)
    : request_(request),
      jobs_(std::move(jobs)),
      github_(run_github_context(request)),
      vars_(to_object(request.variables.common)) {
  for (const auto* job : jobs_) results_[job->id];
}

bool JobGraph::ready(const Job& job) const {
  return std::all_of(job.needs.begin(), job.needs.end(), [&](const auto& id) { return result(id).done; });
}

std::vector<std::string> JobGraph::ancestors(const Job& job) const {
  std::set<std::string, IgnoringCase> seen;
  std::vector<std::string> open = job.needs;
  while (!open.empty()) {
    const auto id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const auto* needed = request_.workflow->job(id);
    open.insert(open.end(), needed->needs.begin(), needed->needs.end());
  }
  return {seen.begin(), seen.end()};
}

Value JobGraph::needs_context(const Job& job) const {
  Value::Object needs;
  for (const auto& id : job.needs) {
    Value::Object outputs;
    for (const auto& [name, value] : result(id).outputs) outputs.emplace_back(name, value);
    needs.emplace_back(id, Value::Object{{"result", std::string(to_string(result(id).shown))},
                                         {"outputs", std::move(outputs)}});
  }
  return needs;
}

expr::Scope JobGraph::scope(const Job& job, bool run_cancelled) const {
  expr::Scope scope;
  scope.contexts = {
      {"github", github_}, {"inputs", request_.event.inputs}, {"vars", vars_}, {"needs", needs_context(job)}};
  scope.call = [this, run_cancelled, all = ancestors(job)](std::string_view name,
                                                           const std::vector<Value>& arguments) -> Value {
    if (equal_ignoring_case(name, "always")) return true;
    if (equal_ignoring_case(name, "cancelled")) return run_cancelled;
    std::vector<std::string> asked = all;
    if (!arguments.empty()) {  // success('a', 'b'): of these only
      asked.clear();
      for (const auto& argument : arguments) asked.push_back(argument.to_string());
    }
    const auto is = [&](Outcome outcome) {
      return [this, outcome](const std::string& id) {
        const auto at = results_.find(id);
        return at != results_.end() && at->second.shown == outcome;
      };
    };
    if (equal_ignoring_case(name, "failure"))
      return std::any_of(asked.begin(), asked.end(), is(Outcome::failure));
    return !run_cancelled && std::all_of(asked.begin(), asked.end(), is(Outcome::success));
  };
  return scope;
}

Outcome JobGraph::conclusion(bool run_cancelled) const {
  const auto any = [&](auto test) {
    return std::any_of(results_.begin(), results_.end(),
                       [&](const auto& entry) { return test(entry.second); });
  };
  if (any([](const JobResult& result) { return result.failed; })) return Outcome::failure;
  if (run_cancelled || any([](const JobResult& result) { return result.shown == Outcome::cancelled; })) {
    return Outcome::cancelled;
  }
  return Outcome::success;
}

JobResult merged(const std::vector<JobEnd>& legs) {
  JobResult result{.done = true, .outputs = {}};
  const auto any = [&](Outcome outcome) {
    return std::any_of(legs.begin(), legs.end(),
                       [&](const JobEnd& leg) { return leg.conclusion == outcome && !leg.tolerated; });
  };
  result.failed = any(Outcome::failure);
  if (result.failed)
    result.shown = Outcome::failure;
  else if (any(Outcome::cancelled))
    result.shown = Outcome::cancelled;
  else if (!legs.empty() && std::all_of(legs.begin(), legs.end(), [](const JobEnd& leg) {
             return leg.conclusion == Outcome::skipped;
           })) {
    result.shown = Outcome::skipped;
  }
  for (const auto& leg : legs) {
    for (const auto& [name, value] : leg.outputs) {
      std::erase_if(result.outputs,
                    [&](const auto& output) { return equal_ignoring_case(output.first, name); });
      result.outputs.emplace_back(name, value);
    }
  }
  return result;
}

}  // namespace runner
