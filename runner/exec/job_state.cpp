#include "runner/exec/job_state.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>

#include "runner/contexts/objects.hpp"
#include "runner/contexts/status.hpp"
#include "runner/order/legs.hpp"
#include "steps/aws_cli/aws_cli.hpp"
#include "steps/formats/hash_files.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace {

using expr::Value;

// execution.md 7.2: the members of `github` that every process sees, as GITHUB_<NAME>.
constexpr std::array kGithubVariables{"action",
                                      "action_path",
                                      "action_ref",
                                      "action_repository",
                                      "actor",
                                      "actor_id",
                                      "api_url",
                                      "base_ref",
                                      "event_name",
                                      "event_path",
                                      "graphql_url",
                                      "head_ref",
                                      "job",
                                      "ref",
                                      "ref_name",
                                      "ref_protected",
                                      "ref_type",
                                      "repository",
                                      "repository_id",
                                      "repository_owner",
                                      "repository_owner_id",
                                      "retention_days",
                                      "run_attempt",
                                      "run_id",
                                      "run_number",
                                      "server_url",
                                      "sha",
                                      "triggering_actor",
                                      "workflow",
                                      "workflow_ref",
                                      "workflow_sha",
                                      "workspace"};

std::string architecture() {
  utsname machine{};
  ::uname(&machine);
  return std::string(machine.machine) == "aarch64" ? "ARM64" : "X64";
}

Value runner_context(const RunServices& services, const JobFolders& folders) {
  Value::Object runner{{"os", "Linux"},
                       {"arch", architecture()},
                       {"name", "runner"},
                       {"environment", "self-hosted"},
                       {"tool_cache", services.folders.tools().string()},
                       {"temp", folders.temp.string()},
                       {"workspace", folders.root.string()}};
  if (services.request.debug) runner.emplace_back("debug", "1");
  return runner;
}

void merge(Environment& env, const StringPairs& pairs) {
  for (const auto& [name, value] : pairs) env[name] = value;
}

std::string environment_name_of(const Template& environment, const expr::Scope& scope) {
  const auto* name = environment.kind == Template::Kind::mapping ? environment.find("name") : &environment;
  if (name == nullptr || !*name) return "";
  const auto value = evaluate(*name, scope);  // one expression may stand for the whole mapping
  return value.object() != nullptr ? value.get("name").to_string() : value.to_string();
}

void take_defaults(const RunDefaults& defaults, const expr::Scope& scope, JobState& state) {
  std::string shell, folder;
  if (defaults.computed) {
    const auto value = evaluate(defaults.computed, scope);
    shell = value.get("shell").to_string();
    folder = value.get("working-directory").to_string();
  } else {
    shell = defaults.shell_template ? evaluate_string(defaults.shell_template, scope) : defaults.shell;
    folder = evaluate_string(defaults.working_directory, scope);
  }
  if (!shell.empty()) state.default_shell = std::move(shell);
  if (!folder.empty()) state.default_directory = std::move(folder);
}

}  // namespace

JobState::JobState(const RunServices& run_services, const JobOrder& job_order, const JobFolders& job_folders,
                   JobPlace& job_place)
    : services(run_services),
      order(job_order),
      folders(job_folders),
      place(job_place),
      contexts_(services.request, *order.call) {
  const auto& workflow = *order.call->workflow;
  set_up_github();
  runner_ = runner_context(services, folders);
  contexts_.needs = order.needs;
  frame.inputs = order.call->inputs;
  environment_name = environment_name_of(order.job->environment, job_scope());
  contexts_.use_environment(environment_name);

  env = services.request.extra_env;
  auto scope = job_scope();
  scope.contexts.emplace_back("secrets", contexts_.secrets());
  merge(env, evaluate_string_map(workflow.env, scope));
  merge(env, evaluate_string_map(order.job->env, scope));
  take_defaults(workflow.defaults, scope, *this);
  scope.contexts.emplace_back("env", env_object(env));
  take_defaults(order.job->defaults, scope, *this);
}

