#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ostream>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/plan_view.hpp"
#include "runner/cli/prepare.hpp"
#include "runner/contexts/job_contexts.hpp"
#include "runner/exec/folders.hpp"
#include "runner/exec/guard.hpp"
#include "runner/journal/journal.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/plan/plan_targets.hpp"
#include "runner/report/paint.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

RunRecord new_record(const RunRequest& request, const Masker& masker) {
  RunRecord record;
  record.repository = request.event.repository;
  record.workflow_path = request.call.path;
  record.workflow_name = masker.mask(request.call.workflow->name);
  record.event = masker.mask(request.event.name);
  record.ref = masker.mask(request.event.ref);
  record.sha = request.event.sha;
  record.actor = masker.mask(request.event.actor);
  record.title = request.repository.head ? masker.mask(first_line(request.repository.head->message)) : "";
  record.attempt = request.run_attempt;
  record.started = std::chrono::system_clock::now();
  return record;
}

RunInfo run_info(const RunRequest& request, const RunRecord& record, size_t jobs) {
  return {.id = std::to_string(record.id),
          .number = record.number,
          .attempt = record.attempt,
          .workflow_path = request.call.path,
          .workflow_name = request.call.workflow->name,
          .run_name = run_name(request),
          .event = request.event.name,
          .ref = request.event.ref,
          .ref_name = request.event.ref_name,
          .sha = request.event.sha,
          .actor = request.event.actor,
          .title = record.title,
          .jobs = static_cast<int>(jobs)};
}

// What was asked for: read once, however many workflows it is for.
struct Asked {
  const CommandLine& line;
  RunOrder order;
  Origins origins;
};

// The exit status of one workflow.
using OneWorkflow = int (*)(const Asked& asked, Tools& tools);

// A repository's .runnerrc is written by whoever may push to it: what gives its steps the user's own is told.
void warn_of_defaults(const CommandLine& line, std::ostream& err) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOfTheUser{
      {{"host-home", "its steps get your own HOME"},
       {"aws-profile", "its steps get credentials of your ~/.aws"},
       {"secret-file", "it gets secrets from that file"}}};
  for (const auto& [place, text, of_repository] : line.defaults) {
    const auto name = std::string_view(text).substr(std::min(text.find_first_not_of('-'), text.size()));
    for (const auto& [option, effect] : kOfTheUser) {
      if (of_repository && name.starts_with(option))
        err << fmt::format("runner: warning: {}: {}: {}\n", place, text, effect);
    }
  }
}

void tell_all(const Prepared& prepared, const Asked& asked, Tools& tools) {
  tell_problems(prepared, text_style(tools.err_fd, asked.line.common.color, false), tools.err);
  for (const auto& warning : asked.origins.warnings) tools.err << "runner: warning: " << warning << "\n";
  warn_of_defaults(asked.line, tools.err);
  for (const auto& note : prepared.notes) tools.err << "runner: note: " << note << "\n";
}

void note_env_files(const Origins& origins, std::ostream& err) {
  for (const auto& source : origins.files) {
    if (source.kind != ValueSource::Kind::env || source.values.empty()) continue;
    err << fmt::format("runner: note: {} from {} for every step (--no-env-file leaves .env out)\n",
                       counted(source.values.size(), "value"), source.file.filename().string());
  }
}

// The event's filters do not let the workflow start.
class NotStarted : public UsageError {
 public:
  using UsageError::UsageError;
};

// Everything that must stop a run before its first step, told; throws UsageError then.
void refuse_when_wrong(const Prepared& prepared, const Asked& asked, Tools& tools) {
  const auto& request = prepared.request;
  tell_all(prepared, asked, tools);
  note_env_files(asked.origins, tools.err);
  if (const auto errors = prepared.plan.errors(); errors > 0)
    throw UsageError("{} not started: {}", request.call.path, counted(errors, "error"));
  if (prepared.verdict.runs || asked.line.run.force) return;
  throw NotStarted("{}: not run: {}; --ref or --event chooses another, --force runs it anyway",
                   place_text(request.call.path, prepared.verdict.pos), prepared.verdict.reason);
}

// Events are what a program asks for; what people see of a run is its progress.
std::unique_ptr<Reporter> display(const CommandLine& line, const Tools& tools) {
  if (line.common.format == Format::json) return make_json_reporter(tools.out_fd);
  auto style = text_style(tools.err_fd, line.common.color, !line.common.no_progress);
  style.quiet = line.common.quiet;
  style.verbose = line.common.verbose;
  style.debug = line.run.debug;
  return make_text_reporter(tools.err_fd, style);
}

