// `runner actions`: the built-in actions, as their own descriptions tell; with `aws` the command lines of the
// AWS CLI that steps find built in.
#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/prepare.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/report/paint.hpp"
#include "steps/action/remote.hpp"
#include "steps/aws_cli/known_commands.hpp"
#include "steps/catalog.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

std::string versions_text(const ActionSpec& spec) {
  if (spec.first_major == spec.last_major) return fmt::format("v{}", spec.first_major);
  return fmt::format("v{} to v{}", spec.first_major, spec.last_major);
}

std::string short_name(const std::string& uses) { return uses.substr(uses.find('/') + 1); }

// "docker/login-action", with a version or not, or the part behind the owner alone.
const ActionSpec& find_action(const std::string& wanted) {
  const auto name = wanted.substr(0, wanted.find('@'));
  if (const auto* action = find_builtin(name)) return action->spec;
  std::vector<std::string> names;
  for (const auto& action : builtin_actions()) {
    if (equal_ignoring_case(short_name(action.spec.uses), name)) return action.spec;
    names.push_back(action.spec.uses);
    names.push_back(short_name(action.spec.uses));
  }
  throw UsageError("the action \"{}\" is not built in{}; `runner actions` lists those that are", name,
                   did_you_mean(name, names));
}

Json action_json(const ActionSpec& spec) {
  Json inputs = Json::array(), outputs = Json::array();
  for (const auto& input : spec.inputs) {
    inputs.push_back({{"name", input.name},
                      {"doc", input.doc},
                      {"required", input.required},
                      {"default", input.fallback.empty() ? Json() : Json(input.fallback)}});
  }
  for (const auto& [name, doc] : spec.outputs) outputs.push_back({{"name", name}, {"doc", doc}});
  return {{"uses", spec.uses},
          {"doc", spec.doc},
          {"first_major", spec.first_major},
          {"last_major", spec.last_major},
          {"inputs", std::move(inputs)},
          {"outputs", std::move(outputs)}};
}

void write_all(std::ostream& out) {
  const Paint paint({});
  int names = 0;
  for (const auto& action : builtin_actions()) names = std::max(names, display_width(action.spec.uses));
  for (const auto& action : builtin_actions()) {
    out << paint.column(action.spec.uses, names) << "  " << paint.column(versions_text(action.spec), 10)
        << "  " << action.spec.doc << "\n";
  }
}

std::string input_remark(const InputSpec& input) {
  if (input.required) return " (required)";
  return input.fallback.empty() ? "" : fmt::format(" (default: {})", replace_all(input.fallback, "\n", " "));
}

void write_one(const ActionSpec& spec, std::ostream& out) {
  const Paint paint({});
  out << fmt::format("{}  {}\n{}\n", spec.uses, versions_text(spec), spec.doc);
  int names = 0;
  for (const auto& input : spec.inputs) names = std::max(names, display_width(input.name));
  for (const auto& [name, doc] : spec.outputs) names = std::max(names, display_width(name));
  if (!spec.inputs.empty()) out << "\ninputs\n";
  for (const auto& input : spec.inputs) {
    out << "  " << paint.column(input.name, names) << "  " << input.doc << input_remark(input) << "\n";
  }
  if (!spec.outputs.empty()) out << "\noutputs\n";
  for (const auto& [name, doc] : spec.outputs)
    out << "  " << paint.column(name, names) << "  " << doc << "\n";
}

int list_aws_commands(Format format, std::ostream& out) {
  const auto commands = aws::known_commands();
  if (format == Format::json) {
    out << Json{{"aws", commands}}.dump(2) << "\n";
    return 0;
  }
  for (const auto& command : commands) out << "aws " << command << "\n";
  return 0;
}

std::shared_ptr<RemoteActions> actions_of_others(const CommandLine& line, const Tools& tools) {
  RunOrder order;
  order.server_url = line.run.server_url;
  return remote_actions(order, machine_of(tools, false), line.run.token.value_or(""));
}

// Of the workflows here, or of one.
int fetch_used(const CommandLine& line, Tools& tools) {
  const auto repository = open_repository(tools.directory);
  const auto files =
      line.name.empty()
          ? all_workflow_files(repository, repository.bare)
          : std::vector{find_workflow_file(line.name, tools.directory, repository, repository.bare)};
  std::vector<Uses> wanted;
  std::map<std::string, std::string> file_of;
  for (const auto& file : files) {
    const auto workflow = read_workflow(file.path, file.source).workflow;
    if (workflow == nullptr) throw UsageError("{} is wrong; see: runner validate {}", file.path, file.path);
    for (const auto& job : workflow->jobs) {
      for (const auto& step : job.steps) {
        if (step.uses) add_remote_uses(repository, *step.uses, wanted);
      }
    }
    for (const auto& uses : wanted) file_of.try_emplace(uses.text, file.path);
  }
  const auto remote = actions_of_others(line, tools);
  const auto problems = remote->fetch(wanted, tools.interrupts.cancel).problems;
  std::set<std::string> told;
  for (const auto& uses : wanted) {
    const auto folder = find_builtin(uses.action()) != nullptr || !told.insert(uses.text).second
                            ? std::nullopt
                            : remote->here(uses);
    if (folder) tools.out << fmt::format("{}  {}\n", uses.text, folder->string());
  }
  for (const auto& [uses, message, stops] : problems)
    tools.err << fmt::format("runner: {}: {}: {}\n", file_of[uses.text], uses.text, message);
  return problems.empty() ? 0 : 1;
}

int show_cached(const CommandLine& line, Tools& tools) {
  const auto remote = actions_of_others(line, tools);
  if (line.actions.prune) {
    const auto gone = remote->prune(std::chrono::days(30));
    tools.out << counted(gone, "action") << " deleted\n";
    return 0;
  }
  for (const auto& [name, commit, refs, used] : remote->cached())
    tools.out << fmt::format("{}  {}  {}\n", name, commit.substr(0, 7), fmt::join(refs, ", "));
  return 0;
}

}  // namespace

int actions_command(const CommandLine& line, Tools& tools) {
  if (line.actions.fetch) return fetch_used(line, tools);
  if (line.actions.cached || line.actions.prune) return show_cached(line, tools);
  if (line.name == "aws") return list_aws_commands(line.common.format, tools.out);
  if (line.common.format == Format::json) {
    Json all = Json::array();
    for (const auto& action : builtin_actions()) all.push_back(action_json(action.spec));
    tools.out << (line.name.empty() ? all : action_json(find_action(line.name))).dump(2) << "\n";
  } else if (line.name.empty()) {
    write_all(tools.out);
  } else {
    write_one(find_action(line.name), tools.out);
  }
  return 0;
}

}  // namespace runner
