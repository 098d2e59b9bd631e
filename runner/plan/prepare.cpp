#include "runner/plan/prepare.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "runner/order/workflow_files.hpp"
#include "steps/clients/git/git_tree.hpp"
#include "steps/script/masker.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const Workflow> read(const WorkflowFile& file, std::vector<Told>& told) {
  auto result = read_workflow(file.path, file.source);
  const auto errors = std::count_if(result.diagnostics.begin(), result.diagnostics.end(),
                                    [](const auto& found) { return found.severity == Severity::error; });
  Told all{std::move(result.diagnostics), file.source};
  if (errors > 0)
    throw WorkflowRefused(std::move(all), "{} not started: {} error{}", file.path, errors,
                          errors == 1 ? "" : "s");
  told.push_back(std::move(all));
  return result.workflow;
}

bool answers(const Workflow& workflow, const std::string& event) {
  return event.empty() ? workflow.trigger("push") != nullptr : workflow.trigger(event) != nullptr;
}

// The only workflow that answers to the event.
std::shared_ptr<const Workflow> only_workflow(const Repository& repository, bool at_commit,
                                              const std::string& event, std::vector<Told>& told) {
  const auto files = all_workflow_files(repository, at_commit);
  if (files.empty())
    throw UsageError("there is no workflow under {}", (repository.root / ".github/workflows").string());
  if (files.size() == 1) return read(files.front(), told);
  std::vector<std::shared_ptr<const Workflow>> candidates;
  std::vector<std::string> names;
  for (const auto& file : files) {
    const auto result = read_workflow(file.path, file.source);
    if (result.workflow == nullptr || !answers(*result.workflow, event)) continue;
    candidates.push_back(result.workflow);
    names.push_back(fs::path(file.path).filename().string());
  }
  const auto shown = event.empty() ? std::string("push") : event;
  if (candidates.empty()) throw UsageError("no workflow answers to the event {}: name one", shown);
  if (candidates.size() > 1)
    throw UsageError("several workflows answer to the event {}: name one of {}", shown,
                     fmt::join(names, ", "));
  return candidates.front();
}

Verdict verdict_of(const RunRequest& request) {
  const auto* trigger = request.call.workflow->trigger(request.event.name);
  if (trigger == nullptr) {
    return {false, fmt::format("the workflow does not answer to the event {}", request.event.name), {}};
  }
  return decide(*trigger, request.event.ref, request.event.base_ref, request.event.action);
}

// Which files changed is not asked of someone who starts a run.
void note_path_filter(Prepared& prepared) {
  const auto& request = prepared.request;
  const auto* trigger = request.call.workflow->trigger(request.event.name);
  const auto* filter = trigger == nullptr ? nullptr : path_filter(*trigger, request.event.ref);
  if (filter == nullptr) return;
  prepared.notes.push_back(
      fmt::format("{}: `{}` of {} is left out: a run started by hand runs whatever changed",
                  place_text(request.call.path, filter->pos), filter->key, trigger->event));
}

// The work tree's file counts, as its author is just editing it; but for --ref and --sha the commit's.
void note_source(Prepared& prepared, bool at_commit) {
  const auto& path = prepared.request.call.path;
  const auto& source = prepared.request.call.workflow->source;
  const auto& repository = prepared.request.repository;
  if (repository.bare || repository.sha.empty() || fs::path(path).is_absolute()) return;
  const auto committed = tree_file(repository, repository.sha, path);
  if (at_commit && committed) {
    prepared.notes.push_back(
        fmt::format("{} is taken as it is in commit {}", path, repository.sha.substr(0, 7)));
  } else if (!at_commit && committed != source && fs::exists(repository.root / path)) {
    prepared.notes.push_back(fmt::format("{} is the work tree's, {} in commit {}", path,
                                         committed ? "other than" : "not yet", repository.sha.substr(0, 7)));
  }
}

void decide_detached(const RunOrder& order, Prepared& prepared) {
  const auto& repository = prepared.request.repository;
  if (!repository.detached || !order.event.payload_text.empty()) return;
  if (repository.ref.empty()) {
    throw UsageError(
        "HEAD is detached at {0}, which is neither a tag nor on the default branch {1}: say for which branch "
        "or tag "
        "to run: --ref {1} --sha {0} runs this commit, --ref {1} that branch's own",
        repository.sha.substr(0, 7), repository.default_branch);
  }
  prepared.notes.push_back(fmt::format("HEAD is detached at {}: the run is for {}; --ref chooses another",
                                       repository.sha.substr(0, 7), repository.ref));
}

