#include "runner/report/story.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/report/markdown.hpp"

namespace runner {
namespace {

constexpr size_t kFailuresTold = 10, kErrorsTold = 5, kJobsNamed = 8;
constexpr size_t kSummaryLines = 20, kSummaryBytes = size_t{64} * 1024;  // looked at, of one step's

std::string file_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

// The run's own lines at the end of a log say again what the message says.
bool repeats(std::string_view text, std::string_view message) {
  const auto lines = split_lines(message);
  return std::find(lines.begin(), lines.end(), text) != lines.end() ||
         text.starts_with("Process completed with exit code");
}

// "Run make" for "run: make".
bool says_what(const StepInfo& step) {
  const auto colon = step.what.find(": ");
  return colon != std::string::npos && step.name == "Run " + step.what.substr(colon + 2);
}

std::string_view told_of_jobs(Outcome outcome) {
  switch (outcome) {
    case Outcome::success:
      return "passed";
    case Outcome::failure:
      return "more failed";
    case Outcome::cancelled:
      return "cancelled";
    case Outcome::skipped:
      return "skipped";
  }
  return "";
}

std::string_view verdict(const RunEnd& end) {
  switch (end.conclusion) {
    case Outcome::success:
      return "PASSED";
    case Outcome::failure:
      return "FAILED";
    case Outcome::cancelled:
      return "CANCELLED";
    case Outcome::skipped:
      return "SKIPPED";
  }
  return "";
}

}  // namespace

Story::Job& Story::job(const JobInfo& info) {
  const auto [at, added] = jobs_.try_emplace(info.index);
  if (added) at->second.id = info.id, ++ids_[info.id];
  at->second.name = one_line(info.name);  // a leg's, once the matrix is expanded
  return at->second;
}

void Story::job_queued(const JobInfo& info) { job(info); }

std::string Story::annotation_text(const Annotation& annotation) {
  std::string where = annotation.file;
  if (!where.empty() && annotation.line > 0) where += fmt::format(":{}", annotation.line);
  if (!where.empty() && annotation.line > 0 && annotation.column > 0)
    where += fmt::format(":{}", annotation.column);
  const auto lines = split_lines(annotation.message);
  const auto title = annotation.title.empty() ? "" : annotation.title + ": ";
  return one_line(fmt::format("{}{}{}{}", where, where.empty() ? "" : ": ", title,
                              lines.empty() ? std::string_view() : lines.front()));
}

void Story::annotation(const StepInfo& step, const Annotation& annotation) {
  if (annotation.level == AnnotationLevel::warning) ++warnings_;
  if (annotation.level != AnnotationLevel::error || annotation.file.empty()) return;
  auto& errors = errors_[{step.job->index, step.number}];
  if (errors.size() < kErrorsTold) errors.push_back({annotation_text(annotation), annotation.message});
}

void Story::summary(const StepInfo& step, std::string_view markdown) {
  auto& summary = summaries_[step.job->index];
  summary.job = one_line(step.job->name);
  const auto text = plain_markdown(markdown.substr(0, kSummaryBytes), paint_);
  for (const auto line : split_lines(text)) {
    ++summary.total;
    if (summary.lines.size() < kSummaryLines) summary.lines.emplace_back(line);
  }
  if (markdown.size() > kSummaryBytes) summary.total += count_lines(markdown.substr(kSummaryBytes));
}

std::string Story::outcome_text(const StepEnd& end, bool told) {
  const bool tolerated = end.outcome == Outcome::failure && end.conclusion != Outcome::failure;
  std::string text;
  if (end.outcome == Outcome::cancelled)
    text = "cancelled";  // why is told of the job
  else if (!told)
    text = end.outcome == Outcome::success || end.message.empty() ? end.note : end.message;
  text = one_line(text.substr(0, text.find('\n')));
  if (tolerated) text += text.empty() ? "continue-on-error" : " (continue-on-error)";
  return text;
}

std::string Story::log_command(const JobInfo& job, const std::string& step) const {
  if (run_.id.empty()) return "";
  const auto same = ids_.find(job.id);
  const bool unique = same == ids_.end() || same->second < 2;
  return fmt::format("{} {}", logs_command(), shell_word((unique ? job.id : job.name) + step));
}

std::string Story::log_command(const StepInfo& step) const {
  return log_command(*step.job, "/" + (step.id.empty() ? fmt::format("{}", step.number) : step.id));
}

bool Story::tell(Failure failure) {
  if (failures_.size() < kFailuresTold) {
    failures_.push_back(std::move(failure));
    return true;
  }
  ++untold_;
  return false;
}

// Without what the message and the annotations say.
void Story::add_log(Failure& failure, const LogTail& tail, const std::vector<Error>& errors) const {
  failure.total = tail.total();
  for (const auto raw : tail.last(LogTail::kLines)) {
    const auto line = read_line(raw);
    const bool told =
        line.kind == LineKind::error &&
        (repeats(line.text, failure.message) ||
         std::any_of(errors.begin(), errors.end(), [&](const auto& e) { return e.message == line.text; }));
    if (told) {
      --failure.total;
      continue;
    }
    const auto text = tty_ ? harmless(line.text, color_) : std::string(line.text);
    failure.lines.push_back(fmt::format("{}{}", line_label(line.kind), text));
  }
}

bool Story::step_finished(const StepInfo& step, const StepEnd& end, const LogTail* tail) {
  const auto node = errors_.extract({step.job->index, step.number});
  job(*step.job).began = true;
  if (end.conclusion != Outcome::failure) return false;
  auto& owner = job(*step.job);
  owner.told = true;
  Failure failure{.title = fmt::format("{} / {}", owner.name, one_line(step.name)),
                  .message = end.message,
                  .where = run_.workflow_path,
                  .what = says_what(step) ? "" : one_line(step.what),
                  .log_command = log_command(step),
                  .annotations = {},
                  .lines = {}};
  if (step.pos.line > 0) failure.where += fmt::format(":{}", step.pos.line);
  const auto errors = node.empty() ? std::vector<Error>() : node.mapped();
  for (const auto& error : errors) failure.annotations.push_back(error.text);
  if (tail != nullptr) add_log(failure, *tail, errors);
  return tell(std::move(failure));
}

bool Story::job_finished(const JobInfo& info, const JobEnd& end) {
  auto& owner = job(info);
  owner.finished = true;
  owner.end = end;
  owner.end.outputs.clear();
  const bool bad = end.conclusion == Outcome::failure || end.conclusion == Outcome::cancelled;
  if (!bad || owner.told || end.message.empty()) return false;
  return tell({.outcome = end.conclusion,
               .title = owner.name,
               .message = end.message,
               .where = run_.workflow_path,
               .what = {},
               .log_command = owner.began ? log_command(info, "") : "",
               .annotations = {},
               .lines = {}});
}

std::string Story::header() const {
  const auto dot = paint_.dot();
  auto line = fmt::format("{}{}{}", paint_.bold("runner"), dot, file_name(run_.workflow_path));
  std::string source = run_.ref_name;
  if (!run_.sha.empty()) source += fmt::format("{}{}", source.empty() ? "" : " ", run_.sha.substr(0, 7));
  if (!source.empty()) line += fmt::format("{}{}", dot, source);
  const auto title = run_.run_name.empty() ? run_.title : run_.run_name;
  if (!title.empty()) line += " " + paint_.quoted(paint_.fit(one_line(title), 60));
  if (!run_.id.empty()) line += fmt::format("{}run {}", dot, run_.id);
  if (run_.attempt > 1) line += fmt::format(" attempt {}", run_.attempt);
  return line;
}

std::string Story::log_of(const Failure& failure) const {
  std::string text;
  for (const auto& line : failure.annotations) text += fmt::format("    {}\n", paint_.red(line));
  for (const auto& line : failure.lines) text += fmt::format("    {}\n", line);
  if (failure.log_command.empty()) return text;
  const auto part = failure.lines.size() < failure.total
                        ? fmt::format("{} of {} lines; all: ", failure.lines.size(), failure.total)
                        : std::string("log: ");
  return text + paint_.dim(fmt::format("    ({}{})", part, failure.log_command)) + "\n";
}

std::string Story::told(const Failure& failure) const {
  const auto messages = split_lines(failure.message);
  auto text = fmt::format("{} {}", paint_.mark(failure.outcome), paint_.bold(failure.title));
  const auto clean = [&](std::string_view line) { return tty_ ? harmless(line, false) : std::string(line); };
  const std::string dot(paint_.dot());
  if (!messages.empty()) text += dot + paint_.red(clean(messages.front()));
  const auto what = failure.what.empty() ? "" : dot + failure.what;
  text += dot + paint_.dim(paint_.fit(failure.where + what, 100)) + "\n";
  for (size_t i = 1; i < messages.size(); ++i) text += fmt::format("    {}\n", clean(messages[i]));
  return text + log_of(failure);
}

std::string Story::summaries() const {
  std::string text;
  size_t shown = 0, total = 0;
  for (const auto& [index, summary] : summaries_) {
    total += summary.total;
    if (shown >= kSummaryLines) continue;
    text += fmt::format("{}{} {}\n", text.empty() ? "\n" : "", paint_.bold("summary of"),
                        paint_.bold(summary.job));
    for (const auto& line : summary.lines) {
      if (shown >= kSummaryLines) break;
      ++shown;
      text += fmt::format("  {}\n", tty_ ? harmless(line, true) : line);
    }
  }
  if (shown == total || run_.id.empty()) return text;
  return text +
         paint_.dim(fmt::format("  ({} of {} lines; all: runner logs {} --summary)", shown, total, run_.id)) +
         "\n";
}

std::vector<std::string> Story::results() const {
  if (jobs_.size() > kJobsNamed) return many_results();
  std::vector<std::string> parts;
  for (const auto& [index, job] : jobs_) {
    if (!job.finished)
      parts.push_back(job.name + " not started");
    else if (job.end.conclusion == Outcome::skipped)
      parts.push_back(job.name + " skipped");
    else
      parts.push_back(fmt::format("{} {} {}", job.name, clock_duration(job.end.seconds),
                                  paint_.mark(job.end.conclusion, job.end.tolerated)));
  }
  return parts;
}

std::vector<std::string> Story::many_results() const {
  std::map<Outcome, size_t> counts;
  std::vector<std::string> parts;
  for (const auto& [index, job] : jobs_) {
    const auto outcome = job.finished ? job.end.conclusion : Outcome::skipped;
    const bool named = outcome == Outcome::failure && parts.size() < kJobsNamed;
    if (named)
      parts.push_back(job.name + " " + paint_.mark(outcome, job.end.tolerated));
    else
      ++counts[outcome];
  }
  for (const auto& [outcome, count] : counts) {
    parts.push_back(fmt::format("{} {} {}", count, told_of_jobs(outcome), paint_.mark(outcome)));
  }
  return parts;
}

std::string Story::ending(const RunEnd& end) const {
  auto text = summaries();
  if (!text.empty() || !failures_.empty()) text += "\n";
  for (const auto& failure : failures_) text += told(failure);
  if (untold_ > 0) text += fmt::format("  and {} failed\n", counted(untold_, "more step"));
  const bool good = end.conclusion == Outcome::success;
  const auto word = verdict(end);
  text += fmt::format("{} {}", good ? paint_.green(word) : paint_.red(word), clock_duration(end.seconds));
  if (!end.message.empty()) text += fmt::format("{}{}", paint_.dot(), one_line(end.message));
  for (const auto& part : results()) text += fmt::format("{}{}", paint_.dot(), part);
  if (warnings_ > 0) text += fmt::format("{}{}", paint_.dot(), counted(warnings_, "warning"));
  return text + "\n";
}

}  // namespace runner
