// `runner validate`: everything GitHub would refuse a workflow file for, without secrets, network or a run.
#include <algorithm>
#include <ostream>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/lint/script_injection.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/diagnostics_view.hpp"
#include "runner/order/legs.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/plan/unsupported.hpp"
#include "runner/report/paint.hpp"
#include "steps/action_ref.hpp"
#include "steps/catalog.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

struct Checked {
  WorkflowFile file;
  std::vector<Diagnostic> diagnostics;
  std::vector<Diagnostic> remarks;  // right, but this machine could not run it
};

// A file keeps the name it was given, so that editors and hooks find it again.
WorkflowFile named_file(const std::string& name, const fs::path& directory, const Repository& repository) {
  std::error_code error;
  if (fs::is_directory(directory / name, error))
    throw UsageError("read {}: it is a folder, expected a file", name);
  if (fs::is_regular_file(directory / name, error)) return {name, read_file(directory / name)};
  return find_workflow_file(name, directory, repository, repository.bare);
}

void remark_labels(const std::string& file, const Job& job, std::vector<Diagnostic>& remarks) {
  if (job.uses || !job.runs_on || job.runs_on.has_expressions()) return;
  for (const auto& label : unserved_labels({}, runs_on_labels(job, {}))) {
    remarks.push_back(
        {file, job.runs_on.pos, Severity::warning, "runs-on",
         fmt::format("this machine does not serve the label \"{0}\" without --platform {0}=host", label)});
  }
}

// A version that is not there fails the job on GitHub; one that is not known here is a remark.
void check_actions(const Job& job, Checked& checked) {
  for (const auto& step : job.steps) {
    const auto* action = step.uses ? find_builtin(step.uses->action()) : nullptr;
    if (action == nullptr) continue;
    for (auto& [pos, message] : unknown_inputs(action->spec, *step.uses, step.with))
      checked.diagnostics.push_back(
          {checked.file.path, pos, Severity::warning, "inputs", std::move(message)});
    const auto remark = ref_remark(action->spec, *step.uses);
    if (!remark) continue;
    auto& told = remark->exists ? checked.remarks : checked.diagnostics;
    told.push_back({checked.file.path, step.uses->pos, Severity::error, "uses", remark->message});
  }
}

Checked check(WorkflowFile file, bool strict, const KnownActions& actions) {
  Checked checked{std::move(file), {}, {}};
  auto result = read_workflow(checked.file.path, checked.file.source);
  checked.diagnostics = std::move(result.diagnostics);
  if (result.workflow != nullptr) {
    for (auto& warning : script_injections(*result.workflow))
      checked.diagnostics.push_back(std::move(warning));
  }
  for (const auto& job : result.workflow != nullptr ? result.workflow->jobs : std::vector<Job>{}) {
    auto unsupported = unsupported_features(*result.workflow, job, actions);
    checked.remarks.insert(checked.remarks.end(), unsupported.begin(), unsupported.end());
    remark_labels(checked.file.path, job, checked.remarks);
    check_actions(job, checked);
  }
  if (strict) {
    for (auto& diagnostic : checked.diagnostics) diagnostic.severity = Severity::error;
  }
  tidy(checked.diagnostics);
  tidy(checked.remarks);
  return checked;
}

// False when one of the files could not be read; the others are checked all the same.
bool check_files(const CommandLine& line, const Tools& tools, std::vector<Checked>& all) {
  const auto repository = open_repository(tools.directory);
  const KnownActions actions(repository.bare ? "" : repository.root, tools.environment,
                             tools.folders.user_home);
  bool readable = true;
  for (const auto& name : line.validate.files) {
    try {
      all.push_back(check(named_file(name, tools.directory, repository), line.validate.strict, actions));
    } catch (const Error& error) {
      tools.err << "runner: " << error.what() << "\n";
      readable = false;
    }
  }
  if (!line.validate.files.empty()) return readable;
  for (auto& file : all_workflow_files(repository, repository.bare)) {
    all.push_back(check(std::move(file), line.validate.strict, actions));
  }
  if (all.empty()) {
    throw UsageError("there is no workflow under {}", (repository.root / ".github/workflows").string());
  }
  return true;
}

std::string summary(const std::vector<Checked>& all) {
  size_t errors = 0, warnings = 0;
  for (const auto& checked : all) {
    for (const auto& diagnostic : checked.diagnostics)
      ++(diagnostic.severity == Severity::error ? errors : warnings);
  }
  auto text = counted(all.size(), "file") + ", " + (errors == 0 ? "no errors" : counted(errors, "error"));
  return warnings == 0 ? text : text + ", " + counted(warnings, "warning");
}

void write_text(const std::vector<Checked>& all, std::ostream& out) {
  for (const auto& checked : all) {
    for (const auto& diagnostic : checked.diagnostics) out << render(diagnostic, checked.file.source);
    for (const auto& remark : checked.remarks) {
      out << fmt::format("{}: note: {} [{}]\n", place_text(remark.file, remark.pos), remark.message,
                         remark.rule);
    }
  }
  out << summary(all) << "\n";
}

}  // namespace

int validate_command(const CommandLine& line, Tools& tools) {
  std::vector<Checked> all;
  const bool readable = check_files(line, tools, all);
  std::vector<Diagnostic> diagnostics;
  for (const auto& checked : all) {
    diagnostics.insert(diagnostics.end(), checked.diagnostics.begin(), checked.diagnostics.end());
  }
  switch (line.common.format) {
    case Format::text:
      write_text(all, tools.out);
      break;
    case Format::json:
      tools.out << diagnostics_json(diagnostics);
      break;
    case Format::sarif:
      tools.out << diagnostics_sarif(diagnostics, RUNNER_VERSION);
      break;
    case Format::github:
      tools.out << diagnostics_github(diagnostics);
      break;
  }
  if (!readable) return 2;
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const auto& diagnostic) { return diagnostic.severity == Severity::error; });
}

}  // namespace runner