void refuse_without_commit(const RunRequest& request) {
  const auto& repository = request.repository;
  if (!repository.sha.empty() || request.dirty) return;
  const auto jobs = selected_jobs(request);
  if (std::none_of(jobs.begin(), jobs.end(), [](const auto* job) { return checks_out(*job); })) return;
  const auto what = repository.git_dir.empty() ? "is in no git repository" : "has no commit yet";
  const auto first = repository.git_dir.empty() ? "git init && " : "";
  throw UsageError(
      "{0} {1}, so there is nothing to check out: {2}git add -A && git commit -m first; or --dirty takes the "
      "folder as it is",
      repository.root.string(), what, first);
}

std::string token_of(const RunOrder& order) {
  if (order.token) return *order.token;
  const auto at = order.secrets.common.find("GITHUB_TOKEN");
  return at == order.secrets.common.end() ? std::string(kPlaceholderToken) : at->second;
}

// Of "http://user:password@host".
std::string password_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const auto login = url.substr(0, url.find('/'));
  const auto at = login.rfind('@'), colon = login.find(':');
  if (at == std::string_view::npos || colon > at) return {};
  return std::string(login.substr(colon + 1, at - colon - 1));
}

// Everything secret of a request, in every form it may show up; gives a warning for each secret that is not
// masked, or not in every form.
std::vector<std::string> register_secrets(const RunRequest& request, Masker& masker) {
  std::vector<std::string> warnings;
  const auto add = [&](const NamedValues& values) {
    for (const auto& [name, value] : values) {
      if (auto problem = masking_problem(masker.add(value)); !problem.empty())
        warnings.push_back(fmt::format("the secret {} {}", name, problem));
    }
  };
  add(request.call.secrets.common);
  for (const auto& [environment, values] : request.call.secrets.environments) add(values);
  for (const auto& [name, value] : request.process) {
    if (lower(name).ends_with("_proxy")) masker.add(password_of(value));
  }
  if (request.token == kPlaceholderToken) return warnings;
  masker.add(request.token);
  masker.add(base64("x-access-token:" + request.token));
  return warnings;
}

// Whoever opens a pull request from a fork wrote what runs: as on GitHub it gets no secret and no token that
// may change anything, and leaves nothing in the caches of others; nor does it get what this machine's user
// has.
void distrust_fork(Prepared& prepared) {
  auto& request = prepared.request;
  if (request.event.fork.empty()) return;
  request.call.secrets = {};
  request.token = kPlaceholderToken;
  request.aws_profiles.clear();
  request.host_home = false;
  prepared.notes.push_back(fmt::format(
      "the pull request comes from {}: as on GitHub it gets no secrets, no token and no way to save "
      "caches; no --aws-profile and no --host-home of yours either",
      request.event.fork));
}

std::vector<Uses> remote_uses(const Prepared& prepared) {
  std::vector<Uses> found;
  for (const auto& job : prepared.plan.jobs) {
    if (job.status == Planned::skipped) continue;
    for (const auto& step : job.steps) {
      if (step.status != Planned::skipped && step.step->uses)
        add_remote_uses(prepared.request.repository, *step.step->uses, found);
    }
  }
  const auto built_in = [&](const Uses& uses) { return builtin_for(prepared.request, uses) != nullptr; };
  std::erase_if(found, built_in);
  return found;
}

std::string nearest_builtin(const Uses& uses) {
  std::vector<std::string> names;
  for (const auto& action : builtin_actions()) names.push_back(action.spec.uses);
  return did_you_mean(uses.action(), names);
}

int number_of(const RunOrder& order, const Machine& machine, const RunRequest& request) {
  if (order.run_number) return *order.run_number;
  return machine.next_number ? machine.next_number(request.event.repository, request.call.path) : 1;
}

}  // namespace

std::shared_ptr<RemoteActions> remote_actions(const RunOrder& order, const Machine& machine,
                                              const std::string& token) {
  RemoteActionsOptions options{
      .cache = machine.folders.cache / "actions",
      .actions_dir = order.actions_dir,
      .token = token == kPlaceholderToken ? "" : token,
      .offline = order.offline,
      .is_builtin = [choices =
                         order.choices](const Uses& uses) { return builtin_for(choices, uses) != nullptr; },
      .env = machine.environment};
  if (!order.server_url.empty()) options.server = order.server_url;
  return std::make_shared<RemoteActions>(std::move(options));
}

