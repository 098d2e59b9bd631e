// parser/model/availability.hpp -- which contexts and functions the expressions of a key may use: the rows of
// expressions.md section 11.
#pragma once
#include "parser/expr/expression.hpp"

namespace runner {

enum class Availability {
  none,             // no expressions
  global,           // run-name, concurrency
  global_env,       // env of the workflow
  call_outputs,     // on.workflow_call.outputs.*.value
  job_condition,    // jobs.*.if
  strategy,         // jobs.*.strategy
  job,              // most keys of a job
  job_secrets,      // jobs.*.env, jobs.*.secrets.*
  job_defaults,     // jobs.*.defaults.run.*
  credentials,      // of a container or a service
  runtime,          // jobs.*.outputs, env of a container
  environment_url,  // jobs.*.environment.url
  step_condition,   // if of a step, of a snapshot
  step,             // all other keys of a step
  // of an action.yml
  input_default,        // inputs.*.default
  composite_condition,  // if of a composite action's step
  composite,            // all other keys of it, and outputs.*.value
  action_post,          // runs.pre-if, runs.post-if
};

const expr::Allowed& allowed(Availability scope);

}  // namespace runner
