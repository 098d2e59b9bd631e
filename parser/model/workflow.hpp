// parser/model/workflow.hpp -- a workflow file as values. Built by read_workflow, never changed afterwards.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "parser/expr/expression.hpp"
#include "parser/model/template.hpp"

namespace runner {

struct Text {  // a value of the file that no expression makes
  std::string value;
  Pos pos;  // line 0: nobody wrote it
};
std::vector<std::string> values(const std::vector<Text>& texts);

struct Condition {   // an `if:`, already wrapped
  std::string text;  // as written; empty when absent
  Pos pos;
  expr::AstPtr expression;
};

struct Uses {           // of a step or a job
  std::string text;     // as written
  std::string comment;  // of the same line, without '#': "v4.2.2" in "uses: a/b@<sha> # v4.2.2"
  Pos pos;
  std::string owner, repository, path, ref;  // owner/repository[/path]@ref; empty for ./path and docker://
  bool local() const { return text.starts_with("./") || text.starts_with(".\\") || text.starts_with("$/"); }
  bool docker() const { return text.starts_with("docker://"); }
  std::string action() const;  // lower-case "owner/repository[/path]"
};

struct RunDefaults {
  std::string shell;
  Template working_directory, shell_template;
  Template computed;  // the whole of `run:` as one expression
};

enum class StepKind { run, uses, wait, wait_all, cancel, parallel };

struct Step {
  StepKind kind = StepKind::run;
  Pos pos;
  Text id;  // as given, else generated ("__run_2")
  bool own_id = false;
  Template name;
  Condition condition;
  Template run;  // kind run
  Text shell;
  Template computed_shell;  // in a composite action it may be an expression
  Template working_directory;
  std::optional<Uses> uses;
  Template with, env, continue_on_error, timeout_minutes;
  bool background = false;
  std::vector<Text> targets;  // ids, of wait and cancel
  std::vector<Step> steps;    // of parallel
};

struct Strategy {
  Template matrix, fail_fast, max_parallel;
  Template computed;  // the whole of `strategy:` as one expression
  Pos pos;
};

struct Concurrency {
  Template group, cancel_in_progress;
  std::string queue;  // "single" or "max"
  Pos pos;
};

struct Job {
  std::string id;
  Pos pos;  // of the id
  Template name;
  std::vector<Text> needs;  // as the ids are spelled where they are defined
  Condition condition;
  Template runs_on;      // string, sequence, or mapping group/labels
  Template environment;  // string or mapping name/url
  std::optional<Concurrency> concurrency;
  Template outputs, env, timeout_minutes, cancel_timeout_minutes, continue_on_error;
  RunDefaults defaults;
  std::optional<Strategy> strategy;
  Template container, services, permissions, snapshot;
  std::optional<Uses> uses;  // a reusable workflow
  Template with, secrets;
  std::vector<Step> steps;
};

struct Filter {     // one list of patterns of an event
  std::string key;  // "branches", "tags-ignore", ...
  std::vector<Text> patterns;
  Pos pos;
};

struct Input {  // of workflow_dispatch or workflow_call
  std::string name, description, type = "string";
  bool required = false;
  Template fallback;
  std::vector<std::string> options;
  Pos pos;
};

struct Schedule {
  std::string cron, timezone;  // timezone empty: UTC
  Pos pos;
};

struct Trigger {  // one event under `on:`
  std::string event;
  Pos pos;
  std::vector<Text> types;
  std::vector<Filter> filters;
  std::vector<Input> inputs;
  std::vector<Schedule> schedules;
  std::vector<Input> secrets;  // of workflow_call: name, description, required and pos
  Template outputs;            // of workflow_call: a mapping name -> {description, value}
  const Filter* filter(std::string_view key) const;
};

struct Workflow {
  std::string path;    // as given to read_workflow
  std::string source;  // the file's text
  std::string name;    // empty: none given
  Template run_name;
  std::vector<Trigger> on;
  Template env;
  RunDefaults defaults;
  Template permissions;
  std::optional<Concurrency> concurrency;
  std::vector<Job> jobs;                      // in file order
  const Job* job(std::string_view id) const;  // case ignored
  const Trigger* trigger(std::string_view event) const;
};

struct ReadResult {
  std::shared_ptr<const Workflow> workflow;  // null when any diagnostic is an error
  std::vector<Diagnostic> diagnostics;       // sorted
};

// Reads a workflow file: every error GitHub would refuse it for (workflow-syntax.md sections 2 to 12 and 14).
ReadResult read_workflow(std::string path, std::string source);

}  // namespace runner
