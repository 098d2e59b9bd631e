// runner/cli/options.hpp -- the command line as values (cli.md). The only header over CLI11.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/reporter.hpp"

namespace runner {

enum class Format { text, json, sarif, github };

struct CommonOptions {
  std::string directory;  // -C
  Format format = Format::text;
  Color color = Color::automatic;
  bool quiet = false, verbose = false, no_progress = false;
};

struct RunOptions {
  std::string workflow, event, event_path, ref, sha, actor, repository, api_url, graphql_url,
      executor = "host";
  std::optional<std::string> token;
  std::vector<std::string> jobs, matrix, secrets, variables, env, inputs, platforms;
  std::vector<std::string> secret_files, variable_files, env_files, input_files;
  std::vector<std::string> aws_profiles;
  std::string docker_platform, actions_dir, server_url, node;
  std::vector<std::string> originals;
  std::optional<int> run_number;
  int parallel = 0;  // 0: one for each processor
  bool no_env_file = false;
  bool force = false, dirty = false, host_home = false, strict_host_keys = false, offline = false,
       strict = false, fail_on_leak = false;
  bool native_aws = false, dry_run = false, targets = false, keep = false, debug = false;
  bool all = false;  // every workflow that answers to the event
};

struct ValidateOptions {
  std::vector<std::string> files;
  bool strict = false;
};

// What `runner actions` does with those of other repositories.
struct ActionsOptions {
  bool fetch = false, cached = false, prune = false;
};

struct EvalArguments {
  std::string expression, context, batch;
};

struct HistoryOptions {
  std::string run, job;
  int limit = 20;
  std::string status, workflow, branch, event;  // only such runs; empty: any
  bool follow = false, failed = false, all = false, timestamps = false, summary = false;
};

struct CompletionOptions {
  std::string shell;
  std::vector<std::string> words;  // of a command line, the last of them being typed
};

// A line of a .runnerrc file.
struct DefaultLine {
  std::string place, text;    // "/home/ana/shop/.runnerrc:3"
  bool of_repository = true;  // whoever wrote that; else it is the user's own
};

struct CommandLine {
  std::string command;  // "run", "plan", ...; "help" with `help` filled in; "": none was given
  std::string help;     // text to print
  std::string name;     // of `actions NAME`, `list WORKFLOW`
  CommonOptions common;
  RunOptions run;
  ValidateOptions validate;
  ActionsOptions actions;
  EvalArguments eval;
  HistoryOptions history;
  CompletionOptions completion;
  bool man = false;                     // of help: all of it, as a man page
  std::vector<DefaultLine> defaults{};  // those that this command took
};

// `defaults`: lines of .runnerrc files, the weaker file first. Throws UsageError that says which argument, or
// which of those lines, does not fit, with the nearest that would.
CommandLine parse_command_line(const std::vector<std::string>& args,
                               const std::vector<DefaultLine>& defaults);

}  // namespace runner
