// What the `aws` command lines of a script would do, in a line each.
#include <algorithm>
#include <iterator>

#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "steps/aws_cli/command.hpp"
#include "steps/aws_cli/custom_commands.hpp"
#include "steps/aws_cli/s3_request.hpp"
#include "steps/aws_cli/script_commands.hpp"
#include "steps/step.hpp"

namespace runner::aws {
namespace {

using Lines = std::vector<std::string>;

std::string word_at(const Arguments& a, size_t index) {
  return index < a.words.size() ? a.words[index] : "?";
}
std::string given(const Arguments& a, std::string_view before, std::string_view name) {
  return a.has(name) ? fmt::format("{}{}", before, a.value(name)) : "";
}

std::string s3_transfer(std::string_view verb, const Arguments& a) {
  if (a.has("dryrun")) return "";
  return fmt::format("{} {} to {}{}", verb, word_at(a, 0), word_at(a, 1),
                     a.has("recursive") ? ", recursively" : "");
}

// Nothing: the command changes nothing.
struct Told {
  std::string_view service, command;
  std::string (*tell)(const Arguments& arguments);
};
constexpr Told kTold[] = {
    {"s3", "sync",
     [](const Arguments& a) -> std::string {
       const auto text = s3_transfer("sync", a);
       return text.empty() || !a.has("delete") ? text : text + ", deleting what is not there";
     }},
    {"s3", "cp", [](const Arguments& a) { return s3_transfer("copy", a); }},
    {"s3", "mv", [](const Arguments& a) { return s3_transfer("move", a); }},
    {"s3", "rm",
     [](const Arguments& a) -> std::string {
       if (a.has("dryrun")) return "";
       return fmt::format("delete {}{}", word_at(a, 0), a.has("recursive") ? ", recursively" : "");
     }},
    {"s3", "mb", [](const Arguments& a) { return "make bucket " + word_at(a, 0); }},
    {"s3", "rb", [](const Arguments& a) { return "remove bucket " + word_at(a, 0); }},
    {"s3", "website", [](const Arguments& a) { return "set the website configuration of " + word_at(a, 0); }},
    {"s3", "ls", [](const Arguments&) { return std::string(); }},
    {"s3", "presign", [](const Arguments&) { return std::string(); }},
    {"cloudfront", "create-invalidation",
     [](const Arguments& a) {
       const auto paths = a.values("paths");
       return fmt::format("invalidate {} of distribution {}",
                          paths.empty() ? "paths" : fmt::format("{}", fmt::join(paths, " ")),
                          a.value("distribution-id", "?"));
     }},
    {"ecs", "update-service",
     [](const Arguments& a) {
       return fmt::format("update service {} of cluster {}{}{}{}", a.value("service", "?"),
                          a.value("cluster", "default"), given(a, " to task definition ", "task-definition"),
                          given(a, ", desired count ", "desired-count"),
                          a.has("force-new-deployment") ? ", new deployment" : "");
     }},
    {"ecs", "register-task-definition",
     [](const Arguments& a) {
       return "register a revision of task definition " + a.value("family", a.value("cli-input-json", "?"));
     }},
    {"ecs", "run-task",
     [](const Arguments& a) {
       return fmt::format("run a task of {} in cluster {}", a.value("task-definition", "?"),
                          a.value("cluster", "default"));
     }},
    {"autoscaling", "start-instance-refresh",
     [](const Arguments& a) {
       return "replace the instances of Auto Scaling group " + a.value("auto-scaling-group-name", "?");
     }},
    {"ec2", "create-launch-template-version",
     [](const Arguments& a) {
       return "create a version of launch template " +
              a.value("launch-template-name", a.value("launch-template-id", "?"));
     }},
    {"codebuild", "start-build",
     [](const Arguments& a) { return "start a build of project " + a.value("project-name", "?"); }},
    {"deploy", "create-deployment",
     [](const Arguments& a) {
       return fmt::format("deploy application {} to group {}", a.value("application-name", "?"),
                          a.value("deployment-group-name", "?"));
     }},
    {"ecr", "create-repository",
     [](const Arguments& a) { return "create repository " + a.value("repository-name", "?"); }},
    {"ssm", "put-parameter", [](const Arguments& a) { return "set parameter " + a.value("name", "?"); }},
};

const Told* told_of(std::string_view service, std::string_view command) {
  const auto* found = std::find_if(std::begin(kTold), std::end(kTold), [&](const Told& row) {
    return row.service == service && row.command == command;
  });
  return found == std::end(kTold) ? nullptr : found;
}

bool reads_by_name(std::string_view command) {
  for (const std::string_view verb :
       {"describe-", "list-", "get-", "batch-get-", "wait", "help", "ls", "assume-role"})
    if (command.starts_with(verb)) return true;
  return false;
}

std::string tell(const Arguments& globals) {
  const auto service = word_at(globals, 0), command = word_at(globals, 1);
  const Lines rest(globals.words.begin() + std::min<long>(2, static_cast<long>(globals.words.size())),
                   globals.words.end());
  if (globals.has("version") || service == "configure" || service == "help") return "";
  if (find_custom_command(service, command) != nullptr) return "";
  const auto* row = told_of(service, command);
  if (row == nullptr) return reads_by_name(command) ? "" : fmt::format("aws {} {}", service, command);
  if (service == "s3") return row->tell(read_arguments(rest, s3_option_specs(command)));
  const auto* table = find_service(service);
  return row->tell(read_arguments(rest, service_option_specs(*table, *table->operation(command))));
}

// "; $TAG is known only in the run"
std::string unknown_parts(const ScriptCommand& command) {
  Lines parts;
  for (const auto& word : command.words)
    if (!word.known) parts.push_back(word.text.substr(0, 60));
  if (parts.empty()) return "";
  return fmt::format("; only the run knows {}", fmt::join(parts, ", "));
}

Lines texts(const ScriptCommand& command) {
  Lines words;
  for (const auto& word : command.words) words.push_back(replace_all(word.text, "\n", " "));
  return words;
}

// "" when it changes nothing.
std::string effect(const ScriptCommand& command) {
  std::string text;
  try {
    text = tell(read_globals(texts(command)));
  } catch (const Error& error) {
    const auto words = texts(command);
    text = fmt::format("aws {}: {}", words.empty() ? "" : words.front(), error.what());
  }
  if (text.empty()) return "";
  return text + (command.condition.empty() ? "" : ", " + command.condition) + unknown_parts(command);
}

bool all_known(const ScriptCommand& command) {
  return command.condition.empty() && command.directory.has_value() && unknown_parts(command).empty();
}

}  // namespace

std::vector<std::string> aws_effects(const std::string& script, const Environment& env) {
  Lines effects;
  for (const auto& command : aws_commands(script, env))
    if (auto line = effect(command); !line.empty()) effects.push_back(std::move(line));
  return effects;
}

std::vector<std::string> aws_differences(const std::string& script, Terminal& terminal) {
  Lines lines;
  for (const auto& command : aws_commands(script, terminal.env)) {
    const auto otherwise = effect(command);
    if (otherwise.empty()) continue;
    if (!all_known(command)) {
      lines.push_back(otherwise + ": not simulated");
      continue;
    }
    Terminal place{.env = command.env,
                   .directory = terminal.directory / *command.directory,
                   .http = terminal.http,
                   .out = terminal.out,
                   .err = terminal.err,
                   .in = {},
                   .stop = terminal.stop,
                   .announce = false,
                   .sleep = terminal.sleep,
                   .planned = terminal.planned};
    try {
      for (auto& line : plan_aws(texts(command), place)) lines.push_back(std::move(line));
    } catch (const NotBeforeRun& error) {
      lines.push_back(otherwise);
      lines.push_back(fmt::format("  {}", error.what()));
    } catch (const Error& error) {
      lines.push_back(otherwise);
      for (const auto line : split_lines(error.what())) lines.push_back(fmt::format("  {}{}", kUnread, line));
    }
  }
  return lines;
}

}  // namespace runner::aws
