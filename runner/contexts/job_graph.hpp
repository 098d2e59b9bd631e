// runner/contexts/job_graph.hpp -- results of jobs and what they mean for the others: conditions, the `needs`
// context (execution.md 1.2). Pure; the scheduler feeds it.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "runner/contexts/job_contexts.hpp"
#include "runner/order/request.hpp"
#include "runner/report/reporter.hpp"

namespace runner {

struct JobResult {  // of a key under `jobs:`, all its legs together
  bool done = false;
  Outcome shown = Outcome::success;  // what `needs` and status functions see: a tolerated failure is success
  bool failed = false;               // really failed, and not tolerated
  std::vector<std::pair<std::string, std::string>> outputs;
};

class JobGraph {
 public:
  JobGraph(const RunRequest& request, const WorkflowCall& call, std::vector<const Job*> jobs);

  const std::vector<const Job*>& jobs() const { return jobs_; }
  JobResult& result(const std::string& id) { return results_.at(id); }
  const JobResult& result(const std::string& id) const { return results_.at(id); }
  bool ready(const Job& job) const;  // all its needs are done

  JobContexts contexts(const Job& job) const;  // with its needs
  // github, inputs, vars, needs; status functions over all ancestors.
  expr::Scope scope(const Job& job, bool run_cancelled) const;
  expr::Value needs_context(const Job& job) const;
  Outcome conclusion(bool run_cancelled) const;  // of the whole run

 private:
  std::vector<std::string> ancestors(const Job& job) const;
  const WorkflowCall& call_;
  std::vector<const Job*> jobs_;
  std::map<std::string, JobResult, IgnoringCase> results_;
  JobContexts contexts_;
};

// The result of a job with several legs (execution.md 1.2, point 7).
JobResult merged(const std::vector<JobEnd>& legs_in_order_of_end);

}  // namespace runner