void JobState::set_up_github() {
  auto& github = contexts_.github;
  const auto set = [&](const char* name, Value value) { github.emplace_back(name, std::move(value)); };
  set("job", order.job->id);
  set("workspace", folders.workspace.string());
  set("event_path", services.folders.event().string());
  for (const auto* name : kGithubVariables) {
    if (const auto* value = expr::find(github, name))
      github_variables_["GITHUB_" + upper(name)] = value->to_string();
  }
  for (const auto* name : {"GITHUB_ACTION_REPOSITORY", "GITHUB_ACTION_REF"}) github_variables_[name];
}

void JobState::add_path(std::string folder) {
  std::erase(added_paths, folder);
  added_paths.push_back(std::move(folder));
}

std::string JobState::path_variable(const Environment& step_env) const {
  const auto& programs = services.folders.programs();
  const auto& ssh = services.folders.ssh_programs();
  auto path = path_without_programs(step_env);
  if (!ssh.empty()) path = ssh.string() + ":" + path;  // they go on to the next of their name
  if (programs.empty()) return path;
  // behind all others an installed aws is found first
  if (services.request.native_aws) return programs.string() + ":" + path;
  return path + ":" + programs.string();
}

std::string JobState::path_without_programs(const Environment& step_env) const {
  std::string path;
  for (auto at = added_paths.rbegin(); at != added_paths.rend(); ++at) path += *at + ":";
  const auto own = step_env.find("PATH");
  return path + (own != step_env.end() ? own->second : path_of(services.request.process));
}

Environment JobState::machine_env() const {
  auto env = services.request.process;
  const auto& ssh = services.folders.ssh_programs();
  env["PATH"] = (ssh.empty() ? "" : ssh.string() + ":") + path_of(env);
  return env;
}

expr::Scope JobState::job_scope() const { return leg_scope(contexts_.scope(), order); }

expr::Scope JobState::step_scope(const StepFrame& steps, const Environment& step_env,
                                 const Value::Object& github, const std::stop_token& stop) const {
  auto scope = job_scope();
  for (auto& [name, value] : scope.contexts) {
    if (name == "inputs") value = steps.inputs;
    if (name != "github") continue;
    auto members = contexts_.github;
    members.insert(members.end(), github.begin(), github.end());
    value = std::move(members);
  }
  scope.contexts.emplace_back("env", env_object(step_env));
  scope.contexts.emplace_back("job", job_object(status_in(steps)));
  scope.contexts.emplace_back("steps", steps_object(steps.steps));
  scope.contexts.emplace_back("runner", runner_);
  scope.contexts.emplace_back("secrets", contexts_.secrets());
  scope.call = [status = status_in(steps), workspace = folders.workspace, home = folders.home, &stop,
                hard = services.hard](std::string_view name, const std::vector<Value>& arguments) -> Value {
    if (auto known = status_function(name, status)) return *std::move(known);
    std::vector<std::string> patterns;
    for (const auto& argument : arguments) patterns.push_back(argument.to_string());
    return hash_files(workspace, patterns, {.home = home, .stop = stop.stop_possible() ? stop : hard});
  };
  return scope;
}

Environment JobState::process_environment(const Environment& step_env) const {
  const auto& request = services.request;
  auto variables = place.environment();
  for (const auto& [name, value] : step_env) variables[name] = value;
  variables["PATH"] = path_variable(step_env);
  for (const auto& [name, value] : github_variables_) variables[name] = value;
  for (const auto* name : {"os", "arch", "name", "environment", "tool_cache", "temp", "workspace"}) {
    variables["RUNNER_" + upper(name)] = runner_.get(name).to_string();
  }
  if (request.debug) variables["RUNNER_DEBUG"] = "1";
  if (!services.folders.programs().empty()) {
    variables[aws::kRecordVariable] = (request.run_folder / "aws.jsonl").string();
    if (request.care.strict) variables[aws::kStrictVariable] = "true";
  }
  variables["GITHUB_ACTIONS"] = "true";
  if (!step_env.contains("CI")) variables["CI"] = "true";
  return variables;
}

std::string JobState::context_text(std::string_view path) const {
  const auto dot = path.find('.');
  const auto context = path.substr(0, dot);
  const auto rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  Value value;
  if (context == "github")
    value = contexts_.github;
  else if (context == "runner")
    value = runner_;
  else if (context == "job")
    value = job_object(status_in(frame));
  else if (context == "matrix")
    value = order.matrix;
  for (const auto part : split(rest, '.')) value = value.get(part);
  return value.is_primitive() ? value.to_string() : "";
}

}  // namespace runner
