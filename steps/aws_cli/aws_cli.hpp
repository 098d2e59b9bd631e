// steps/aws_cli/aws_cli.hpp -- the `aws` command lines that deploy workflows run, with the CLI's own options,
// output and exit codes (aws.md 1 and 4): the program under the name `aws`, and the actions that are such a
// command line.
#pragma once
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/clients/aws/session.hpp"
#include "steps/step.hpp"

namespace runner::aws {

// Where a command runs and what it writes to.
struct Terminal {
  const Environment& env;
  std::filesystem::path directory;  // relative paths and file:// start here
  Http& http;
  std::function<void(std::string_view)> out, err;  // text as it is, line ends included
  std::function<size_t(char*, size_t)> in{};       // standard input; empty: there is none
  std::stop_token stop{};
  bool announce = false;  // say on err what a transfer will change, before it does
  std::function<void(std::chrono::milliseconds)> sleep{};  // as in World
  // Of a step: a symlink that leads out of this folder is told, and left out when `strict`; empty: any is
  // fine.
  std::filesystem::path root{};
  bool strict = false;
  bool planned =
      false;  // nothing is transferred: a local file that is not there yet is thrown as NotBeforeRun
  // Called for each file that is sent, from several threads; what it throws is why the file is not.
  std::function<void(const std::filesystem::path& file)> before_upload{};
};

// `args` without the program's name. The CLI's exit code; nothing is thrown.
// kNotCovered: nothing was written and nothing done, because the command line has something that is not built
// in; `missing` names it.
inline constexpr int kNotCovered = -1;
int run_aws(const std::vector<std::string>& args, Terminal& terminal, std::string& missing);

// main() of the program under the name `aws`: as above, and what is not covered goes to the next `aws` on
// PATH, else exit 252 with a message that names it.
int aws_main(int argc, char** argv);
bool is_aws(const char* program);  // argv[0] names it so
// Set in the environment of a run's steps: the file that gets a line for each command line that is built in
// (known_commands.hpp). Where it is set, Terminal::announce is too.
inline constexpr const char* kRecordVariable = "RUNNER_AWS_RECORD";
// The same: the file that gets the names of the files that were sent to S3, each ended by NUL.
inline constexpr const char* kSentVariable = "RUNNER_AWS_SENT";
// Set to "true" for --strict.
inline constexpr const char* kStrictVariable = "RUNNER_STRICT";

// One line for each thing the command line would change, read from its target ("upload 3, delete 1 objects in
// s3://bucket: 12 KiB"), then the names. For `plan --targets`; writes nothing. Empty: it changes nothing
// outside, or it is not covered. Throws what calls throw.
std::vector<std::string> plan_aws(const std::vector<std::string>& args, Terminal& terminal);

}  // namespace runner::aws
