// runner/order/request.hpp -- everything that one run is made of, decided before it starts and constant from
// then on.
#pragma once
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/order/event.hpp"
#include "runner/order/run_order.hpp"
#include "runner/order/workflow_call.hpp"
#include "steps/action/remote.hpp"
#include "steps/catalog.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/step.hpp"

namespace runner {

struct Folders {
  std::filesystem::path state, cache;  // $XDG_STATE_HOME/runner, $XDG_CACHE_HOME/runner
  std::filesystem::path user_home;
};

// github.token where there is none: never sent anywhere, a built-in action sees an empty input instead.
inline constexpr std::string_view kPlaceholderToken = "no-github-token-was-given";
std::string without_placeholder(std::string text);

struct RunRequest : RunChoices {
  WorkflowCall call;
  Repository repository;
  EventFacts event;
  std::string token;                              // github.token; kPlaceholderToken when there is none
  Environment process;                            // what steps inherit of the runner's own environment
  Environment extra_env;                          // --env, --env-file: below the workflow's own env
  std::map<std::string, std::string> env_origin;  // by name: the file that a value of extra_env is from
  Folders folders;
  int64_t run_id = 0;
  int run_number = 1, run_attempt = 1;
  std::filesystem::path run_folder;                 // of the record; artifacts go below it
  std::shared_ptr<RemoteActions> remote_actions{};  // null: only what lies in the workspace
  std::filesystem::path program;  // this one, to which `aws` on the steps' PATH leads; empty: it is not there
};

// Names the folders of what lasts between the runs of a repository: no two repositories have the same,
// whatever their names and those of their owners, hosts and groups; without a remote the folder decides.
std::string repository_key(const Repository& repository);

// `name:`, else the path: what github.workflow is.
const std::string& workflow_title(const Workflow& workflow);
// The jobs that -j asks for and what they need, all without -j. Throws UsageError for an unknown one.
std::vector<const Job*> selected_jobs(const RunRequest& request);

// The built-in action for it; null: none, or its own code is asked for.
const BuiltinAction* builtin_for(const RunChoices& choices, const Uses& uses);

// Does it bring the run's own repository?
bool checks_out(const Step& step);
bool checks_out(const Job& job);  // one of its steps

// Does a matrix combination match every -m KEY:VALUE whose key it has?
bool combination_selected(const RunRequest& request, const expr::Value::Object& values);

// The profile for a role: the one given for it, else the one given for all, else "".
std::string aws_profile_for(const RunRequest& request, std::string_view role);

// Labels that this machine cannot serve (cli.md, -P).
std::vector<std::string> unserved_labels(const RunRequest& request, const std::vector<std::string>& labels);

}  // namespace runner
