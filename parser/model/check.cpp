// What can be told only of a whole workflow that was read without errors.
#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/matrix.hpp"
#include "parser/model/convert.hpp"
#include "parser/needs.hpp"

namespace runner::convert {
namespace {

void check_needs(const Workflow& workflow, Pos jobs_pos, const Reading& reading) {
  const auto& jobs = workflow.jobs;
  if (std::none_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.needs.empty(); })) {
    reading.report.error(jobs_pos, "needs",
                         "The workflow must contain at least one job with no dependencies.");
  }
  std::vector<std::string> ids;
  ids.reserve(jobs.size());
  for (const auto& job : jobs) ids.push_back(job.id);
  for (const auto& fault : needs_faults(jobs)) {
    if (reading.report.full()) return;
    const auto& job = jobs[fault.job];
    const auto& need = job.needs[fault.need];
    const auto message =
        fault.cycle
            ? fmt::format("Job '{}' depends on job '{}' which creates a cycle in the dependency graph.",
                          job.id, need.value)
            : fmt::format("Job '{}' depends on unknown job '{}'{}", job.id, need.value,
                          did_you_mean(need.value, ids).empty() ? "." : did_you_mean(need.value, ids));
    reading.report.error(need.pos, "needs", message);
  }
}

// A matrix without expressions is known now; another one is checked when the job is planned.
void check_matrix(const Job& job, const Reading& reading) {
  if (!job.strategy || !job.strategy->matrix || job.strategy->matrix.has_expressions()) return;
  try {
    expand_matrix(job.strategy->matrix, expr::Scope{});
  } catch (const TemplateError& error) {
    reading.report.error(error.pos, "matrix", error.what());
  }
}

const Template* literal_group(const std::optional<Concurrency>& concurrency) {
  const bool literal = concurrency && concurrency->group.kind == Template::Kind::string;
  return literal ? &concurrency->group : nullptr;
}

// The run holds the group that its own job waits for.
void check_deadlock(const Workflow& workflow, const Reading& reading) {
  const auto* outer = literal_group(workflow.concurrency);
  if (outer == nullptr) return;
  for (const auto& job : workflow.jobs) {
    const auto* inner = literal_group(job.concurrency);
    if (inner == nullptr || !equal_ignoring_case(inner->text, outer->text)) continue;
    const auto message = fmt::format(
        "The workflow and its job '{}' share the concurrency group '{}': the job would wait for its own run "
        "for ever",
        job.id, outer->text);
    reading.report.error(outer->pos, "concurrency", message);
    reading.report.error(inner->pos, "concurrency", message);
  }
}

}  // namespace

void check(const Workflow& workflow, Pos jobs, const Reading& reading) {
  check_needs(workflow, jobs, reading);
  for (const auto& job : workflow.jobs) check_matrix(job, reading);
  check_deadlock(workflow, reading);
}

}  // namespace runner::convert
