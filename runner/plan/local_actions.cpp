#include "runner/plan/local_actions.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/action/load.hpp"
#include "steps/catalog.hpp"
#include "steps/system/process.hpp"

namespace runner {
namespace {

constexpr int kMostNested = 9;  // execution.md 8.2

std::string title_of(const Step& step) {
  if (step.name) return step.name.text;
  return step.uses ? step.uses->text : "Run " + first_line(step.run.text);
}

}  // namespace

std::string unknown_action_message(const Uses& uses) {
  if (uses.docker()) return fmt::format("Docker images as steps ({}) are not supported yet", uses.text);
  if (uses.local())
    return fmt::format("actions of the repository by $/ ({}) are not supported yet", uses.text);
  std::vector<std::string> names;
  for (const auto& action : builtin_actions()) names.push_back(action.spec.uses);
  return fmt::format(
      "the action {} is not built in, and other actions run only from the workspace (./...), so far{}; "
      "`runner actions` lists the built-in ones",
      uses.action(), did_you_mean(uses.action(), names));
}

std::string LocalActions::problem(const Uses& uses) const { return problem(uses, 1); }

std::string LocalActions::problem(const Uses& uses, int depth) const {
  if (find_builtin(uses.action()) != nullptr) return "";
  if (!uses.local() || uses.text.starts_with("$/")) return unknown_action_message(uses);
  if (depth > kMostNested)
    return fmt::format("{}: actions are nested more than {} deep", uses.text, kMostNested);
  try {
    const auto folder = local_action_folder(uses, root_);
    if (root_.empty() || !has_action(folder)) return "";
    const auto action = load_action(folder, uses.text);
    if (action.file->kind == ActionKind::docker)
      return fmt::format("{}: Docker actions are not supported yet", uses.text);
    if (action.file->kind == ActionKind::javascript && !find_program("node", path_of(env_), root_))
      return fmt::format("{} needs Node.js, and there is no `node` on PATH: apt-get install nodejs",
                         uses.text);
    for (const auto& step : action.file->steps) {
      if (!step.uses) continue;
      if (const auto inner = problem(*step.uses, depth + 1); !inner.empty())
        return fmt::format("{}: {}", place_text(action.file->path, step.uses->pos), inner);
    }
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

std::string LocalActions::kind(const Uses& uses) const {
  try {
    const auto folder = local_action_folder(uses, root_);
    if (root_.empty() || !has_action(folder)) return "local";
    switch (load_action(folder, uses.text).file->kind) {
      case ActionKind::composite:
        return "composite";
      case ActionKind::javascript:
        return "javascript";
      case ActionKind::docker:
        return "docker";
    }
  } catch (const InputError&) {  // told as a problem
  }
  return "local";
}

std::vector<std::string> LocalActions::effects(const Uses& uses) const {
  try {
    const auto folder = local_action_folder(uses, root_);
    if (root_.empty() || !has_action(folder))
      return {fmt::format("{} is not there yet: it is read when the step runs", uses.text)};
    const auto action = load_action(folder, uses.text);
    if (action.file->kind == ActionKind::javascript) return {"node " + action.file->main};
    std::vector<std::string> lines;
    for (const auto& step : action.file->steps) lines.push_back(title_of(step));
    return lines;
  } catch (const InputError&) {  // told as a problem
    return {};
  }
}

}  // namespace runner
