#include "runner/cli/plan_view.hpp"

#include <algorithm>
#include <map>
#include <ostream>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "runner/cli/graph_text.hpp"
#include "runner/contexts/job_contexts.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

constexpr int kMargin = 12, kWidestName = 36;
constexpr size_t kShownLegs = 3, kShownBlocks = 8, kShownLines = 10, kShownFiles = 8;

// JobLegs of one job whose steps would do the same.
struct Block {
  std::vector<const PlannedJob*> legs;
};

bool alike(const PlannedJob& a, const PlannedJob& b) {
  const auto same = [](const PlannedStep& x, const PlannedStep& y) {
    return x.name == y.name && x.status == y.status && x.effects == y.effects;
  };
  return a.order.job == b.order.job && a.status == b.status && a.environment == b.environment &&
         a.runs_on == b.runs_on &&
         std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), same);
}

std::vector<Block> blocks_of(const std::vector<PlannedJob>& jobs) {
  std::vector<Block> blocks;
  for (const auto& job : jobs) {
    if (!blocks.empty() && alike(*blocks.back().legs.front(), job))
      blocks.back().legs.push_back(&job);
    else
      blocks.push_back({{&job}});
  }
  return blocks;
}

std::vector<GraphJob> graph_of(const Plan& plan) {
  std::vector<GraphJob> jobs;
  for (size_t at = 0, end = 0; at < plan.jobs.size(); at = end) {  // a job's legs stand together
    const auto& first = plan.jobs[at];
    while (end < plan.jobs.size() && plan.jobs[end].order.job == first.order.job) ++end;
    std::string note;
    if (first.matrix_unknown)
      note = "matrix";
    else if (!first.order.matrix.is_null())
      note = fmt::format("{} of matrix", end - at);
    jobs.push_back({first.order.job->id, values(first.order.job->needs), std::move(note)});
  }
  return jobs;
}

class View {
 public:
  View(const Plan& plan, const Verdict& verdict, const RunRequest& request, const PlanSources& sources,
       const Masker& masker, const TextStyle& style, std::ostream& out)
      : plan_(plan),
        verdict_(verdict),
        request_(request),
        sources_(sources),
        masker_(masker),
        style_(style),
        paint_(style),
        out_(out) {}

  void write() {
    head();
    checks();
    values_given();
    uncommitted();
    would_do();
    out_ << paint_.bold("Nothing changed") << "\n";
  }

 private:
  // All text of the workflow's goes through here: masked, and harmless on a terminal.
  std::string shown(std::string_view text) const { return one_line(masker_.mask(text)); }

  void line(std::string_view label, std::string_view text) {
    out_ << paint_.bold(paint_.column(label, kMargin)) << text << "\n";
  }
  void below(std::string_view text) { out_ << std::string(kMargin, ' ') << text << "\n"; }

  void head() {
    const auto& event = request_.event;
    auto text = shown(request_.call.path);
    if (!request_.call.workflow->name.empty())
      text += " " + paint_.quoted(shown(request_.call.workflow->name));
    text +=
        fmt::format("{}{} {} {}", paint_.dot(), event.name, shown(event.ref_name), event.sha.substr(0, 7));
    if (const auto name = run_name(request_); !name.empty()) text += " " + paint_.quoted(shown(name));
    line("Plan", text);
    if (verdict_.runs) return;
    below(paint_.warning_mark() + " this event does not start it: " + shown(verdict_.reason) +
          " (`run` would need --ref, --event or --force)");
  }

  void checks() {
    const auto jobs = graph_of(plan_);
    auto text = paint_.mark(plan_.refused() || !verdict_.runs ? Outcome::failure : Outcome::success) + " " +
                counted(jobs.size(), "job");
    if (plan_.jobs.size() != jobs.size()) text += fmt::format(", {} after matrix", plan_.jobs.size());
    text += std::string(paint_.dot()) + shown(graph_text(jobs, style_.unicode));
    text += values_set("secrets", plan_.secrets.size(), plan_.unset_secrets.size());
    text += values_set("variables", plan_.variables.size(), plan_.unset_variables.size());
    line("Checks", text);
    const auto errors = plan_.errors();
    const auto warnings = static_cast<size_t>(
        std::count_if(plan_.problems.begin(), plan_.problems.end(), [](const auto& problem) {
          return problem.severity == Severity::warning && !is_unread_target(problem);
        }));
    if (errors > 0) below(paint_.red(counted(errors, "error")) + ": this would not be run");
    if (const auto unread = plan_.unread_targets(); unread > 0)
      below(paint_.red(counted(unread, "target")) + " could not be read");
    if (warnings > 0) below(paint_.yellow(counted(warnings, "warning")));
  }

  // What decides the run and stands in none of its options.
  void values_given() {
    std::string_view label = "Values";
    for (const auto& [file, kind, given] : sources_.values) {
      using Kind = ValueSource::Kind;
      const auto name = file.lexically_relative(request_.repository.root).string();
      auto text = (name.starts_with("..") ? file.string() : name) + ": ";
      std::vector<std::string> parts;
      for (const auto& [key, value] : given) {
        const bool hidden = kind == Kind::secrets || kind == Kind::env;
        parts.push_back(hidden ? key : key + "=" + first_line(value));
      }
      if (kind == Kind::secrets)
        text += counted(given.size(), "secret");
      else if (kind == Kind::env)
        text += fmt::format("{} for every step: {} (--no-env-file leaves them out)",
                            counted(given.size(), "value"), fmt::join(parts, ", "));
      else
        text += fmt::format("{}", fmt::join(parts, ", "));
      line(label, shown(text));
      label = "";
    }
    for (const auto& given : sources_.defaults) {
      line(label, shown(given.place + ": " + given.text));
      label = "";
    }
  }

