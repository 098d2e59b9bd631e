// Steps whose action is not built in: composite and JavaScript actions (execution.md 8.3 to 8.5).
#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "runner/exec/step_log.hpp"
#include "runner/exec/step_run.hpp"

namespace runner {
namespace {

int depth_of(const StepFrame& frame) {
  int depth = 0;
  for (const auto* at = &frame; at->outer != nullptr; at = at->outer) ++depth;
  return depth;
}

// While the step around them runs, its log is theirs.
class Inside {
 public:
  Inside(StepFrame& frame, const StepInfo& step) : frame_(frame) { frame_.step = &step; }
  ~Inside() { frame_.step = nullptr; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  StepFrame& frame_;
};

}  // namespace

LoadedAction StepRun::load() const {
  const auto& uses = *step_.uses;
  if (uses.docker() || uses.text.starts_with("$/"))
    throw InputError(fmt::format("{}: such steps are not supported yet", uses.text));
  if (depth_of(frame_) >= kMostNestedActions)
    throw InputError(fmt::format("{}: actions are nested more than {} deep", uses.text, kMostNestedActions));
  if (uses.local()) return load_action(local_action_folder(uses, job_.folders.workspace), uses.text);
  const auto& remote = job_.services.request.remote_actions;
  auto action = remote == nullptr ? std::nullopt : remote->load(uses);
  if (!action) throw InputError(fmt::format("{} was not fetched before the run", uses.text));
  return std::move(*action);
}

NamedValues StepRun::loaded_inputs(const ActionFile& file) {
  NamedValues with;
  for (auto& [name, value] : evaluate_string_map(step_.with, scope_)) with[name] = std::move(value);
  std::vector<std::string> declared;
  for (const auto& input : file.inputs) declared.push_back(input.name);
  if (!post_) warn_of_unexpected(with, declared);
  for (const auto& input : file.inputs) {
    const bool given = with.contains(input.name);
    if (!given) with[input.name] = evaluate_string(input.fallback, scope_);
    if (given && !post_ && !input.deprecation.empty())
      effects_.warning(
          fmt::format("Input '{}' has been deprecated with message: {}", input.name, input.deprecation));
  }
  for (auto& [name, value] : with) value = without_placeholder(std::move(value));
  return with;
}

StepRun::Attempt StepRun::run_loaded(const LoadedAction& action, std::vector<PendingPost>& posts) {
  const auto& file = *action.file;
  const auto with = loaded_inputs(file);
  NamedValues shown;
  for (const auto& [name, value] : with) {
    if (!value.empty()) shown[name] = value;
  }
  effects_.log_text(action_preamble(step_, shown, shown_env(job_.services.request, env_)));
  switch (file.kind) {
    case ActionKind::docker:
      return failed(fmt::format("{}: Docker actions are not supported yet", step_.uses->text));
    case ActionKind::composite:
      return run_composite(action, with, posts);
    case ActionKind::javascript:
      break;
  }
  if (!file.pre.empty() && step_.uses->local())
    effects_.warning(
        fmt::format("`pre` execution is not supported for local action from '{}'", step_.uses->text));
  if (const auto saved = job_.pre_states.find(&step_); saved != job_.pre_states.end())
    effects_.states = saved->second;
  // GitHub has the inner ones ready before the first step; here they run right before their main.
  if (!file.pre.empty() && !step_.uses->local() && is_nested() && is_due(file.pre_condition, "pre-if")) {
    auto before = run_javascript(action, file.pre, with);
    if (before.result.outcome != Outcome::success) return before;
    files_.take();  // what it saved is for main too
    files_.make();
  }
  if (!file.post.empty()) add_post({.step = &step_, .loaded = action}, posts);
  return run_javascript(action, file.main, with);
}

bool StepRun::run_pre() {
  LoadedAction action;
  try {
    action = load();
    if (action.file->kind != ActionKind::javascript || action.file->pre.empty()) return false;
    post_ = true;  // as a post's: its outcome is none of the step's
    prepare();
  } catch (const std::exception&) {  // told when the step itself begins
    return false;
  }
  report_start("Pre " + display_name());
  if (!is_due(action.file->pre_condition, "pre-if")) {
    finish({Outcome::skipped, ""});
    return true;
  }
  finish(attempt(
      [&] {
        const auto with = loaded_inputs(*action.file);
        effects_.log_text(action_preamble(step_, with, shown_env(job_.services.request, env_)));
        return run_javascript(action, action.file->pre, with);
      },
      false));
  job_.pre_states[&step_] = effects_.states;
  return true;
}

StepRun::Attempt StepRun::run_composite(const LoadedAction& action, const NamedValues& with,
                                        std::vector<PendingPost>& posts) {
  const auto frame = std::make_shared<StepFrame>();
  frame->inputs = text_object(with);
  frame->outer = &frame_;
  frame->kept[0] = frame_.weak_from_this().lock();
  frame->kept[1] = action.file;
  frame->key = key_ + ".";
  frame->action_path = job_.place.shown(action.folder);
  frame->action_id = is_nested() ? frame_.action_id : step_.id.value;
  frame->file = action.file->path;
  frame->env = frame_.env;
  for (const auto& [name, value] : own_env_) frame->env[name] = value;
  const Inside inside(*frame, info_);
  StepStop stop(stop_);
  int number = 0;
  for (const auto& step : action.file->steps) {
    if (token_.stop_requested()) break;
    StepRun(job_, *frame, stop, step, ++number).run(posts);
  }
  set_outputs(*action.file, *frame);
  if (frame->status != Outcome::failure) return {};
  return {.result = failure(frame->failure)};
}

void StepRun::set_outputs(const ActionFile& file, const StepFrame& frame) {
  auto env = job_.env;
  for (const auto& [name, value] : frame.env) env[name] = value;
  const auto scope = job_.step_scope(frame, env, own_github(), token_);
  for (const auto& output : file.outputs) {
    try {
      effects_.set_output(output.name, evaluate_string(output.value, scope));
    } catch (const TemplateError& error) {
      throw Error("{}: {}", place_text(file.path, error.pos), error.what());
    }
  }
}

StepRun::Attempt StepRun::run_javascript(const LoadedAction& action, const std::string& script,
                                         const NamedValues& with) {
  const auto& node = job_.services.node;
  if (!node.path()) return failed(node.missing(step_.uses->text));
  Command command{.argv = {*node.path(), job_.place.shown(action.folder / script)},
                  .env = process_environment(),
                  .cwd = job_.folders.workspace};
  for (const auto& [name, value] : with) command.env["INPUT_" + upper(replace_all(name, " ", "_"))] = value;
  for (const auto& [name, value] : effects_.states) command.env["STATE_" + name] = value;
  bool refused = false;
  const auto exit = run_command(command, refused);
  if (exit.code != 0) {
    return {.result = failure(exit.signal != 0 ? fmt::format("killed by signal {}", exit.signal)
                                               : fmt::format("exit {}", exit.code))};
  }
  if (refused) return {.result = failure("a workflow command could not be carried out")};
  return {};
}

}  // namespace runner
