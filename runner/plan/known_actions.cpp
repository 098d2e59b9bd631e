#include "runner/plan/known_actions.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/action/load.hpp"

namespace runner {
namespace {

std::string title_of(const Step& step) {
  if (step.name) return step.name.text;
  return step.uses ? step.uses->text : "Run " + first_line(step.run.text);
}

}  // namespace

std::optional<LoadedAction> KnownActions::load(const Uses& uses) const {
  if (!uses.local()) return remote_ == nullptr ? std::nullopt : remote_->load(uses);
  if (const auto at = local_.find(uses.text); at != local_.end()) return at->second;
  const auto folder = local_action_folder(uses, root_);
  if (root_.empty() || !has_action(folder)) return std::nullopt;
  return local_[uses.text] = load_action(folder, uses.text);
}

std::string KnownActions::missing(const Uses& uses) const {
  if (uses.local()) return fmt::format("{} is not there yet: it is read when the step runs", uses.text);
  return fmt::format("fetched before the first step, from {}",
                     remote_ == nullptr ? "its repository" : remote_->origin(uses));
}

std::string KnownActions::problem(const Uses& uses) const { return problem(uses, 1); }

std::string KnownActions::problem(const Uses& uses, int depth) const {
  if (uses.docker()) return fmt::format("Docker images as steps ({}) are not supported yet", uses.text);
  if (uses.text.starts_with("$/"))
    return fmt::format("actions of the repository by $/ ({}) are not supported yet", uses.text);
  if (builtin_for(choices_, uses) != nullptr) return "";
  if (depth > kMostNestedActions)
    return fmt::format("{}: actions are nested more than {} deep", uses.text, kMostNestedActions);
  try {
    const auto action = load(uses);
    if (!action && !uses.local() && remote_ != nullptr && remote_->offline())
      return fmt::format("{} is not here, and with --offline it is not fetched from {}", uses.text,
                         remote_->origin(uses));
    if (!action) return "";
    if (action->file->kind == ActionKind::docker)
      return fmt::format("{}: Docker actions are not supported yet", uses.text);
    if (action->file->kind == ActionKind::javascript && !node_.path()) return node_.missing(uses.text);
    for (const auto& step : action->file->steps) {
      if (!step.uses) continue;
      if (const auto inner = problem(*step.uses, depth + 1); !inner.empty())
        return fmt::format("{}: {}", place_text(action->file->path, step.uses->pos), inner);
    }
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

std::string KnownActions::kind(const Uses& uses) const {
  try {
    const auto action = load(uses);
    if (!action) return uses.local() ? "local" : "remote";
    switch (action->file->kind) {
      case ActionKind::composite:
        return "composite";
      case ActionKind::javascript:
        return "javascript";
      case ActionKind::docker:
        return "docker";
    }
  } catch (const InputError&) {  // told as a problem
  }
  return uses.local() ? "local" : "remote";
}

std::vector<std::string> KnownActions::effects(const Uses& uses) const {
  try {
    const auto action = load(uses);
    if (!action) return {missing(uses)};
    if (action->file->kind == ActionKind::javascript) return {"node " + action->file->main};
    std::vector<std::string> lines;
    for (const auto& step : action->file->steps) lines.push_back(title_of(step));
    return lines;
  } catch (const InputError&) {  // told as a problem
    return {};
  }
}

}  // namespace runner
