// runner/order/job_order.hpp -- one job that is to run, as a value: what its workflow, its matrix and the
// jobs before it have decided. Whoever runs it needs nothing else of the workflow's other jobs.
#pragma once
#include "parser/expr/value.hpp"
#include "runner/order/workflow_call.hpp"
#include "runner/report/reporter.hpp"

namespace runner {

struct JobOrder {
  const WorkflowCall* call = nullptr;
  const Job* job = nullptr;
  JobInfo info{};
  expr::Value matrix{};    // null without one
  expr::Value strategy{};  // the `strategy` context
  expr::Value needs{};     // the `needs` context
};

}  // namespace runner
