// Finds the command of a command line, runs it, and turns whatever goes wrong into the CLI's words and exit
// code.
#include <sys/utsname.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/command.hpp"
#include "steps/aws_cli/custom_commands.hpp"
#include "steps/aws_cli/s3.hpp"

namespace runner::aws {
namespace {

// Scripts read the major version from it.
constexpr const char* kVersion = "2.36.7";

std::string version_line() {
  utsname system{};
  ::uname(&system);
  return fmt::format("aws-cli/{} (runner) {}/{} exe/{}\n", kVersion, system.sysname, system.release,
                     system.machine);
}

std::vector<std::string> from(const std::vector<std::string>& words, size_t first) {
  return {words.begin() + static_cast<long>(std::min(first, words.size())), words.end()};
}

std::vector<std::string> known_services() {
  std::vector<std::string> names = {"s3", "configure"};
  for (const auto name : service_names()) names.emplace_back(name);
  return names;
}

void check_query(const std::string& query) {
  if (query.empty()) return;
  try {
    const Query parsed(query);
  } catch (const QueryError& error) {
    refuse_value(fmt::format("Bad value for --query {}: {}", query, error.what()));
  }
}

void check_words(const std::vector<std::string>& words) {
  if (words.empty()) throw UsageError252("aws: error: the following arguments are required: command");
  if (words.front().rfind('-', 0) == 0)
    throw NotCovered("the option {} in front of the command", words.front());
  if (words.back() == "help") throw NotCovered("help");
}

int run_command(const Arguments& given, Terminal& terminal) {
  CommandLine line{terminal, given, globals_of(given, terminal.env), from(given.words, 2)};
  check_query(line.globals.query);
  const auto& service = given.words[0];
  const auto command = given.words.size() > 1 ? given.words[1] : "";
  if (command.empty()) throw UsageError252("aws: error: the following arguments are required: operation");
  if (const auto* custom = find_custom_command(service, command)) return custom->run(line);
  if (const auto* table = find_service(service)) return run_service_command(line, *table, command);
  if (service == "configure") throw NotCovered("the command \"configure {}\"", command);
  throw NotCovered("the service \"{}\"{}", service, did_you_mean(service, known_services()));
}

int run(const std::vector<std::string>& args, Terminal& terminal, std::string& missing) {
  const auto given = read_globals(args);
  if (given.has("version")) {
    terminal.out(version_line());
    return 0;
  }
  if (given.has("cli-auto-prompt")) throw NotCovered("--cli-auto-prompt");
  check_words(given.words);
  if (given.words.front() == "s3") return run_s3(words_from(given, 1), terminal, missing);
  return run_command(given, terminal);
}

int fail(Terminal& terminal, int status, std::string_view text) {
  terminal.err(fmt::format("\n{}\n", text));
  return status;
}

int interrupted(Terminal& terminal) {
  terminal.out("\n");
  return kExitInterrupted;
}

}  // namespace

std::vector<std::string> words_from(const Arguments& given, size_t first) {
  std::vector<std::string> words;
  for (const auto& option : given.options)
    words.push_back("--" + option.name + (option.values.empty() ? "" : "=" + option.values.front()));
  const auto rest = from(given.words, first);
  words.insert(words.end(), rest.begin(), rest.end());
  return words;
}

World CommandLine::world() const {
  return {.env = terminal.env, .http = terminal.http, .stop = terminal.stop, .sleep = terminal.sleep};
}

Arguments CommandLine::read(const std::vector<OptionSpec>& specs) const {
  try {
    return read_arguments(words, specs);
  } catch (const UsageError252& error) {
    if (error.unknown_option) throw NotCovered("the option {}", std::string_view(error.what()).substr(17));
    throw;
  }
}

int run_aws(const std::vector<std::string>& args, Terminal& terminal, std::string& missing) {
  try {
    return run(args, terminal, missing);
  } catch (const NotCovered& error) {
    missing = error.what();
    return kNotCovered;
  } catch (const UsageError252& error) {
    terminal.err(usage_text(error));
    return kExitUsage;
  } catch (const ConfigurationError& error) {
    return fail(terminal, error.status(), error.what());
  } catch (const ServiceError& error) {
    if (terminal.stop.stop_requested()) return interrupted(terminal);
    // a waiter that failed has no code
    if (error.code().empty()) return fail(terminal, kExitGeneral, error.message());
    return fail(terminal, kExitService, error.what());
  } catch (const std::exception& error) {
    if (terminal.stop.stop_requested()) return interrupted(terminal);
    return fail(terminal, kExitGeneral, error.what());
  }
}

}  // namespace runner::aws
