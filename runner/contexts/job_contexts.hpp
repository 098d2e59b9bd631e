// runner/contexts/job_contexts.hpp -- the contexts of a job, made here alone: for its `if` and its other
// keys, and as what those of its steps stand on; for a plan as for a run (execution.md 2).
#pragma once
#include <string>

#include "parser/expr/expression.hpp"
#include "runner/order/request.hpp"

namespace runner {

// The members of `github` that are the same for all jobs of this run.
expr::Value::Object run_github_context(const RunRequest& request);

// `run-name:` evaluated; empty without one. Throws TemplateError.
std::string run_name(const RunRequest& request);

class JobContexts {
 public:
  JobContexts(const RunRequest& request, const WorkflowCall& call);

  // From now on as in a job with this `environment`.
  void use_environment(const std::string& name);

  expr::Scope scope() const;  // github inputs vars needs; leg_scope() adds the rest
  const expr::Value& secrets() const { return secrets_; }

  expr::Value::Object github;
  expr::Value needs;

 private:
  const RunRequest& request_;
  const WorkflowCall& call_;
  expr::Value vars_, secrets_;
};

}  // namespace runner
