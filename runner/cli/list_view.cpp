#include "runner/cli/list_view.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/matrix.hpp"
#include "runner/cli/graph_text.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

std::string inputs_text(const std::vector<Input>& inputs) {
  std::vector<std::string> names;
  names.reserve(inputs.size());
  for (const auto& input : inputs) names.push_back(input.required ? input.name + " (required)" : input.name);
  return fmt::format("inputs: {}", fmt::join(names, ", "));
}

// push (branches: main, v*; tags-ignore: old), schedule (0 3 * * *)
std::string trigger_text(const Trigger& trigger) {
  std::vector<std::string> parts;
  if (!trigger.types.empty())
    parts.push_back(fmt::format("types: {}", fmt::join(values(trigger.types), ", ")));
  for (const auto& filter : trigger.filters) {
    parts.push_back(fmt::format("{}: {}", filter.key, fmt::join(values(filter.patterns), ", ")));
  }
  for (const auto& schedule : trigger.schedules) {
    parts.push_back(schedule.timezone.empty() ? schedule.cron : schedule.cron + " " + schedule.timezone);
  }
  if (!trigger.inputs.empty()) parts.push_back(inputs_text(trigger.inputs));
  if (parts.empty()) return trigger.event;
  return fmt::format("{} ({})", trigger.event, fmt::join(parts, "; "));
}

std::string triggers_text(const Workflow& workflow, std::string_view between) {
  std::vector<std::string> texts;
  for (const auto& trigger : workflow.on) texts.push_back(trigger_text(trigger));
  return one_line(fmt::format("{}", fmt::join(texts, between)));
}

// "2 of matrix"; "matrix" when only a run can tell how many; "" without one.
std::string matrix_note(const Job& job) {
  if (!job.strategy) return "";
  const auto& strategy = *job.strategy;
  if (strategy.computed || strategy.matrix.has_expressions()) return "matrix";
  try {
    const auto count = strategy.matrix ? expand_matrix(strategy.matrix, {}).size() : 0;
    return count == 0 ? "" : fmt::format("{} of matrix", count);
  } catch (const TemplateError&) {
    return "matrix";
  }
}

std::string runs_on_text(const Job& job) {
  if (job.uses) return job.uses->text;
  const auto labels = runs_on_texts(job);
  return labels.empty() ? "?" : fmt::format("{}", fmt::join(labels, ", "));
}

std::string remarks_text(const Job& job, const Paint& paint) {
  std::vector<std::string> remarks;
  if (!job.uses) remarks.push_back(counted(job.steps.size(), "step"));
  if (!job.needs.empty()) remarks.push_back(fmt::format("needs {}", fmt::join(values(job.needs), ", ")));
  if (const auto note = matrix_note(job); !note.empty()) remarks.push_back(note);
  if (const auto environment = environment_text(job); !environment.empty())
    remarks.push_back("environment " + environment);
  if (!job.condition.text.empty()) remarks.push_back("if " + job.condition.text);
  return one_line(fmt::format("{}", fmt::join(remarks, paint.dot())));
}

std::string broken_text(const ReadResult& result) {
  const auto first =
      std::find_if(result.diagnostics.begin(), result.diagnostics.end(),
                   [](const auto& diagnostic) { return diagnostic.severity == Severity::error; });
  if (first == result.diagnostics.end()) return "wrong";
  return one_line(fmt::format("wrong: {}:{}: {}{}", first->pos.line, first->pos.column, first->message,
                              alias_text(first->pos)));
}

}  // namespace

std::vector<std::string> runs_on_texts(const Job& job) {
  const auto* labels =
      job.runs_on.kind == Template::Kind::mapping ? job.runs_on.find("labels") : &job.runs_on;
  if (labels == nullptr || !*labels) return {};
  if (labels->kind != Template::Kind::sequence) return {labels->text};
  std::vector<std::string> texts;
  for (const auto& label : labels->items) texts.push_back(label.text);
  return texts;
}

std::string environment_text(const Job& job) {
  const auto* name =
      job.environment.kind == Template::Kind::mapping ? job.environment.find("name") : &job.environment;
  return name == nullptr ? "" : name->text;
}

void write_workflows(const std::vector<WorkflowFile>& files, const TextStyle& style, std::ostream& out) {
  const Paint paint(style);
  struct Row {
    std::string path, name, text;
  };
  std::vector<Row> rows;
  int paths = 0, names = 0;
  for (const auto& file : files) {
    const auto result = read_workflow(file.path, file.source);
    const auto& workflow = result.workflow;
    rows.push_back({one_line(file.path), workflow && !workflow->name.empty() ? one_line(workflow->name) : "-",
                    workflow ? triggers_text(*workflow, ", ") : paint.red(broken_text(result))});
    paths = std::max(paths, display_width(rows.back().path));
    names = std::max(names, display_width(rows.back().name));
  }
  for (const auto& row : rows) {
    out << paint.column(row.path, paths) << "  " << paint.column(row.name, names) << "  " << row.text << "\n";
  }
}

void write_jobs(const Workflow& workflow, const TextStyle& style, std::ostream& out) {
  const Paint paint(style);
  std::vector<GraphJob> graph;
  int names = 0, labels = 0;
  for (const auto& job : workflow.jobs) {
    graph.push_back({job.id, values(job.needs), matrix_note(job)});
    names = std::max(names, display_width(one_line(job.id)));
    labels = std::max(labels, display_width(one_line(runs_on_text(job))));
  }
  out << paint.bold(one_line(workflow.name.empty() ? workflow.path : workflow.name)) << "  "
      << one_line(workflow.name.empty() ? "" : workflow.path) << "\n";
  out << "on    " << triggers_text(workflow, paint.dot()) << "\n";
  out << "jobs  " << one_line(graph_text(graph, style.unicode)) << "\n\n";
  for (const auto& job : workflow.jobs) {
    out << "  " << paint.column(one_line(job.id), names) << "  "
        << paint.column(one_line(runs_on_text(job)), labels) << "  " << remarks_text(job, paint) << "\n";
  }
}

}  // namespace runner
