#include "runner/cli/options.hpp"

#include <CLI/CLI.hpp>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"

namespace runner {
namespace {

const std::map<std::string, Color> kColors{
    {"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
const std::map<std::string, Format> kFormats{{"text", Format::text}, {"json", Format::json}};
const std::map<std::string, Format> kValidateFormats{
    {"text", Format::text}, {"json", Format::json}, {"sarif", Format::sarif}, {"github", Format::github}};

void add_format(CLI::App& app, CommonOptions& common, const std::map<std::string, Format>& formats) {
  std::string names;
  for (const auto& [name, format] : formats) names += (names.empty() ? "" : "|") + name;
  app.add_option("--format", common.format, "how the answer is written: " + names)
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description(""))
      ->option_text("FORMAT");
}

void add_display(CLI::App& app, CommonOptions& common) {
  app.add_option("--color", common.color, "auto, always or never")
      ->transform(CLI::CheckedTransformer(kColors, CLI::ignore_case).description(""))
      ->option_text("WHEN");
  app.add_flag("-q,--quiet", common.quiet, "failures and the summary only");
  app.add_flag("-v,--verbose", common.verbose, "logs on a terminal too, and every step");
  app.add_flag("--no-progress", common.no_progress, "no live display");
}

void add_directory(CLI::App& app, CommonOptions& common) {
  app.add_option("-C,--directory", common.directory, "as if started there")->option_text("DIR");
}

// An option that may be given several times, one value each.
void add_list(CLI::App& app, const std::string& names, std::vector<std::string>& values,
              const std::string& text, const std::string& metavar) {
  app.add_option(names, values, text)->allow_extra_args(false)->option_text(metavar);
}

void add_event_options(CLI::App& app, RunOptions& run) {
  app.add_option("-e,--event", run.event, "the event; default: push if the file has it, else its first")
      ->option_text("NAME");
  app.add_option("--event-path", run.event_path, "the event's payload (JSON)")->option_text("FILE");
  app.add_option("--ref", run.ref, "branch or tag to run for")->option_text("REF");
  app.add_option("--sha", run.sha, "commit to run for")->option_text("SHA");
  app.add_option("--actor", run.actor, "github.actor")->option_text("NAME");
  app.add_option("--repository", run.repository, "github.repository")->option_text("OWNER/NAME");
  app.add_option("--api-url", run.api_url, "github.api_url")->option_text("URL");
  app.add_option("--graphql-url", run.graphql_url, "github.graphql_url")->option_text("URL");
  app.add_flag("--force", run.force, "run although the event's filters say no");
}

void add_value_options(CLI::App& app, RunOptions& run) {
  app.add_option("--token", run.token, "github.token; default: the secret GITHUB_TOKEN")
      ->option_text("TOKEN");
  add_list(app, "-s,--secret", run.secrets, "a secret; without a value from the environment, else asked for",
           "NAME[=VALUE]");
  add_list(app, "--secret-file", run.secret_files,
           "secrets, a NAME=value a line; .secrets is read when present", "FILE");
  add_list(app, "--var", run.variables, "a variable of the vars context", "NAME=VALUE");
  add_list(app, "--var-file", run.variable_files, "variables; .vars is read when present", "FILE");
  add_list(app, "--env", run.env, "a variable of the environment; without a value from this one",
           "NAME[=VALUE]");
  add_list(app, "--env-file", run.env_files, "environment; .env is read when present", "FILE");
  add_list(app, "-i,--input", run.inputs, "an input of workflow_dispatch", "NAME=VALUE");
  add_list(app, "--input-file", run.input_files, "inputs; .input is read when present", "FILE");
}

void add_run_options(CLI::App& app, RunOptions& run) {
  app.add_option("workflow", run.workflow,
                 "a path, a file name under .github/workflows, or a workflow's name")
      ->option_text("[WORKFLOW]");
  add_event_options(app, run);
  add_value_options(app, run);
  add_list(app, "-j,--job", run.jobs, "only this job and what it needs", "ID");
  add_list(app, "-m,--matrix", run.matrix, "only the matching combinations", "KEY:VALUE");
  app.add_option("--run-number", run.run_number,
                 "github.run_number of this run and the start of those to come")
      ->check(CLI::PositiveNumber.description(""))
      ->option_text("N");
  app.add_flag("--dirty", run.dirty, "take the uncommitted changes of the work tree along");
  app.add_flag("--host-home", run.host_home, "the user's own HOME instead of a private one");
  app.add_flag("--strict", run.strict, "warnings of the workflow are errors: nothing runs");
  app.add_flag(
      "--fail-on-leak", run.fail_on_leak,
      "a secret in an artifact, a cache, an image or an S3 upload fails the step before it is stored");
  app.add_flag("--strict-host-keys", run.strict_host_keys, "an unknown ssh host key is an error");
  app.add_option("--executor", run.executor, "where jobs run: host")->option_text("NAME");
  add_list(app, "-P,--platform", run.platforms, "this machine stands for the label", "LABEL=host");
  app.add_option("--parallel", run.parallel, "jobs at a time; default: the number of processors")
      ->check(CLI::PositiveNumber.description(""))
      ->option_text("N");
  add_list(app, "--aws-profile", run.aws_profiles,
           "a profile of this machine stands in for cloud credentials that only GitHub has", "[ROLE=]NAME");
  app.add_option("--docker-platform", run.docker_platform,
                 "what images are built for where a step names no platform")
      ->option_text("OS/ARCH");
  app.add_flag("--native-aws", run.native_aws,
               "`aws` in scripts is the built-in one even where the CLI is installed");
  app.add_flag("--offline", run.offline, "never reach for an action or an image over the network");
  app.add_flag("--keep", run.keep, "leave each job's workspace and print where");
  app.add_flag("--debug", run.debug, "RUNNER_DEBUG=1, ::debug:: lines shown");
}

struct Parser {
  explicit Parser(CommandLine& result)
      : app("Runs GitHub Actions workflows on this machine.", "runner"), line(result) {
    app.require_subcommand(0, 1);
    app.fallthrough(false);
    app.set_version_flag("--version", "runner " RUNNER_VERSION);
    app.set_help_flag("-h,--help", "this text");
    add_workflow_commands();
    add_history_commands();
    add_other_commands();
  }

  CLI::App& add(const std::string& name, const std::string& text) {
    auto& command = *app.add_subcommand(name, text);
    command.set_help_flag("-h,--help", "this text");
    return command;
  }

  void add_workflow_commands() {
    auto& run = add("run", "run a workflow now, in the foreground");
    add_run_options(run, line.run);
    run.add_flag("-n,--dry-run", line.run.dry_run, "plan only");
    auto& plan = add("plan", "what a run would do: everything decided, nothing done");
    add_run_options(plan, line.run);
    for (auto* command : {&run, &plan}) {
      command->add_flag("--targets", line.run.targets, "a plan reads its targets and shows real differences");
    }
    for (auto* command : {&run, &plan}) {
      add_format(*command, line.common, kFormats);
      add_display(*command, line.common);
      add_directory(*command, line.common);
    }
    auto& validate = add("validate", "check workflow files; without one, all under .github/workflows");
    validate.add_option("files", line.validate.files, "")->option_text("[FILE...]");
    validate.add_flag("--strict", line.validate.strict, "warnings are errors");
    add_format(validate, line.common, kValidateFormats);
    add_directory(validate, line.common);
    auto& list = add("list", "workflows, their triggers and jobs");
    list.add_option("workflow", line.name, "")->option_text("[WORKFLOW]");
    add_directory(list, line.common);
  }

  void add_history_commands() {
    auto& runs = add("runs", "the runs of this repository, the newest first");
    runs.add_option("--limit", line.history.limit, "at most so many")
        ->check(CLI::PositiveNumber.description(""))
        ->option_text("N");
    runs.add_flag("--all", line.history.all, "of every repository");
    add_format(runs, line.common, kFormats);
    add_display(runs, line.common);
    add_directory(runs, line.common);
    auto& logs = add("logs", "the log of a run: the newest of this repository, or one that is named");
    logs.add_option("run", line.history.run, "its number in `runner runs`; default: the newest")
        ->option_text("[RUN]");
    logs.add_option("job", line.history.job, "a job, or JOB/STEP")->option_text("[JOB]");
    logs.add_flag("-f,--follow", line.history.follow, "go on until the run has ended");
    logs.add_flag("--failed", line.history.failed, "only the steps that failed");
    logs.add_flag("--summary", line.history.summary, "what its steps wrote to GITHUB_STEP_SUMMARY");
    add_display(logs, line.common);
    add_directory(logs, line.common);
  }

  void add_other_commands() {
    auto& eval = add("eval", "evaluate an expression against contexts given as JSON");
    eval.add_option("expression", line.eval.expression, "bare or inside ${{ }}")->option_text("EXPR");
    eval.add_option("--context", line.eval.context, "one JSON object whose members are the contexts")
        ->option_text("FILE");
    eval.add_option("--batch", line.eval.batch,
                    "lines {\"expr\":...,\"contexts\":{...}}; - is standard input")
        ->option_text("FILE");
    add_directory(eval, line.common);
    auto& actions =
        add("actions",
            "the built-in actions; with a name its inputs, outputs and versions; `aws`: the command "
            "lines of the AWS CLI that are built in");
    actions.add_option("name", line.name, "")->option_text("[NAME]");
    add_format(actions, line.common, kFormats);
    auto& doctor = add("doctor", "what this machine has and lacks for the workflows here");
    doctor.add_option("workflow", line.name, "")->option_text("[WORKFLOW]");
    add_format(doctor, line.common, kFormats);
    add_display(doctor, line.common);
    add_directory(doctor, line.common);
    add("version", "the version");
    add("help", "this text, or that of a command")
        .add_option("command", line.name, "")
        ->option_text("[COMMAND]");
  }

  std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
      names.push_back(command->get_name());
    return names;
  }

  CLI::App app;
  CommandLine& line;
};

CLI::App* find_command(CLI::App& app, const std::string& name) {
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

bool takes(CLI::App& command, const std::string& argument) {
  auto name = argument.substr(0, argument.find('='));
  return command.get_option_no_throw(name) != nullptr;
}

// Lines "--option value", "--option=value" or "option value" that this command knows, as arguments.
std::vector<std::string> default_arguments(CLI::App& command, const std::vector<std::string>& lines) {
  std::vector<std::string> args;
  for (const auto& text : lines) {
    auto entry = std::string(trim(text));
    if (entry.empty() || entry.starts_with('#')) continue;
    if (!entry.starts_with('-')) entry.insert(0, "--");
    const auto space = entry.find_first_of(" \t");
    const auto name = entry.substr(0, space);
    if (!takes(command, name)) continue;
    args.push_back(name);
    if (space != std::string::npos) args.emplace_back(trim(std::string_view(entry).substr(space)));
  }
  return args;
}

std::string nearest_option(CLI::App& command, const std::string& argument) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  }
  return did_you_mean(argument.substr(0, argument.find('=')), names);
}

[[noreturn]] void refuse(Parser& parser, const std::vector<std::string>& args, const CLI::ParseError& error) {
  CLI::App* command = args.empty() ? nullptr : find_command(parser.app, args.front());
  if (command == nullptr) throw UsageError("{}", error.what());
  for (const auto& argument : args) {
    if (argument.starts_with('-') && argument != "-" && !takes(*command, argument) &&
        argument.starts_with("--")) {
      throw UsageError("{} has no option \"{}\"{}", command->get_name(), argument,
                       nearest_option(*command, argument));
    }
  }
  throw UsageError("{}: {}; `runner help {}` lists its options", command->get_name(), error.what(),
                   command->get_name());
}

void fill_help(CommandLine& line, const std::string& command) {
  line.command = "help";
  CommandLine unused;
  Parser fresh(unused);  // one that has parsed something tells of the command it found only
  auto* app = command.empty() ? &fresh.app : find_command(fresh.app, command);
  if (app == nullptr)
    throw UsageError("there is no command \"{}\"{}", command, did_you_mean(command, fresh.command_names()));
  line.help = app->help(command.empty() ? "" : "runner");
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& args,
                               const std::vector<std::string>& defaults) {
  CommandLine line;
  Parser parser(line);
  if (args.empty()) {
    fill_help(line, "");
    return line;
  }
  const auto& first = args.front();
  auto* command = find_command(parser.app, first);
  if (command == nullptr && !first.starts_with('-')) {
    throw UsageError("there is no command \"{}\"{}", first, did_you_mean(first, parser.command_names()));
  }
  std::vector<std::string> all{first};
  if (command != nullptr) {
    for (auto* option : command->get_options()) {
      if (option->get_expected_max() == 1 && option->get_items_expected_max() == 1) {
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
      }
    }
    const auto extra = default_arguments(*command, defaults);
    all.insert(all.end(), extra.begin(), extra.end());
  }
  all.insert(all.end(), args.begin() + 1, args.end());
  try {
    std::reverse(all.begin(), all.end());  // CLI11 takes them from the back
    parser.app.parse(all);
  } catch (const CLI::CallForHelp&) {
    fill_help(line, command == nullptr ? "" : first);
    return line;
  } catch (const CLI::CallForVersion&) {
    line.command = "version";
    return line;
  } catch (const CLI::ParseError& error) {
    refuse(parser, args, error);
  }
  line.command = first;
  if (first == "help") fill_help(line, line.name);
  return line;
}

}  // namespace runner