int exit_status(Outcome conclusion, int signal) {
  if (signal != 0) return 128 + signal;
  return conclusion == Outcome::success ? 0 : 1;
}

std::string stopped_by(int signal) {
  if (signal == 0) return "";
  return signal == SIGINT    ? "stopped by Ctrl-C"
         : signal == SIGQUIT ? "stopped by Ctrl-\\"
                             : "stopped by a signal";
}

// From the first event to the last.
Outcome carry_out(Prepared& prepared, const RunRecord& record, Reporter& reporter, Tools& tools) {
  const auto start = Deadlines::Clock::now();
  const auto& request = prepared.request;
  reporter.run_started(run_info(request, record, request.call.workflow->jobs.size()));
  for (const auto& warning : prepared.unmasked) reporter.warning(warning);
  ArtifactStore artifacts(record.folder / "artifacts");
  CacheStore caches(request.folders.cache / "caches" / repository_key(request.repository));
  if (!request.event.fork.empty()) caches.refuse_to_save("the pull request comes from " + request.event.fork);
  Deadlines deadlines;
  RunFolders folders(request);
  if (tools.guard != nullptr) {
    tools.guard->watch(folders.root(), record.folder / "events.jsonl");
    tools.guard->remove(folders.commands());
  }
  const NodeProgram node(request.node, request.process, request.folders.user_home);
  std::stop_source hard;
  const RunServices services{.request = request,
                             .reporter = reporter,
                             .masker = *tools.masker,
                             .http = tools.http,
                             .artifacts = artifacts,
                             .caches = caches,
                             .deadlines = deadlines,
                             .reaper = *tools.reaper,
                             .folders = folders,
                             .node = node,
                             .hard = hard.get_token(),
                             .kill_times = tools.kill_times,
                             .minute = tools.minute};
  const RunPause pause(tools.interrupts.pauses, services);
  const auto conclusion = run_workflow(services, tools.interrupts, hard);
  const int signal = tools.stopped_by();
  reporter.run_finished({.conclusion = conclusion,
                         .seconds = std::chrono::duration<double>(Deadlines::Clock::now() - start).count(),
                         .message = stopped_by(signal)});
  return conclusion;
}

struct Begun {
  std::unique_ptr<Journal> journal;
  RunRecord record;
};

// The last that can fail before anything runs.
Begun begin_record(const RunRequest& request, std::optional<int> number, Tools& tools) try {
  make_private_folder(request.folders.state);
  make_private_folder(request.folders.cache);
  for (const auto& found : sweep_work_folders(request.folders))
    tools.err << "runner: warning: " << found << "\n";
  auto journal = open_journal(request.folders.state);
  auto record = journal->begin(new_record(request, *tools.masker), number);
  return {std::move(journal), std::move(record)};
} catch (const Error& error) {
  throw UsageError("{}; nothing was run", error.what());
}

int plan_one(const Asked& asked, Tools& tools) {
  const auto& line = asked.line;
  auto prepared = prepare_run(asked.order, true, tools);
  auto& masker = *tools.masker;
  call_secrets_by_name(prepared.request, masker);
  if (line.run.targets && !prepared.plan.refused()) {
    PlanTargets targets(tools.http, masker, tools.interrupts.cancel, tools.guard);
    prepared.plan = make_plan(prepared.request, &targets);
  } else if (line.run.targets) {
    tools.err << "runner: note: the targets were not read: the errors come first\n";
  }
  if (const int signal = tools.stopped_by(); signal != 0) return 128 + signal;
  const auto& repository = prepared.request.repository;
  const bool at_head = !repository.sha.empty() && repository.sha == repository.checked_out;
  const PlanSources sources{asked.origins.files, line.defaults,
                            at_head ? uncommitted_files(repository) : Uncommitted{}};
  if (line.common.format == Format::json) {
    write_plan_json(prepared.plan, prepared.verdict, prepared.request, sources, masker, tools.out);
    return prepared.plan.unread_targets() > 0 ? 1 : 0;
  }
  tell_all(prepared, asked, tools);
  auto style = text_style(tools.out_fd, line.common.color, false);
  style.verbose = line.common.verbose;
  write_plan_text(prepared.plan, prepared.verdict, prepared.request, sources, masker, style, tools.out);
  if (prepared.plan.refused()) return 2;
  return prepared.plan.unread_targets() > 0 ? 1 : 0;
}

