// runner/exec/job_state.hpp -- one job while it runs: its contexts, its environment, what its steps have
// left.
#pragma once
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/contexts/job_contexts.hpp"
#include "runner/contexts/step_frame.hpp"
#include "runner/exec/folders.hpp"
#include "runner/exec/services.hpp"
#include "runner/order/job_order.hpp"
#include "runner/place/job_place.hpp"

namespace runner {

class JobState {
 public:
  // Evaluates what the job's set-up needs (environment, env, defaults). Throws TemplateError.
  JobState(const RunServices& services, const JobOrder& order, const JobFolders& folders, JobPlace& place);

  const RunServices& services;
  const JobOrder& order;
  const JobFolders& folders;
  JobPlace& place;

  StepFrame frame;                       // of its own steps
  Environment env;                       // the `env` context of the job: workflow, job, then GITHUB_ENV
  std::vector<std::string> added_paths;  // in order of addition
  std::string environment_name;
  std::string default_shell, default_directory;
  std::map<const Step*, std::map<std::string, std::string>> pre_states;  // what `pre` scripts saved

  void add_path(std::string folder);  // an entry already there moves to the end
  std::string path_variable(const Environment& step_env) const;
  Environment machine_env() const;  // before any step

  // Contexts of a step in `steps` whose env context is `step_env`. `github` has the members that change from
  // step to step. `stop`, which outlives the scope and may come later, ends its hashFiles().
  expr::Scope step_scope(const StepFrame& steps, const Environment& step_env,
                         const expr::Value::Object& github, const std::stop_token& stop) const;
  Outcome status() const { return frame.status; }  // job.status: success, failure, cancelled
  // Of the job's own keys: `github inputs vars needs strategy matrix`, with `secrets` where the key allows
  // it.
  expr::Scope job_scope() const;
  // execution.md 7.1, all but the command files.
  Environment process_environment(const Environment& step_env) const;
  std::string context_text(std::string_view path) const;  // "github.sha"; "" when absent

 private:
  void set_up_github();
  std::string path_without_programs(const Environment& step_env) const;

  JobContexts contexts_;
  Environment github_variables_;
  expr::Value runner_;
};

}  // namespace runner
