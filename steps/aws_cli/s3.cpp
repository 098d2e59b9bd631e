#include "steps/aws_cli/s3.hpp"

#include <algorithm>

#include "steps/aws_cli/command.hpp"
#include "steps/aws_cli/s3_buckets.hpp"
#include "steps/aws_cli/s3_request.hpp"
#include "steps/aws_cli/s3_transfer.hpp"
#include "steps/clients/aws/s3/connection.hpp"

namespace runner::aws {
namespace {

using Command = int (*)(const Arguments&, Session&, Terminal&);
constexpr std::pair<std::string_view, Command> kCommands[] = {
    {"ls", run_s3_ls},           {"mb", run_s3_mb},           {"rb", run_s3_rb},
    {"presign", run_s3_presign}, {"website", run_s3_website},
};

World world_of(const Terminal& terminal) {
  World world{.env = terminal.env, .http = terminal.http, .stop = terminal.stop};
  world.sleep = terminal.sleep;
  return world;
}

// The first word is the subcommand, wherever options stand.
std::string take_command(const std::vector<std::string>& args, std::vector<std::string>& rest) {
  const auto words = read_globals(args).words;
  const std::string command = words.empty() ? "" : words.front();
  bool taken = false;
  for (const auto& word : args) {
    if (!taken && word == command) {
      taken = true;
    } else {
      rest.push_back(word);
    }
  }
  return command;
}

int run_command(const std::string& command, Arguments arguments, Terminal& terminal) {
  const auto globals = globals_of(arguments, terminal.env);
  Session session(globals.session, world_of(terminal));
  for (const auto& [name, run] : kCommands) {
    if (name == command) return run(arguments, session, terminal);
  }
  const auto request = read_s3_request(command, std::move(arguments), terminal);
  return run_s3_transfer(request, session, terminal);
}

int say(Terminal& terminal, const std::string& text, int code) {
  terminal.err("\n" + text + "\n");
  return code;
}

}  // namespace

int run_s3(const std::vector<std::string>& args, Terminal& terminal, std::string& missing) {
  std::string command;
  try {
    std::vector<std::string> rest;
    command = take_command(args, rest);
    if (!is_s3_command(command)) {
      missing = command.empty() ? "aws s3" : "aws s3 " + command;
      return kNotCovered;
    }
    return run_command(command, read_arguments(rest, s3_option_specs(command)), terminal);
  } catch (const NotBuiltIn& error) {
    missing = fmt::format("aws s3 {}: {}", command, error.what());
    return kNotCovered;
  } catch (const UsageError252& error) {
    if (error.unknown_option) {
      missing = fmt::format("aws s3 {}: {}", command, error.what());
      return kNotCovered;
    }
    terminal.err(error.with_usage ? usage_text(error) : fmt::format("\n{}\n", error.what()));
    return kExitUsage;
  } catch (const ConfigurationError& error) {
    return say(terminal, error.what(), error.status());
  } catch (const ServiceError& error) {
    return say(terminal, error.what(), kExitService);
  } catch (const s3::Cancelled&) {
    return kExitInterrupted;
  } catch (const std::exception& error) {
    return say(terminal, error.what(), kExitGeneral);
  }
}

std::vector<std::string> plan_s3(const std::vector<std::string>& args, Terminal& terminal) {
  std::vector<std::string> rest;
  const auto command = take_command(args, rest);
  static const std::vector<std::string> kPlanned = {"sync", "cp", "mv", "rm"};
  if (std::find(kPlanned.begin(), kPlanned.end(), command) == kPlanned.end()) return {};
  try {
    auto arguments = read_arguments(rest, s3_option_specs(command));
    const auto globals = globals_of(arguments, terminal.env);
    Session session(globals.session, world_of(terminal));
    const auto request = read_s3_request(command, std::move(arguments), terminal);
    if (request.stream || request.dry_run) return {};
    return plan_s3_transfer(request, session, terminal);
  } catch (const NotBuiltIn&) {
    return {};
  }
}

}  // namespace runner::aws
