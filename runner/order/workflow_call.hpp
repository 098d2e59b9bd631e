// runner/order/workflow_call.hpp -- a workflow with what its caller hands to it. The caller of a run's own
// workflow is the event.
#pragma once
#include <memory>
#include <string>

#include "parser/expr/value.hpp"
#include "parser/model/workflow.hpp"
#include "runner/order/values.hpp"

namespace runner {

struct WorkflowCall {
  std::shared_ptr<const Workflow> workflow;
  std::string path;    // from the repository's root: ".github/workflows/deploy.yml"
  expr::Value inputs;  // the `inputs` context: typed; an empty object when there are none
  ValueSet secrets, variables;
};

}  // namespace runner
