#include "runner/exec/step_run.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "runner/contexts/status.hpp"
#include "runner/exec/builtin_host.hpp"
#include "runner/exec/step_log.hpp"
#include "steps/script/shell.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

using expr::Value;
using Clock = Deadlines::Clock;

// The text of a script may hold secrets: it is gone once it has run.
struct ScriptFile {
  std::filesystem::path path;
  ~ScriptFile() { ::unlink(path.c_str()); }
};

}  // namespace

StepRun::StepRun(JobState& job, StepFrame& frame, StepStop& stop, const Step& step, int number)
    : job_(job),
      frame_(frame),
      stop_(stop),
      step_(step),
      key_((frame.step != nullptr ? frame.key : "") + std::to_string(number)),
      info_(frame.step != nullptr ? *frame.step
                                  : StepInfo{.job = &job.order.info,
                                             .number = number,
                                             .id = step.own_id ? step.id.value : "",
                                             .name = "",
                                             .what = step_text(step),
                                             .pos = is_nested() ? Pos{} : step.pos,
                                             .script = !step.uses || step.uses->local()}),
      effects_(job, info_),
      files_(job, effects_, key_),
      start_(Clock::now()) {}

std::string StepRun::at(Pos pos) const {
  return place_text(is_nested() ? frame_.file : job_.order.call->path, pos) + ": ";
}

// The members that a step has for itself.
Value::Object StepRun::own_github() const {
  const bool remote = step_.uses && !step_.uses->owner.empty();
  Value::Object github{{"action", is_nested() ? frame_.action_id : step_.id.value},
                       {"action_repository", remote ? step_.uses->owner + "/" + step_.uses->repository : ""},
                       {"action_ref", remote ? step_.uses->ref : ""}};
  if (is_nested()) {
    github.emplace_back("action_path", frame_.action_path);
    github.emplace_back("action_status", std::string(to_string(frame_.status)));
  }
  files_.add_members(github);
  return github;
}

// The step's env is evaluated before its `if`, all values against the job's environment.
void StepRun::prepare() {
  files_.make();
  const auto github = own_github();
  env_ = job_.env;
  for (const auto& [name, value] : frame_.env) env_[name] = value;
  scope_ = job_.step_scope(frame_, env_, github, token_);
  if (!step_.env) return;
  for (const auto& [name, value] : evaluate_string_map(step_.env, scope_))
    env_[name] = own_env_[name] = value;
  scope_ = job_.step_scope(frame_, env_, github, token_);
}

std::string StepRun::display_name() const {
  try {
    if (step_.name) return evaluate_string(step_.name, scope_);
    return "Run " + first_line(step_.uses ? step_.uses->text : evaluate_string(step_.run, scope_));
  } catch (const std::exception&) {  // the step itself will tell
    return plain_step_name(step_);
  }
}

void StepRun::report_start(const std::string& name) {
  if (!reports()) return;
  info_.name = name;
  job_.services.reporter.step_started(info_);
}

bool StepRun::holds(const Condition& condition, const StepStatus& status) const {
  auto scope = scope_;
  scope.call = [status, as_it_is = scope_.call](std::string_view name,
                                                const std::vector<Value>& arguments) -> Value {
    auto known = status_function(name, status);
    return known ? *std::move(known) : as_it_is(name, arguments);
  };
  for (auto& [name, value] : scope.contexts) {
    if (name == "job") value = job_object(status);
  }
  return expr::evaluate(*condition.expression, scope).truthy();
}

bool StepRun::condition_holds(Outcome job_status) const {
  if (job_status == job_.status()) return expr::evaluate(*step_.condition.expression, scope_).truthy();
  return holds(step_.condition, status_in(frame_, job_status));
}

void StepRun::run(std::vector<PendingPost>& posts) {
  if (is_nested() && stop_.cancelled()) job_.frame.status = Outcome::cancelled;
  std::string problem;
  try {
    prepare();
  } catch (const TemplateError& error) {
    problem = at(error.pos) + error.what();
  } catch (const std::exception& error) {
    problem = at(step_.pos) + error.what();
  }
  report_start(display_name());
  if (!problem.empty()) {
    effects_.error(problem);
    return finish(failure(problem));
  }
  bool due = false, survives = false;
  try {
    due = condition_holds(job_.status());
    survives = due && condition_holds(Outcome::cancelled);
  } catch (const std::exception& error) {
    problem = at(step_.condition.pos) + "if: " + error.what();
    effects_.error(problem);
    return finish(failure(problem));
  }
  if (!due) return finish({Outcome::skipped, ""});
  const auto result = attempt([&] { return run_when_due(posts); }, survives);
  if (own_post_) posts[*own_post_].states = effects_.states;  // also what a failed step has saved
  finish(result);
}

