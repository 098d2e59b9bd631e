// steps/aws_cli/command.hpp -- what the commands of the `aws` command line are handed, and how they say that
// they do not know something. Private to steps/aws_cli.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/json.hpp"
#include "steps/aws_cli/aws_cli.hpp"
#include "steps/aws_cli/options.hpp"
#include "steps/aws_cli/parameters.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/aws/jmespath/jmespath.hpp"

namespace runner::aws {

// The CLI's exit codes (aws.md 1.5).
enum ExitCode { kExitInterrupted = 130, kExitUsage = 252, kExitService = 254, kExitGeneral = 255 };

// The command line has something that is not built in: run_aws() answers kNotCovered. Thrown before anything
// is done.
class NotCovered : public Error {
 public:
  using Error::Error;
};

struct CommandLine {
  Terminal& terminal;
  Arguments given;  // the global options; its words are what they leave: service, command, options
  Globals globals;  // what the global options say
  std::vector<std::string> words;  // after service and command

  World world() const;
  ValueSources sources() const { return {terminal.env, terminal.directory, globals.binary_format}; }
  // Reads `words` with the command's own options. Throws NotCovered for an option that is not of them.
  Arguments read(const std::vector<OptionSpec>& specs) const;
};

// The global options again as words, then the words from `first` on: for a command that reads them itself.
std::vector<std::string> words_from(const Arguments& given, size_t first);
// "--output", else the environment's, else the profile's, else json.
std::string output_format(const CommandLine& line, const Session& session);
// Prints an answer with --query applied.
void print_answer(const CommandLine& line, const Session& session, std::string_view title,
                  const nlohmann::ordered_json& answer);

// A service's operation or waiter by its table (service_command.cpp).
int run_service_command(CommandLine& line, const Service& service, const std::string& command);
std::vector<OptionSpec> service_option_specs(const Service& service, const Operation& operation);
bool only_reads(std::string_view operation);  // by its name
// What the operation is and what would be sent: for plans.
struct ServiceCall {
  const Operation* operation = nullptr;
  nlohmann::ordered_json input;
};
ServiceCall read_service_call(const CommandLine& line, const Service& service, const std::string& command);

}  // namespace runner::aws
