// runner/order/event.hpp -- the event that a run answers to: its payload as GitHub would send it and the
// parts of the `github` context that are the same for all jobs (execution.md 2 and 3). Pure: reads only what
// it is handed.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "parser/expr/value.hpp"
#include "parser/model/workflow.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {

struct EventOptions {  // {}: a designated initialiser may leave them out
  std::string name{};  // --event; empty: push if the file has it, else its first
  std::string
      payload_text{};  // JSON of --event-path; empty: none. What it lacks is filled, nothing overwritten
  std::string payload_file{};         // its name, for messages
  std::string ref{}, sha{};           // --ref, --sha as asked for; empty: the payload's, else what git says
  std::string actor{}, repository{};  // --actor, --repository; empty: what git says
  std::string os_user{};              // the actor when git has no user.name
  std::string api_url{}, graphql_url{};  // empty: GitHub's own
  std::vector<std::pair<std::string, std::string>>
      common_inputs{};                                        // those the workflow has not are another one's
  std::vector<std::pair<std::string, std::string>> inputs{};  // -i: of workflow_dispatch (or workflow_call)
};

struct EventFacts {
  std::string name;
  expr::Value payload;
  std::string ref, ref_name, ref_type, sha;  // refs/heads/main, main, branch
  std::string head_ref, base_ref;            // of a pull request
  std::string fork;    // "owner/repository" that a pull request comes from, when it is another one
  std::string action;  // activity type, of the payload; may be empty
  std::string actor, repository, repository_owner;
  std::string api_url, graphql_url;
  expr::Value inputs;  // the `inputs` context: typed; an empty object when there are none
};

// `repository` is already opened for the --ref and --sha asked for. Throws UsageError: an unknown event, JSON
// that cannot be read, an unknown or a missing required input, a value that does not fit its input's type or
// options.
EventFacts make_event(const EventOptions& options, const Repository& repository, const Workflow& workflow);

// github.* of execution.md 2 but what depends on run, job or step: run_id, run_number, run_attempt, workflow,
// workflow_ref, workflow_sha, job, token, workspace, event_path, action*, env, output, path, state,
// step_summary.
expr::Value::Object github_context(const EventFacts& event);

}  // namespace runner