void StepRun::run_post(const PendingPost& post) {
  post_ = true;
  effects_.states = post.states;
  try {
    prepare();
  } catch (const TemplateError& error) {
    effects_.warning(at(error.pos) + error.what());
  } catch (const std::exception& error) {
    effects_.warning(error.what());
  }
  report_start("Post " + post.name);
  if (post.builtin == nullptr && !is_due(post.loaded.file->post_condition, "post-if"))
    return finish({Outcome::skipped, ""});
  effects_.log_text("Post job cleanup.");
  finish(attempt(
      [&] {
        if (post.builtin != nullptr) return run_action(post.builtin->post, *post.builtin);
        return run_javascript(post.loaded, post.loaded.file->post, loaded_inputs(*post.loaded.file));
      },
      true));
}

// It looks at the job, wherever the step stands.
bool StepRun::is_due(const Condition& condition, const char* key) {
  try {
    return holds(condition, {.job = job_.status(), .steps = job_.status()});
  } catch (const std::exception& error) {
    effects_.error(fmt::format("{}: {}", key, error.what()));
    return false;
  }
}

StepRun::Attempt StepRun::failed(std::string message) {
  return {.result = failure(message), .error = std::move(message)};
}

StepRun::Attempt StepRun::caught(const std::function<Attempt()>& body) {
  try {
    const auto timeout = arm_timeout();
    return body();
  } catch (const TemplateError& error) {
    return failed(at(error.pos) + error.what());
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

// Arms the stops and says how the step ended. A stop explains whatever went wrong after it: that is not told.
StepResult StepRun::attempt(const std::function<Attempt()>& body, bool survives_cancel) {
  token_ = stop_.begin(survives_cancel);
  auto [result, problem] = caught(body);
  stop_.end();
  const auto reason = stop_.reason();
  if (reason == StepStop::Reason::none && !problem.empty()) effects_.error(problem);
  const bool taken = files_.take();
  if (reason == StepStop::Reason::cancelled) {
    if (const auto why = stop_.why(); !why.empty()) {
      effects_.error(why);
      return {Outcome::cancelled, why};
    }
    return {Outcome::cancelled, result.outcome == Outcome::cancelled ? result.message : "cancelled"};
  }
  if (reason == StepStop::Reason::timed_out) {
    effects_.error(timeout_text_);
    return failure(timeout_text_);
  }
  if (!taken && result.outcome == Outcome::success) return failure("a file command could not be processed");
  return result;
}

// A fraction is cut off, so that less than a minute is no timeout at all.
// https://github.com/actions/runner/blob/main/src/Runner.Worker/StepsRunner.cs
Deadlines::Handle StepRun::arm_timeout() {
  double minutes = 0;
  try {
    minutes = std::trunc(evaluate_number(step_.timeout_minutes, scope_, 0));
  } catch (const TemplateError& error) {  // told, and the step runs without a timeout (execution.md 1.5)
    effects_.error(at(error.pos) + error.what());
  }
  if (!(minutes > 0) || minutes > kMostMinutes) return {};
  timeout_text_ = fmt::format("The action '{}' has timed out after {} minutes.", info_.name, minutes);
  const auto due = Clock::now() + std::chrono::duration_cast<Clock::duration>(job_.services.minute * minutes);
  return job_.services.deadlines.at(due, [this] { stop_.time_out(); });
}

StepRun::Attempt StepRun::run_when_due(std::vector<PendingPost>& posts) {
  if (!step_.uses) return run_script();
  const auto* builtin = builtin_for(job_.services.request, *step_.uses);
  if (builtin == nullptr) return run_loaded(load(), posts);
  if (builtin->post != nullptr) add_post({.step = &step_, .builtin = builtin}, posts);
  return run_action(builtin->run, *builtin);
}

void StepRun::add_post(PendingPost post, std::vector<PendingPost>& posts) {
  post.name = is_nested() ? display_name() : info_.name;
  if (is_nested()) post.frame = frame_.shared_from_this();
  own_post_ = posts.size();
  posts.push_back(std::move(post));
}

Environment StepRun::process_environment() const {
  auto variables = job_.process_environment(env_);
  variables["GITHUB_ACTION"] = is_nested() ? frame_.action_id : step_.id.value;
  if (is_nested()) variables["GITHUB_ACTION_PATH"] = frame_.action_path;
  files_.add_variables(variables);
  if (step_.uses && !step_.uses->owner.empty()) {
    variables["GITHUB_ACTION_REPOSITORY"] = step_.uses->owner + "/" + step_.uses->repository;
    variables["GITHUB_ACTION_REF"] = step_.uses->ref;
  }
  return variables;
}

StepRun::Attempt StepRun::run_script() {
  const auto script = evaluate_string(step_.run, scope_);
  auto shell = step_.computed_shell ? evaluate_string(step_.computed_shell, scope_) : step_.shell.value;
  if (shell.empty()) shell = job_.default_shell;
  auto folder = std::filesystem::path(evaluate_string(step_.working_directory, scope_));
  if (folder.empty() && !is_nested()) folder = job_.default_directory;
  Command command{.argv = {}, .env = process_environment(), .cwd = job_.folders.workspace / folder};
  if (!std::filesystem::is_directory(command.cwd)) {
    throw Error("working-directory: {} does not exist", command.cwd.string());
  }
  const ScriptFile file{job_.folders.commands / ("step-" + key_ + script_extension(shell))};
  write_private_file(file.path, script_text(shell, script));
  auto found = shell_command(shell, job_.place.shown(file.path), [&](std::string_view name) {
    return job_.place.find_program(name, command.env.at("PATH"), command.cwd);
  });
  command.argv = std::move(found.argv);
  effects_.log_text(script_preamble(script, found.display, shown_env(job_.services.request, env_)));

  bool refused = false;
  const auto exit = run_command(command, refused);
  if (exit.code != 0) {
    return {.result = failure(exit.signal != 0 ? fmt::format("killed by signal {}", exit.signal)
                                               : fmt::format("exit {}", exit.code)),
            .error = fmt::format("Process completed with exit code {}.", exit.code)};
  }
  if (refused) return {.result = failure("a workflow command could not be carried out")};
  return {};
}

// `refused`: a command that the process printed could not be carried out, which was told.
Exit StepRun::run_command(const Command& command, bool& refused) {
  const auto allowed = [&](const char* name) {
    const auto at = command.env.find(name);
    return at != command.env.end() && is_true(at->second);
  };
  StepOutput output(job_.services.masker, effects_,
                    {.debug = job_.services.request.debug,
                     .allow_unsecure_commands = allowed("ACTIONS_ALLOW_UNSECURE_COMMANDS"),
                     .allow_unsecure_stop_tokens = allowed("ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS"),
                     .workspace = job_.folders.workspace.string()});
  const auto exit =
      job_.place.run(command, [&](Stream stream, std::string_view piece) { output.feed(stream, piece); },
                     {token_, job_.services.hard});
  output.finish();
  refused = output.failed();
  return exit;
}

NamedValues StepRun::inputs(const BuiltinAction& action) {
  NamedValues with;
  for (auto& [name, value] : evaluate_string_map(step_.with, scope_))
    with[name] = without_placeholder(std::move(value));
  std::vector<std::string> declared;
  for (const auto& input : action.spec.inputs) declared.push_back(input.name);
  warn_of_unexpected(with, declared);
  return with;
}

void StepRun::warn_of_unexpected(const NamedValues& with, const std::vector<std::string>& declared) {
  std::string unexpected, valid;
  for (const auto& name : declared) valid += (valid.empty() ? "'" : ", '") + name + "'";
  for (const auto& given : with) {
    const bool known = std::any_of(declared.begin(), declared.end(),
                                   [&](const auto& name) { return equal_ignoring_case(name, given.first); });
    if (!known) unexpected += (unexpected.empty() ? "'" : ", '") + given.first + "'";
  }
  if (!unexpected.empty())
    effects_.warning(fmt::format("Unexpected input(s) {}, valid inputs are [{}]", unexpected, valid));
}

StepRun::Attempt StepRun::run_action(StepResult (*function)(StepHost&), const BuiltinAction& action) {
  auto with = inputs(action);
  for (const auto& spec : action.spec.inputs) {
    const auto given = with.find(spec.name);
    if (spec.secret && given != with.end()) job_.services.masker.add(given->second);
  }
  effects_.log_text(action_preamble(step_, with, shown_env(job_.services.request, env_)));
  BuiltinHost host(job_, effects_, action, action_version(*step_.uses), std::move(with), scope_,
                   process_environment(), token_, note_);
  auto result = function(host);
  if (result.outcome == Outcome::failure) return failed(std::move(result.message));
  return {.result = std::move(result)};
}

bool StepRun::failure_is_tolerated() {
  try {
    return evaluate_boolean(step_.continue_on_error, scope_, false);
  } catch (const TemplateError& error) {
    effects_.error(at(error.pos) + error.what());
    return false;
  }
}

void StepRun::finish(const StepResult& result) {
  StepEnd end{.outcome = result.outcome,
              .conclusion = result.outcome,
              .seconds = 0,
              .note = note_,
              .message = result.message};
  if (end.outcome == Outcome::failure && failure_is_tolerated()) end.conclusion = Outcome::success;
  if (step_.own_id && !post_)
    frame_.steps.push_back({step_.id.value, effects_.outputs, end.outcome, end.conclusion});
  if (end.conclusion == Outcome::failure && frame_.status == Outcome::success)
    frame_.status = Outcome::failure, frame_.failure = end.message;
  if (!reports()) return;
  end.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  job_.services.reporter.step_finished(info_, end);
}

}  // namespace runner
