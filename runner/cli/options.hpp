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
  std::string docker_platform;
  std::optional<int> run_number;
  int parallel = 0;  // 0: one for each processor
  bool force = false, dirty = false, host_home = false, strict_host_keys = false, offline = false,
       strict = false, fail_on_leak = false;
  bool native_aws = false, dry_run = false, targets = false, keep = false, debug = false;
};

struct ValidateOptions {
  std::vector<std::string> files;
  bool strict = false;
};

struct EvalArguments {
  std::string expression, context, batch;
};

struct HistoryOptions {
  std::string run, job;
  int limit = 20;
  bool follow = false, failed = false, all = false, summary = false;
};

struct CommandLine {
  std::string command;  // "run", "plan", ...; "help" with `help` filled in
  std::string help;     // text to print
  std::string name;     // of `actions NAME`, `list WORKFLOW`
  CommonOptions common;
  RunOptions run;
  ValidateOptions validate;
  EvalArguments eval;
  HistoryOptions history;
};

// `defaults`: lines of .runnerrc files, the weaker file first. Throws UsageError with the nearest option or
// command.
CommandLine parse_command_line(const std::vector<std::string>& args,
                               const std::vector<std::string>& defaults);

}  // namespace runner
