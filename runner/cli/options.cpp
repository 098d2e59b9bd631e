#include "runner/cli/options.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "runner/cli/command_tables.hpp"

namespace runner {
namespace {

template <class T>
using Choices = std::vector<std::pair<std::string, T>>;

const Choices<Color> kColors{{"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
const Choices<Format> kFormats{{"text", Format::text}, {"json", Format::json}};
const Choices<Format> kValidateFormats{
    {"text", Format::text}, {"json", Format::json}, {"sarif", Format::sarif}, {"github", Format::github}};
const std::vector<std::string> kShells{"bash", "zsh", "fish"};
const std::vector<std::string> kStatuses{"success", "failure", "cancelled", "running", "interrupted"};

template <class T>
std::vector<std::string> names_of(const Choices<T>& choices) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  return names;
}

std::string joined(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? std::string(last) : ", ";
    text += words[i];
  }
  return text;
}

std::string long_name(const std::string& names) { return names.substr(names.rfind(',') + 1); }

size_t choose(const std::string& option, const std::string& given, const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (equal_ignoring_case(names[i], given)) return i;
  }
  throw UsageError("{}: found \"{}\", expected {}{}", option, given, joined(names, " or "),
                   did_you_mean(given, names));
}

int whole_number(const std::string& option, const std::string& given) {
  int number = 0;
  const auto* const end = given.data() + given.size();
  const auto read = std::from_chars(given.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number < 1)
    throw UsageError("{}: found \"{}\", expected a whole number from 1 to {}", option, given,
                     std::numeric_limits<int>::max());
  return number;
}

// The words of values are ours: CLI11's tell of its types and ranges.
template <class Number>
void add_number(CLI::App& app, const std::string& names, Number& value, const std::string& text) {
  const auto take = [&value, option = long_name(names)](const std::string& given) {
    value = whole_number(option, given);
  };
  app.add_option_function<std::string>(names, take, text)->option_text("N");
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
  app.add_flag("--no-env-file", run.no_env_file, "leave .env alone: it is the application's");
  add_list(app, "-i,--input", run.inputs, "an input of workflow_dispatch", "NAME=VALUE");
  add_list(app, "--input-file", run.input_files, "inputs; .input is read when present", "FILE");
}

struct Parser {
  explicit Parser(CommandLine& result)
      : app("Runs GitHub Actions workflows on this machine.", "runner"), line(result) {
    app.require_subcommand(0, 1);
    app.fallthrough(false);
    app.set_version_flag("-V,--version", "runner " RUNNER_VERSION, "the version");
    app.set_help_flag("-h,--help", "this text");
    add_display(app);
    add_directory(app);
    add_workflow_commands();
    add_history_commands();
    add_other_commands();
    for (auto* command : app.get_subcommands([](const CLI::App*) { return true; })) the_last_counts(*command);
    the_last_counts(app);
  }

  CLI::App& add(const std::string& name, const std::string& text) {
    auto& command = *app.add_subcommand(name, text);
    command.set_help_flag("-h,--help", "this text");
    return command;
  }