  void uncommitted() {
    const auto& [files, withheld] = sources_.uncommitted;
    if (files.empty()) return;
    const size_t most = style_.verbose ? files.size() : std::min(files.size(), kShownFiles);
    auto names =
        fmt::format("{}", fmt::join(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(most), ", "));
    if (most < files.size()) names += fmt::format(" and {} more", files.size() - most);
    const auto count = counted(files.size(), "uncommitted file");
    line("Files", shown(request_.dirty ? fmt::format("with {}: {}", count, names)
                                       : fmt::format("without {} (--dirty takes {} along): {}", count,
                                                     files.size() == 1 ? "it" : "them", names)));
  }

  std::string values_set(const char* what, size_t all, size_t unset) const {
    return all == 0 ? "" : fmt::format("{}{} {} of {} set", paint_.dot(), what, all - unset, all);
  }

  void would_do() {
    const auto blocks = blocks_of(plan_.jobs);
    std::map<const Job*, size_t> written, left_out;
    for (size_t at = 0; at < blocks.size(); ++at) {
      const auto* job = blocks[at].legs.front()->order.job;
      if (written[job]++ < kShownBlocks || style_.verbose)
        block(at == 0 ? "Would do" : "", blocks[at]);
      else
        left_out[job] += blocks[at].legs.size();
      const bool last_of_job = at + 1 == blocks.size() || blocks[at + 1].legs.front()->order.job != job;
      if (last_of_job && left_out[job] > 0) {
        below(fmt::format("and {} more of {}: -v shows all", left_out[job], shown(job->id)));
      }
    }
    if (scripts_ == 0) return;
    line("Left open", fmt::format("what {} would do", counted(scripts_, "run: script")));
  }

  std::string legs_text(const Block& block) const {
    std::vector<std::string> names;
    for (const auto* leg : block.legs) {
      if (names.size() < kShownLegs || style_.verbose)
        names.push_back(paint_.bold(shown(leg->order.info.name)));
    }
    auto text = fmt::format("{}", fmt::join(names, ", "));
    if (names.size() < block.legs.size())
      text += fmt::format(" and {} more alike", block.legs.size() - names.size());
    return text;
  }

  void block(std::string_view label, const Block& block) {
    const auto& planned = *block.legs.front();
    const auto& job = *planned.order.job;
    auto text = legs_text(block);
    const auto add = [&](const std::string& more) { text += std::string(paint_.dot()) + shown(more); };
    if (!job.needs.empty()) add(fmt::format("needs {}", fmt::join(values(job.needs), ", ")));
    if (!planned.environment.empty()) add("environment " + planned.environment);
    if (!planned.checks_out && planned.status != Planned::skipped)
      add("no checkout: begins in an empty folder");
    if (planned.matrix_unknown) add("its matrix is known once these are done");
    if (planned.status != Planned::will_run) add(verdict_text(planned.status, job.condition.text));
    if (job.uses) add("calls " + job.uses->text);
    line(label, text);
    if (planned.status == Planned::skipped) return;
    int width = 0;
    for (const auto& step : planned.steps) width = std::max(width, display_width(shown(step.name)));
    for (const auto& step : planned.steps) this->step(step, std::min(width, kWidestName));
  }

  static std::string verdict_text(Planned status, const std::string& condition) {
    const auto reason = condition.empty() ? "" : " by if: " + condition;
    if (status == Planned::skipped) return "skipped" + reason;
    return condition.empty() ? "only if all goes well before" : "decided in the run" + reason;
  }

  void step(const PlannedStep& planned, int width) {
    const auto name = fmt::format("{:>3} {}  ", planned.number, paint_.column(shown(planned.name), width));
    const std::string indent(static_cast<size_t>(width) + 6, ' ');
    if (planned.status == Planned::skipped) {
      return below(name + paint_.dim(shown(verdict_text(planned.status, planned.step->condition.text))));
    }
    if (planned.kind == "run") ++scripts_;
    bool first = true;
    const auto entry = [&](const std::string& text) {
      below((first ? name : indent) + text);
      first = false;
    };
    for (size_t i = 0; i < planned.effects.size(); ++i) {
      const bool shown_line = i < kShownLines || i >= planned.script_lines || style_.verbose;
      if (shown_line) entry(shown(planned.effects[i]));
      if (!shown_line && i + 1 == planned.script_lines) {
        entry(paint_.dim(fmt::format("     and {}: -v shows all",
                                     counted(planned.script_lines - kShownLines, "more line"))));
      }
    }
    if (planned.status == Planned::unknown && !planned.step->condition.text.empty()) {
      entry(paint_.dim(shown(verdict_text(planned.status, planned.step->condition.text))));
    }
    if (first) entry(paint_.dim(planned.kind == "builtin" ? "nothing outside" : "not simulated"));
  }

  const Plan& plan_;
  const Verdict& verdict_;
  const RunRequest& request_;
  const PlanSources& sources_;
  const Masker& masker_;
  const TextStyle& style_;
  const Paint paint_;
  std::ostream& out_;
  size_t scripts_ = 0;
};

}  // namespace

void write_plan_text(const Plan& plan, const Verdict& verdict, const RunRequest& request,
                     const PlanSources& sources, const Masker& masker, const TextStyle& style,
                     std::ostream& out) {
  View(plan, verdict, request, sources, masker, style, out).write();
}

}  // namespace runner