int run_one(const Asked& asked, Tools& tools) {
  const auto& line = asked.line;
  auto prepared = prepare_run(asked.order, false, tools);
  auto& request = prepared.request;
  auto& masker = *tools.masker;
  if (line.run.all && !line.run.force &&
      !prepared.verdict.runs)  // before what is wrong with one that stays out
    throw NotStarted("{}: not run: {}", place_text(request.call.path, prepared.verdict.pos),
                     prepared.verdict.reason);
  if (!prepared.plan.refused())
    fetch_actions(prepared, tools.interrupts.cancel, [&](const std::string& text) {
      tools.err << "runner: " << text << "\n" << std::flush;
    });
  refuse_when_wrong(prepared, asked, tools);
  const auto begun = begin_record(request, line.run.run_number, tools);
  const auto& record = begun.record;
  request.run_id = record.id;
  request.run_number = record.number;
  request.run_folder = record.folder;
  const auto screen = display(line, tools);
  const auto recorder = begun.journal->recorder(record);
  const auto views = serialized({recorder.get(), screen.get()});
  const auto reporter = masked(masker, *views);
  const auto start = std::chrono::steady_clock::now();
  const auto finish = [&](Outcome conclusion) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    begun.journal->finish(record.id, to_string(conclusion), seconds);
  };
  try {
    const auto conclusion = carry_out(prepared, record, *reporter, tools);
    finish(conclusion);
    return exit_status(conclusion, tools.stopped_by());
  } catch (...) {
    finish(Outcome::failure);
    throw;
  }
}

// By their paths; of a commit that is asked for, by their names, as find_workflow_file() takes them. What
// cannot be read may answer as well: it is among them, and refused.
std::vector<std::string> answering_workflows(const RunOrder& order) {
  const auto& event = order.event.name.empty() ? std::string("push") : order.event.name;
  const auto repository = open_repository(order.directory, order.event.ref, order.event.sha);
  const bool at_commit = repository.bare || !order.event.ref.empty() || !order.event.sha.empty();
  std::vector<std::string> names;
  for (const auto& file : all_workflow_files(repository, at_commit)) {
    const auto workflow = read_workflow(file.path, file.source).workflow;
    if (workflow != nullptr && workflow->trigger(event) == nullptr) continue;
    const auto path = std::filesystem::path(file.path);
    names.push_back(at_commit ? path.filename().string() : (repository.root / path).string());
  }
  if (names.empty())
    throw UsageError("no workflow under {} answers to the event {}; --event chooses another",
                     (repository.root / ".github/workflows").string(), event);
  return names;
}

int run_all(Asked asked, OneWorkflow one, Tools& tools) {
  if (!asked.order.workflow.empty())
    throw UsageError("--all takes every workflow that answers to the event: leave \"{}\" out, or --all",
                     asked.order.workflow);
  int worst = 0;
  bool started = false;
  for (auto& name : answering_workflows(asked.order)) {
    if (one == plan_one && asked.line.common.format == Format::text && started) tools.out << "\n";
    asked.order.workflow = std::move(name);
    try {
      worst = std::max(worst, one(asked, tools));
      started = true;
    } catch (const NotStarted& error) {
      tools.err << "runner: " << error.what() << "\n";
    } catch (const UsageError& error) {
      tools.err << "runner: " << error.what() << "\n";
      worst = 2, started = true;
    }
    if (const int signal = tools.stopped_by(); signal != 0) return 128 + signal;
  }
  if (!started) throw UsageError("none of them was run");
  return worst;
}

int carry_out_command(const CommandLine& line, OneWorkflow one, Tools& tools) {
  Asked asked{.line = line, .order = {}, .origins = {}};
  asked.order = order_of(line.run, tools, asked.origins);
  return line.run.all ? run_all(std::move(asked), one, tools) : one(asked, tools);
}

}  // namespace

int plan_command(const CommandLine& line, Tools& tools) { return carry_out_command(line, plan_one, tools); }

int run_command(const CommandLine& line, Tools& tools) {
  if (line.run.dry_run) return plan_command(line, tools);
  if (line.run.targets)
    throw UsageError("--targets is for a plan: `runner plan --targets`, or --dry-run with it");
  return carry_out_command(line, run_one, tools);
}

}  // namespace runner
