// runner/exec/step_run.hpp -- one step: its condition, environment, timeout, process or built-in action,
// result (execution.md 1.5). Lives for this one step.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/contexts/status.hpp"
#include "runner/exec/step_effects.hpp"
#include "runner/exec/step_files.hpp"
#include "runner/exec/step_stop.hpp"
#include "steps/action/load.hpp"
#include "steps/catalog.hpp"

namespace runner {

// An action that began to run and whose post is still to come.
struct PendingPost {
  const Step* step = nullptr;
  const BuiltinAction* builtin = nullptr;  // else:
  LoadedAction loaded{};
  std::shared_ptr<StepFrame> frame{};  // of the step; null: the job's own
  std::string name{};
  std::map<std::string, std::string> states{};
};

class StepRun {
 public:
  // `number` in its frame, from 1; posts go on counting.
  StepRun(JobState& job, StepFrame& frame, StepStop& stop, const Step& step, int number);
  // Runs the step and reports it. Its post, if it has one, is added to `posts` when the action begins.
  void run(std::vector<PendingPost>& posts);
  void run_post(const PendingPost& post);
  // The `pre` script of an action of others, before all steps; false for a step that has none.
  bool run_pre();

 private:
  void prepare();
  void report_start(const std::string& name);
  std::string display_name() const;
  struct Attempt {
    StepResult result{};
    std::string error{};  // for the log, where the result does not say it all; "" for none
  };
  static Attempt failed(std::string message);
  StepResult attempt(const std::function<Attempt()>& body, bool survives_cancel);
  Attempt caught(const std::function<Attempt()>& body);
  Attempt run_when_due(std::vector<PendingPost>& posts);
  Attempt run_script();
  Attempt run_action(StepResult (*function)(StepHost&), const BuiltinAction& action);
  LoadedAction load() const;
  Attempt run_loaded(const LoadedAction& action, std::vector<PendingPost>& posts);
  Attempt run_composite(const LoadedAction& action, const NamedValues& with, std::vector<PendingPost>& posts);
  Attempt run_javascript(const LoadedAction& action, const std::string& script, const NamedValues& with);
  Exit run_command(const Command& command, bool& refused);
  NamedValues loaded_inputs(const ActionFile& file);
  void set_outputs(const ActionFile& file, const StepFrame& frame);
  void add_post(PendingPost post, std::vector<PendingPost>& posts);
  void warn_of_unexpected(const NamedValues& with, const std::vector<std::string>& declared);
  bool condition_holds(Outcome job_status) const;
  bool is_due(const Condition& condition, const char* key);  // of a pre or post
  bool holds(const Condition& condition, const StepStatus& status) const;
  bool is_nested() const { return frame_.outer != nullptr; }
  bool reports() const { return frame_.step == nullptr; }  // else the step around it does
  expr::Value::Object own_github() const;
  Deadlines::Handle arm_timeout();
  Environment process_environment() const;
  NamedValues inputs(const BuiltinAction& action);
  void finish(const StepResult& result);
  bool failure_is_tolerated();
  std::string at(Pos pos) const;

  JobState& job_;
  StepFrame& frame_;
  StepStop& stop_;
  const Step& step_;
  std::string key_;  // "3", "3.1": of its files
  StepInfo info_;
  StepEffects effects_;
  StepFiles files_;
  Environment env_;      // the `env` context
  Environment own_env_;  // what the step's `env:` adds to it
  expr::Scope scope_;
  std::stop_token token_;
  std::string note_, timeout_text_;
  bool post_ = false;
  std::optional<size_t> own_post_;  // among the job's
  Deadlines::Clock::time_point start_;
};

}  // namespace runner