void add_remote_uses(const Repository& repository, const Uses& uses, std::vector<Uses>& found, int depth) {
  if (depth > kMostNestedActions || uses.docker()) return;
  if (!uses.local()) return found.push_back(uses);
  try {
    const auto folder = local_action_folder(uses, repository.root);
    if (repository.bare || !has_action(folder)) return;
    const auto action = load_action(folder, uses.text);
    for (const auto& step : action.file->steps) {
      if (!step.uses) continue;
      auto inner = *step.uses;
      inner.pos = uses.pos;  // where the workflow asks for it
      add_remote_uses(repository, inner, found, depth + 1);
    }
  } catch (const InputError&) {  // told by the plan
  }
}

void fetch_actions(Prepared& prepared, const std::stop_token& stop,
                   const std::function<void(std::string)>& tell) {
  auto& request = prepared.request;
  const auto wanted = remote_uses(prepared);
  if (wanted.empty() || request.remote_actions == nullptr) return;
  std::set<std::string> missing;
  for (const auto& uses : wanted) {
    if (!request.remote_actions->here(uses)) missing.insert(uses.text);
  }
  if (!missing.empty() && !request.remote_actions->offline())
    tell(fmt::format("fetching {}", fmt::join(missing, ", ")));
  const auto fetched = request.remote_actions->fetch(wanted, stop);
  if (fetched.changed) prepared.plan = make_plan(request);
  for (const auto& [uses, message, stops] : fetched.problems) {
    const auto severity = stops ? Severity::error : Severity::warning;
    const auto text = stops ? fmt::format("{} cannot be had: {}{}", uses.text, message, nearest_builtin(uses))
                            : fmt::format("{} is taken as it was fetched before: {}", uses.text, message);
    prepared.plan.problems.push_back({request.call.path, uses.pos, severity, "uses", text});
  }
  tidy(prepared.plan.problems);
}

Environment inherited_environment(const Environment& own) {
  constexpr std::array kNames{
      "PATH",      "LANG",          "LANGUAGE",     "TZ",          "TERM",       "USER",        "LOGNAME",
      "SHELL",     "SSL_CERT_FILE", "SSL_CERT_DIR", "DOCKER_HOST", "http_proxy", "https_proxy", "no_proxy",
      "all_proxy", "HTTP_PROXY",    "HTTPS_PROXY",  "NO_PROXY",    "ALL_PROXY"};
  Environment inherited;
  for (const auto& [name, value] : own) {
    const bool wanted =
        name.starts_with("LC_") || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
    if (wanted) inherited[name] = value;
  }
  return inherited;
}

Prepared prepare(const RunOrder& order, const Machine& machine, Masker& masker) {
  Prepared prepared;
  auto& request = prepared.request;
  static_cast<RunChoices&>(request) = order.choices;
  request.repository = open_repository(order.directory, order.event.ref, order.event.sha);
  request.repository.value_files = order.value_files;
  request.call.secrets = order.secrets;
  request.call.variables = order.variables;
  request.extra_env = order.env;
  request.env_origin = order.env_origin;
  request.token = token_of(order);
  request.process = inherited_environment(machine.environment);
  request.folders = machine.folders;
  request.program = machine.program;
  request.remote_actions = remote_actions(order, machine, request.token);
  prepared.unmasked = register_secrets(request, masker);  // before anything is told

  const bool at_commit = request.repository.bare || !order.event.ref.empty() || !order.event.sha.empty();
  auto& call = request.call;
  call.workflow =
      order.workflow.empty()
          ? only_workflow(request.repository, at_commit, order.event.name, prepared.told)
          : read(find_workflow_file(order.workflow, order.directory, request.repository, at_commit),
                 prepared.told);
  call.path = call.workflow->path;
  decide_detached(order, prepared);
  note_source(prepared, at_commit);
  refuse_without_commit(request);
  request.event = make_event(order.event, request.repository, *call.workflow);
  call.inputs = request.event.inputs;
  request.run_number = number_of(order, machine, request);
  distrust_fork(prepared);
  prepared.verdict = verdict_of(request);
  note_path_filter(prepared);
  try {
    prepared.plan = make_plan(request);
  } catch (const TemplateError& error) {
    throw WorkflowRefused(
        {{{call.path, error.pos, Severity::error, "expression", error.what()}}, call.workflow->source},
        "{} cannot be run", call.path);
  }
  return prepared;
}

}  // namespace runner
