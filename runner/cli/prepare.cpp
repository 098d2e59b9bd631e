#include "runner/cli/prepare.hpp"

#include <algorithm>
#include <ostream>
#include <thread>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "runner/cli/values.hpp"
#include "runner/cli/workflow_files.hpp"
#include "runner/journal/journal.hpp"
#include "steps/support/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

std::string environment_variable(const Tools& tools, const char* name) {
  const auto at = tools.environment.find(name);
  return at == tools.environment.end() ? "" : at->second;
}

EventOptions event_options(const RunOptions& run, const Tools& tools, const GivenValues& values) {
  EventOptions options{.name = run.event,
                       .payload_text = "",
                       .payload_file = run.event_path,
                       .ref = run.ref,
                       .sha = run.sha,
                       .actor = run.actor,
                       .repository = run.repository,
                       .os_user = environment_variable(tools, "USER"),
                       .api_url = run.api_url,
                       .graphql_url = run.graphql_url,
                       .common_inputs = values.common_inputs,
                       .inputs = values.inputs};
  if (run.event_path.empty()) return options;
  const auto file = tools.directory / run.event_path;
  if (!fs::is_regular_file(file)) throw UsageError("--event-path: there is no file {}", file.string());
  options.payload_text = read_file(file);
  return options;
}

std::shared_ptr<const Workflow> read(const WorkflowFile& file, std::ostream& err) {
  auto result = read_workflow(file.path, file.source);
  if (tell(result.diagnostics, file.source, err)) throw UsageError("{} is wrong: nothing was run", file.path);
  return result.workflow;
}

bool answers(const Workflow& workflow, const std::string& event) {
  return event.empty() ? workflow.trigger("push") != nullptr : workflow.trigger(event) != nullptr;
}

// The only workflow that answers to the event.
std::shared_ptr<const Workflow> only_workflow(const Repository& repository, bool at_commit,
                                              const std::string& event, std::ostream& err) {
  const auto files = all_workflow_files(repository, at_commit);
  if (files.empty())
    throw UsageError("there is no workflow under {}", (repository.root / ".github/workflows").string());
  if (files.size() == 1) return read(files.front(), err);
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

void take_platforms(const RunOptions& run, RunRequest& request) {
  if (run.executor != "host") {
    throw UsageError("--executor {}: jobs run on the host only, so far", run.executor);
  }
  for (const auto& platform : run.platforms) {
    const auto equals = platform.find('=');
    if (equals == std::string::npos)
      throw UsageError("--platform: found \"{}\", expected LABEL=host", platform);
    if (platform.substr(equals + 1) != "host") {
      throw UsageError("--platform {}: a label can stand for the host only, so far (LABEL=host)", platform);
    }
    request.host_labels.insert(platform.substr(0, equals));
  }
}

void take_matrix(const RunOptions& run, RunRequest& request) {
  for (const auto& text : run.matrix) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw UsageError("--matrix: found \"{}\", expected KEY:VALUE", text);
    request.matrix.emplace_back(text.substr(0, colon), text.substr(colon + 1));
  }
}

// NAME for every role, ROLE=NAME for one; a role's name may hold a "=", a profile's does not.
void take_aws_profiles(const RunOptions& run, RunRequest& request) {
  for (const auto& text : run.aws_profiles) {
    const auto equals = text.rfind('=');
    auto role = equals == std::string::npos ? "" : text.substr(0, equals);
    auto name = equals == std::string::npos ? text : text.substr(equals + 1);
    if (name.empty() || equals == 0)
      throw UsageError("--aws-profile: found \"{}\", expected NAME or ROLE_ARN=NAME", text);
    request.aws_profiles.emplace_back(std::move(role), std::move(name));
  }
}

// In the variable that docker's own programs read too: scripts that build follow it as well.
void take_docker_platform(const RunOptions& run, RunRequest& request) {
  const auto& platform = run.docker_platform;
  if (platform.empty()) return;
  if (platform.find('/') == std::string::npos || platform.find(',') != std::string::npos)
    throw UsageError("--docker-platform: found \"{}\", expected one platform as linux/amd64", platform);
  request.extra_env["DOCKER_DEFAULT_PLATFORM"] = platform;
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

// The number that a plan shows; a run takes its own when it begins. No journal is made for it.
int number_shown(const CommandLine& line, const RunRequest& request) {
  if (line.run.run_number) return *line.run.run_number;
  std::error_code error;
  const bool planned = line.command == "plan" || line.run.dry_run;
  if (!planned || !fs::exists(request.folders.state / "runs.sqlite", error)) return 1;
  return read_journal(request.folders.state)->next_number(request.event.repository, request.call.path);
}

std::string token_of(const RunOptions& run, const ValueSet& secrets) {
  if (run.token) return *run.token;
  const auto at = secrets.common.find("GITHUB_TOKEN");
  return at == secrets.common.end() ? std::string(kPlaceholderToken) : at->second;
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

}  // namespace

bool tell(const std::vector<Diagnostic>& diagnostics, const std::string& source, std::ostream& err) {
  for (const auto& diagnostic : diagnostics) err << render(diagnostic, source);
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const auto& diagnostic) { return diagnostic.severity == Severity::error; });
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

Prepared prepare_run(const CommandLine& line, Tools& tools) {
  Prepared prepared;
  auto& request = prepared.request;
  request.repository = open_repository(tools.directory, line.run.ref, line.run.sha);
  auto values = read_values(line.run, tools, tools.directory);
  prepared.warnings = std::move(values.warnings);
  request.repository.value_files = std::move(values.files);
  request.call.secrets = std::move(values.secrets);
  request.call.variables = std::move(values.variables);
  request.extra_env = std::move(values.env);
  request.token = token_of(line.run, request.call.secrets);
  request.process = inherited_environment(tools.environment);
  prepared.unmasked = register_secrets(request, *tools.masker);  // before anything is told

  // A workflow named, not given as a path, comes from the commit that is asked for.
  const bool at_commit = request.repository.bare || !line.run.ref.empty() || !line.run.sha.empty();
  request.call.workflow =
      line.run.workflow.empty()
          ? only_workflow(request.repository, at_commit, line.run.event, tools.err)
          : read(find_workflow_file(line.run.workflow, tools.directory, request.repository, at_commit),
                 tools.err);
  request.call.path = request.call.workflow->path;

  request.event =
      make_event(event_options(line.run, tools, values), request.repository, *request.call.workflow);
  request.call.inputs = request.event.inputs;
  request.folders = tools.folders;
  request.jobs = line.run.jobs;
  take_matrix(line.run, request);
  take_platforms(line.run, request);
  take_aws_profiles(line.run, request);
  take_docker_platform(line.run, request);
  request.parallel = line.run.parallel > 0
                         ? line.run.parallel
                         : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  request.keep = line.run.keep, request.debug = line.run.debug, request.dirty = line.run.dirty;
  request.host_home = line.run.host_home, request.strict_host_keys = line.run.strict_host_keys;
  request.care = {.strict = line.run.strict, .fail_on_leak = line.run.fail_on_leak};
  request.program = tools.program, request.native_aws = line.run.native_aws;
  request.run_number = number_shown(line, request);
  distrust_fork(prepared);
  prepared.verdict = verdict_of(request);
  note_path_filter(prepared);
  try {
    prepared.plan = make_plan(request);
  } catch (const TemplateError& error) {
    tell({{request.call.workflow->path, error.pos, Severity::error, "expression", error.what()}},
         request.call.workflow->source, tools.err);
    throw UsageError("{} cannot be run", request.call.path);
  }
  return prepared;
}

}  // namespace runner
