// runner/order/legs.hpp -- the legs of a job: its matrix expanded, each with its name and contexts. Used
// by the plan (what can be known before) and by the scheduler (when the needs are done).
#pragma once
#include <string>
#include <vector>

#include "parser/matrix.hpp"
#include "runner/order/job_order.hpp"
#include "runner/order/request.hpp"

namespace runner {

// `name:` as it is written, the id when there is none or it has to be evaluated.
const std::string& plain_job_name(const Job& job);

struct JobLegs {
  std::vector<JobOrder> orders;  // index and needs are the caller's to fill
  bool fail_fast = true;
  size_t max_parallel = 0;  // 0: no limit
};

// `scope` has github, inputs, vars and needs. Throws TemplateError.
JobLegs expand_job(const RunRequest& request, const WorkflowCall& call, const Job& job,
                   const expr::Scope& scope);

// The labels of `runs-on`, evaluated with the contexts of one leg.
std::vector<std::string> runs_on_labels(const Job& job, const expr::Scope& scope);
// github inputs vars needs strategy matrix
expr::Scope leg_scope(const expr::Scope& job_scope, const JobOrder& order);

}  // namespace runner