  static void the_last_counts(CLI::App& command) {
    for (auto* option : command.get_options()) {
      if (option->get_expected_max() == 1 && option->get_items_expected_max() == 1)
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
  }

  template <class T>
  void add_choice(CLI::App& command, const std::string& names, T& value, const Choices<T>& choices,
                  const std::string& text, const std::string& metavar) {
    const auto take = [&value, &choices, option = long_name(names)](const std::string& given) {
      value = choices[choose(option, given, names_of(choices))].second;
    };
    auto* option =
        command.add_option_function<std::string>(names, take, text + joined(names_of(choices), " or "));
    offer(option->option_text(metavar), names_of(choices));
  }

  void offer(const CLI::Option* option, std::vector<std::string> words) { values[option] = std::move(words); }

  void add_format(CLI::App& command, const Choices<Format>& formats = kFormats) {
    add_choice(command, "--format", line.common.format, formats, "how the answer is written: ", "FORMAT");
  }

  void add_color(CLI::App& command) {
    add_choice(command, "--color", line.common.color, kColors, "", "WHEN");
  }

  void add_display(CLI::App& command) {
    add_color(command);
    command.add_flag("-q,--quiet", line.common.quiet, "failures and the summary only");
    command.add_flag("-v,--verbose", line.common.verbose, "logs on a terminal too, and every step");
    command.add_flag("--no-progress", line.common.no_progress, "no live display");
  }

  void add_directory(CLI::App& command) {
    command.add_option("-C,--directory", line.common.directory, "as if started there")->option_text("DIR");
  }

  void add_run_options(CLI::App& command) {
    auto& run = line.run;
    command
        .add_option(
            "workflow", run.workflow,
            "a path, a file name under .github/workflows, or a workflow's name; default: the only one that "
            "answers to the event")
        ->option_text("[WORKFLOW]");
    command.add_flag(
        "--all", run.all,
        "every workflow that answers to the event, one after the other; the exit status is the worst");
    add_event_options(command, run);
    add_value_options(command, run);
    add_list(command, "-j,--job", run.jobs, "only this job and what it needs", "ID");
    add_list(command, "-m,--matrix", run.matrix, "only the matching combinations", "KEY:VALUE");
    add_number(command, "--run-number", run.run_number,
               "github.run_number of this run and the start of those to come");
    command.add_flag("--dirty", run.dirty, "take the uncommitted changes of the work tree along");
    command.add_flag("--host-home", run.host_home, "the user's own HOME instead of a private one");
    command.add_flag("--strict", run.strict, "warnings of the workflow are errors: nothing runs");
    command.add_flag(
        "--fail-on-leak", run.fail_on_leak,
        "a secret in an artifact, a cache, an image or an S3 upload fails the step before it is stored");
    command.add_flag("--strict-host-keys", run.strict_host_keys, "an unknown ssh host key is an error");
    offer(command.add_option("--executor", run.executor, "where jobs run: host")->option_text("NAME"),
          {"host"});
    add_list(command, "-P,--platform", run.platforms, "this machine stands for the label", "LABEL=host");
    add_number(command, "--parallel", run.parallel, "jobs at a time; default: the number of processors");
    add_list(command, "--aws-profile", run.aws_profiles,
             "a profile of this machine stands in for cloud credentials that only GitHub has", "[ROLE=]NAME");
    command
        .add_option("--docker-platform", run.docker_platform,
                    "what images are built for where a step names no platform")
        ->option_text("OS/ARCH");
    command.add_flag("--native-aws", run.native_aws,
                     "`aws` in scripts is the built-in one even where the CLI is installed");
    command
        .add_option("--actions-dir", run.actions_dir,
                    "actions are looked for in DIR/owner/repository, bare or not, before the network")
        ->option_text("DIR");
    command
        .add_option("--server-url", run.server_url,
                    "where actions are fetched from; default: https://github.com")
        ->option_text("URL");
    command.add_option("--node", run.node, "the Node.js of JavaScript actions; default: the first on PATH")
        ->option_text("PATH");
    add_list(command, "--original", run.originals,
             "run this action's own code instead of the built-in; '*' for all", "ACTION");
    command.add_flag("--offline", run.offline, "never reach for an action or an image over the network");
    command.add_flag("--keep", run.keep, "leave each job's workspace and print where");
    command.add_flag("--debug", run.debug, "RUNNER_DEBUG=1, ::debug:: lines shown");
    command.add_flag("--targets", run.targets, "a plan reads its targets and shows real differences");
    add_format(command);
    add_display(command);
    add_directory(command);
  }

  void add_workflow_commands() {
    auto& run = add("run", "run a workflow now, in the foreground");
    add_run_options(run);
    run.add_flag("-n,--dry-run", line.run.dry_run, "plan only");
    add_run_options(add("plan", "what a run would do: everything decided, nothing done"));
    auto& validate = add("validate", "check workflow files; without one, all under .github/workflows");
    validate.add_option("files", line.validate.files, "")->option_text("[FILE...]");
    validate.add_flag("--strict", line.validate.strict, "warnings are errors");
    add_format(validate, kValidateFormats);
    add_directory(validate);
    auto& list = add("list", "workflows, their triggers and jobs");
    list.add_option("workflow", line.name, "")->option_text("[WORKFLOW]");
    add_format(list);
    add_color(list);
    add_directory(list);
  }

  void add_history_commands() {
    auto& history = line.history;
    auto& runs = add("runs", "the runs of this repository, the newest first");
    add_number(runs, "-L,--limit", history.limit, "at most so many; default: 20");
    const auto take = [&history](const std::string& given) {
      history.status = kStatuses[choose("--status", given, kStatuses)];
    };
    offer(
        runs.add_option_function<std::string>("-s,--status", take, "only those: " + joined(kStatuses, " or "))
            ->option_text("STATUS"),
        kStatuses);
    runs.add_option("-w,--workflow", history.workflow, "only those of this workflow: its file or its name")
        ->option_text("WORKFLOW");
    runs.add_option("-b,--branch", history.branch, "only those of this branch or tag")->option_text("BRANCH");
    runs.add_option("-e,--event", history.event, "only those of this event")->option_text("NAME");
    runs.add_flag("--all", history.all, "of every repository");
    add_format(runs);
    add_display(runs);
    add_directory(runs);
    auto& logs = add("logs", "the log of a run: the newest of this repository, or one that is named");
    logs.add_option("run", history.run, "its number in `runner runs`; default: the newest")
        ->option_text("[RUN]");
    logs.add_option("job", history.job, "a job, or JOB/STEP")->option_text("[JOB]");
    logs.add_flag("-f,--follow", history.follow, "go on until the run has ended");
    logs.add_flag("--failed", history.failed, "only the steps that failed");
    logs.add_flag("--summary", history.summary, "what its steps wrote to GITHUB_STEP_SUMMARY");
    logs.add_flag("--timestamps", history.timestamps, "the time before each line of the log");
    add_format(logs);
    add_display(logs);
    add_directory(logs);
  }

  void add_other_commands() {
    auto& eval = add("eval", "evaluate an expression against contexts given as JSON");
    eval.add_option("expression", line.eval.expression, "bare or inside ${{ }}")->option_text("EXPR");
    eval.add_option("--context", line.eval.context, "one JSON object whose members are the contexts")
        ->option_text("FILE");
    eval.add_option("--batch", line.eval.batch,
                    "lines {\"expr\":...,\"contexts\":{...}}; - is standard input")
        ->option_text("FILE");
    add_directory(eval);
    auto& actions =
        add("actions",
            "the built-in actions; with a name its inputs, outputs and versions; `aws`: the command "
            "lines of the AWS CLI that are built in");
    actions.add_option("name", line.name, "an action; with --fetch a workflow")->option_text("[NAME]");
    actions.add_flag("--fetch", line.actions.fetch,
                     "fetch the actions of other repositories that the workflows here use, or that one");
    actions.add_flag("--cached", line.actions.cached, "those that are here");
    actions.add_flag("--prune", line.actions.prune, "delete those that no run has used for 30 days");
    actions
        .add_option("--server-url", line.run.server_url,
                    "where they are fetched from; default: https://github.com")
        ->option_text("URL");
    actions.add_option("--token", line.run.token, "for repositories that do not answer without one")
        ->option_text("TOKEN");
    add_format(actions);
    add_directory(actions);
    auto& doctor = add("doctor", "what this machine has and lacks for the workflows here");
    doctor.add_option("workflow", line.name, "")->option_text("[WORKFLOW]");
    add_format(doctor);
    add_display(doctor);
    add_directory(doctor);
    add_format(add("version", "the version"));
    auto& completion =
        add("completion",
            "a script that completes command lines in bash, zsh or fish; it says how it is installed");
    const auto take = [this](const std::string& given) {
      line.completion.shell = kShells[choose("completion", given, kShells)];
    };
    offer(completion.add_option_function<std::string>("shell", take, "bash, zsh or fish")
              ->option_text("bash|zsh|fish")
              ->required(),
          kShells);
    completion
        .add_option("words", line.completion.words,
                    "behind --: of a command line; what could stand for the last one")
        ->option_text("[WORD...]");
    auto& help = add("help", "this text, or that of a command");
    help.add_option("command", line.name, "")->option_text("[COMMAND]");
    help.add_flag("--man", line.man, "everything as a man page: runner help --man | man -l -");
  }

  CLI::App app;
  CommandLine& line;
  std::map<const CLI::Option*, std::vector<std::string>> values;  // of options that take no others
};

// A parser with what it reads into.
struct Reading {
  CommandLine line;
  Parser parser{line};
};

// To make one is most of what a short command does: the tables come from the same that then reads the command
// line.
std::unique_ptr<Reading>& unused_reading() {
  static auto reading = std::make_unique<Reading>();
  return reading;
}

std::unique_ptr<Reading> new_reading() {
  command_tables();  // while it is still unused
  auto& unused = unused_reading();
  return unused != nullptr ? std::move(unused) : std::make_unique<Reading>();
}

CommandRow command_row(const Parser& parser, const CLI::App& app) {
  CommandRow row{.name = &app == &parser.app ? "" : app.get_name(),
                 .text = app.get_description(),
                 .options = {},
                 .arguments = {}};
  for (const auto* option : app.get_options()) {
    OptionRow one{
        .names = {}, .metavar = option->get_option_text(), .text = option->get_description(), .values = {}};
    for (const auto& name : option->get_snames()) one.names.push_back("-" + name);
    for (const auto& name : option->get_lnames()) one.names.push_back("--" + name);
    if (const auto at = parser.values.find(option); at != parser.values.end()) one.values = at->second;
    row.many = row.many || (one.names.empty() && option->get_items_expected_max() > 1);
    (one.names.empty() ? row.arguments : row.options).push_back(std::move(one));
  }
  return row;
}

std::vector<std::string> all_options() {
  std::vector<std::string> names;
  for (const auto& command : command_tables()) {
    for (const auto& option : command.options)
      names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

// Lines "--option value", "--option=value" or "option value" that this command knows, as arguments.
std::vector<std::string> default_arguments(const CommandRow& command, const std::vector<DefaultLine>& lines) {
  std::vector<std::string> args;
  for (const auto& line : lines) {
    auto entry = std::string(trim(line.text));
    if (entry.empty() || entry.starts_with('#')) continue;
    if (!entry.starts_with('-')) entry.insert(0, "--");
    const auto space = entry.find_first_of(" \t");
    const auto word = entry.substr(0, space), name = word.substr(0, word.find('='));
    const auto& tables = command_tables();
    const auto knows = [&](const CommandRow& row) { return row.option(name) != nullptr; };
    if (std::none_of(tables.begin(), tables.end(), knows))
      throw UsageError("no command has the option {}{}", name, did_you_mean(name, all_options()));
    if (!knows(command)) continue;
    args.push_back(word);
    if (space != std::string::npos) args.emplace_back(trim(std::string_view(entry).substr(space)));
  }
  return args;
}

void fill_help(CommandLine& line, const std::string& command) {
  line.command = "help";
  const auto fresh = new_reading();  // one that has parsed something tells of the command it found only
  const auto* row = find_command(command);
  if (!command.empty() && row == nullptr)
    throw UsageError("there is no command \"{}\"{}", command, did_you_mean(command, command_names()));
  const CLI::App& program = fresh->parser.app;
  const CLI::App& app = command.empty() ? program : *program.get_subcommand(command);
  line.help = app.help(command.empty() ? "" : "runner");
}

// `at`: of the command in `args`.
CommandLine parse(const std::vector<std::string>& args, size_t at, const std::vector<std::string>& defaults) {
  const auto reading = new_reading();
  auto& line = reading->line;
  const auto command = at < args.size() ? args[at] : "";
  auto all = args;
  if (at < args.size())
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(at) + 1, defaults.begin(), defaults.end());
  std::reverse(all.begin(), all.end());  // CLI11 takes them from the back
  try {
    reading->parser.app.parse(all);
  } catch (const CLI::CallForHelp&) {
    fill_help(line, command);
    return std::move(line);
  } catch (const CLI::CallForVersion&) {
    line.command = "version";
    return std::move(line);
  } catch (const CLI::RequiredError&) {
    throw UsageError("runner {} needs an argument; `runner help {}` tells more", command, command);
  } catch (const CLI::ParseError& error) {  // misfit() has seen nothing
    throw UsageError("{}: {}", command, error.what());
  }
  line.command = command;
  if (command == "help" && !line.man) fill_help(line, line.name);
  return std::move(line);
}

CommandLine parse_with(const std::vector<std::string>& args, size_t at, const CommandRow& command,
                       const std::vector<DefaultLine>& lines) {
  const auto defaults = default_arguments(command, lines);
  if (const auto wrong = misfit(command, defaults); !wrong.empty()) throw UsageError("{}", wrong);
  auto line = parse(args, at, defaults);
  for (const auto& one : lines) {
    if (!default_arguments(command, {one}).empty()) line.defaults.push_back(one);
  }
  return line;
}

}  // namespace

const std::vector<CommandRow>& command_tables() {
  static const auto tables = [] {
    const auto& parser = unused_reading()->parser;
    std::vector<CommandRow> rows{command_row(parser, parser.app)};
    for (const auto* command : parser.app.get_subcommands([](const CLI::App*) { return true; }))
      rows.push_back(command_row(parser, *command));
    return rows;
  }();
  return tables;
}

CommandLine parse_command_line(const std::vector<std::string>& args,
                               const std::vector<DefaultLine>& defaults) {
  const auto& tables = command_tables();
  if (args == std::vector<std::string>{"-v"}) return parse({"version"}, 0, {});
  const auto at = command_at(args);
  const auto first =
      std::vector(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(std::min(at + 1, args.size())));
  const auto* command = at < args.size() ? find_command(args[at]) : nullptr;
  if (command == nullptr) {
    const auto near = at < args.size() ? did_you_mean(args[at], command_names()) : "";
    if (at < args.size() && !args[at].starts_with('-'))
      throw UsageError("there is no command \"{}\"{}", args[at],
                       near.empty() ? "; `runner help` lists those there are" : near);
    if (const auto wrong = misfit(tables.front(), first); !wrong.empty()) throw UsageError("{}", wrong);
    return parse(args, args.size(), {});
  }
  const std::vector rest(args.begin() + static_cast<std::ptrdiff_t>(at) + 1, args.end());
  if (const auto wrong = misfit(*command, rest); !wrong.empty()) throw UsageError("{}", wrong);
  try {
    return parse_with(args, at, *command, defaults);
  } catch (const UsageError&) {
    parse(args, at, {});  // the command line itself comes first
    for (const auto& line : defaults) {
      try {
        parse_with(args, at, *command, {line});
      } catch (const UsageError& error) {
        throw UsageError("{}: {}", line.place, error.what());
      }
    }
    throw;
  }
}

}  // namespace runner
