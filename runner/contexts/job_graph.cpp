#include "runner/contexts/job_graph.hpp"

#include <algorithm>
#include <set>

#include "runner/contexts/objects.hpp"

namespace runner {

using expr::Value;

JobGraph::JobGraph(const RunRequest& request, const WorkflowCall& call, std::vector<const Job*> jobs)
    : call_(call), jobs_(std::move(jobs)), contexts_(request, call) {
  for (const auto* job : jobs_) results_[job->id];
}

bool JobGraph::ready(const Job& job) const {
  return std::all_of(job.needs.begin(), job.needs.end(),
                     [&](const auto& need) { return result(need.value).done; });
}

std::vector<std::string> JobGraph::ancestors(const Job& job) const {
  std::set<std::string, IgnoringCase> seen;
  auto open = values(job.needs);
  while (!open.empty()) {
    const auto id = open.back();
    open.pop_back();
    if (!seen.insert(id).second) continue;
    const auto* needed = call_.workflow->job(id);
    for (const auto& need : needed->needs) open.push_back(need.value);
  }
  return {seen.begin(), seen.end()};
}

Value JobGraph::needs_context(const Job& job) const {
  std::vector<NeedRecord> needs;
  for (const auto& id : values(job.needs)) needs.push_back({id, result(id).shown, result(id).outputs});
  return needs_object(needs);
}

JobContexts JobGraph::contexts(const Job& job) const {
  auto contexts = contexts_;
  contexts.needs = needs_context(job);
  return contexts;
}

expr::Scope JobGraph::scope(const Job& job, bool run_cancelled) const {
  auto scope = contexts(job).scope();
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
    for (const auto& output : leg.outputs) {
      std::erase_if(result.outputs,
                    [&](const auto& earlier) { return equal_ignoring_case(earlier.first, output.first); });
      result.outputs.push_back(output);
    }
  }
  return result;
}

}  // namespace runner
