#include "runner/cli/prepare.hpp"

#include <algorithm>
#include <ostream>
#include <thread>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "runner/cli/values.hpp"
#include "runner/journal/journal.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"
#include "steps/system/files.hpp"

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

void take_platforms(const RunOptions& run, RunChoices& choices) {
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
    choices.host_labels.insert(platform.substr(0, equals));
  }
}

void take_matrix(const RunOptions& run, RunChoices& choices) {
  for (const auto& text : run.matrix) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) throw UsageError("--matrix: found \"{}\", expected KEY:VALUE", text);
    choices.matrix.emplace_back(text.substr(0, colon), text.substr(colon + 1));
  }
}

// NAME for every role, ROLE=NAME for one; a role's name may hold a "=", a profile's does not.
void take_aws_profiles(const RunOptions& run, RunChoices& choices) {
  for (const auto& text : run.aws_profiles) {
    const auto equals = text.rfind('=');
    auto role = equals == std::string::npos ? "" : text.substr(0, equals);
    auto name = equals == std::string::npos ? text : text.substr(equals + 1);
    if (name.empty() || equals == 0)
      throw UsageError("--aws-profile: found \"{}\", expected NAME or ROLE_ARN=NAME", text);
    choices.aws_profiles.emplace_back(std::move(role), std::move(name));
  }
}

// In the variable that docker's own programs read too: scripts that build follow it as well.
void take_docker_platform(const RunOptions& run, Environment& env) {
  const auto& platform = run.docker_platform;
  if (platform.empty()) return;
  if (platform.find('/') == std::string::npos || platform.find(',') != std::string::npos)
    throw UsageError("--docker-platform: found \"{}\", expected one platform as linux/amd64", platform);
  env["DOCKER_DEFAULT_PLATFORM"] = platform;
}

RunChoices choices_of(const RunOptions& run) {
  RunChoices choices;
  choices.jobs = run.jobs;
  take_matrix(run, choices);
  take_platforms(run, choices);
  take_aws_profiles(run, choices);
  choices.parallel =
      run.parallel > 0 ? run.parallel : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  choices.keep = run.keep, choices.debug = run.debug, choices.dirty = run.dirty;
  choices.host_home = run.host_home, choices.strict_host_keys = run.strict_host_keys;
  choices.care = {.strict = run.strict, .fail_on_leak = run.fail_on_leak};
  choices.native_aws = run.native_aws;
  choices.originals = run.originals;
  choices.node = run.node;
  return choices;
}

// A plan shows the number that a run would take; no journal is made for it.
int next_number(const Folders& folders, const std::string& repository, const std::string& workflow_path) {
  std::error_code error;
  if (!fs::exists(folders.state / "runs.sqlite", error)) return 1;
  return read_journal(folders.state)->next_number(repository, workflow_path);
}

}  // namespace

bool tell(const std::vector<Diagnostic>& diagnostics, const std::string& source, std::ostream& err) {
  for (const auto& diagnostic : diagnostics) err << render(diagnostic, source);
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const auto& diagnostic) { return diagnostic.severity == Severity::error; });
}

namespace {

// Names that were given and that nothing reads: one of them may be meant.
std::vector<std::string> unread_names(const NamedValues& given,
                                      const std::set<std::string, IgnoringCase>& read) {
  std::vector<std::string> names;
  for (const auto& [name, value] : given) {
    if (!read.contains(name)) names.push_back(name);
  }
  return names;
}

// "  SSH_HOST  12:17  needed for the input host of appleboy/ssh-action@v1"
void tell_unset(const std::vector<UnsetValue>& values, const char* noun, const char* remedy,
                const std::vector<std::string>& unread, const std::string& file, bool strict,
                const Paint& paint, std::ostream& err) {
  if (values.empty()) return;
  const bool stops = strict || std::any_of(values.begin(), values.end(),
                                           [](const auto& value) { return !value.needed.empty(); });
  const auto severity = stops ? paint.red("error:") : paint.yellow("warning:");
  err << fmt::format(
      "{}: {} {} not set:\n", file, severity,
      values.size() == 1 ? fmt::format("1 {} is", noun) : fmt::format("{} {}s are", values.size(), noun));
  int width = 0;
  for (const auto& value : values) width = std::max(width, display_width(value.name));
  for (const auto& [name, pos, needed] : values) {
    err << fmt::format("  {}  {:>7}  {}\n", paint.column(one_line(name), width),
                       fmt::format("{}:{}", pos.line, pos.column),
                       one_line((needed.empty() ? "read as an empty text" : "needed for " + needed) +
                                did_you_mean(name, unread)));
  }
  err << "  " << remedy << "\n";
}

}  // namespace

void tell_problems(const Prepared& prepared, const TextStyle& style, std::ostream& err) {
  const auto& plan = prepared.plan;
  const auto& call = prepared.request.call;
  std::vector<Diagnostic> others;
  std::string file;
  bool strict = false;
  for (const auto& problem : plan.problems) {
    if (is_unread_target(problem)) continue;
    if (is_unset_value(problem))
      file = problem.file, strict = strict || problem.severity == Severity::error;
    else
      others.push_back(problem);
  }
  tell(others, call.workflow->source, err);
  const Paint paint(style);
  tell_unset(plan.unset_secrets, "secret",
             "give them in .secrets (chmod 600), a line NAME=value each, or with --secret NAME",
             unread_names(call.secrets.common, plan.secrets), file, strict, paint, err);
  tell_unset(plan.unset_variables, "variable",
             "give them in .vars, a line NAME=value each, or with --var NAME=VALUE",
             unread_names(call.variables.common, plan.variables), file, strict, paint, err);
}

void call_secrets_by_name(const RunRequest& request, Masker& masker) {
  const auto& secrets = request.call.secrets;
  for (const auto& [name, value] : secrets.common) masker.call(value, name);
  for (const auto& [environment, values] : secrets.environments) {
    for (const auto& [name, value] : values) masker.call(value, name);
  }
}

RunOrder order_of(const RunOptions& run, const Tools& tools, Origins& origins) {
  RunOrder order;
  auto values = read_values(run, tools, tools.directory);
  origins = {std::move(values.sources), std::move(values.warnings)};
  order.choices = choices_of(run);
  order.directory = tools.directory;
  order.workflow = run.workflow;
  order.event = event_options(run, tools, values);
  order.secrets = std::move(values.secrets);
  order.variables = std::move(values.variables);
  order.env = std::move(values.env);
  take_docker_platform(run, order.env);
  order.env_origin = std::move(values.env_origin);
  for (const auto& source : origins.files) order.value_files.push_back(source.file);
  order.token = run.token;
  if (!run.actions_dir.empty()) order.actions_dir = tools.directory / run.actions_dir;
  order.server_url = run.server_url;
  order.offline = run.offline;
  order.run_number = run.run_number;
  return order;
}

Machine machine_of(const Tools& tools, bool planned) {
  Machine machine{.environment = tools.environment,
                  .folders = tools.folders,
                  .program = tools.program,
                  .next_number = {}};
  if (planned) {
    machine.next_number = [folders = tools.folders](const auto& repository, const auto& path) {
      return next_number(folders, repository, path);
    };
  }
  return machine;
}

Prepared prepare_run(const RunOrder& order, bool planned, Tools& tools) try {
  auto prepared = prepare(order, machine_of(tools, planned), *tools.masker);
  for (const auto& [diagnostics, source] : prepared.told) tell(diagnostics, source, tools.err);
  return prepared;
} catch (const WorkflowRefused& refused) {
  tell(refused.told.diagnostics, refused.told.source, tools.err);
  throw;
}

}  // namespace runner
