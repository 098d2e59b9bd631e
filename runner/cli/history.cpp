#include "runner/cli/history.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "runner/report/event_line.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/output.hpp"
#include "runner/report/paint.hpp"
#include "runner/report/wrap.hpp"

namespace runner {
namespace {

constexpr size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

std::string short_ref(std::string ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (ref.starts_with(prefix)) ref.erase(0, prefix.size());
  }
  return ref;
}

std::string file_of(const RunRecord& run) {
  return run.workflow_path.substr(run.workflow_path.rfind('/') + 1);
}

// A path, a file's name with or without extension, or a workflow's name.
bool is_of(const RunRecord& run, std::string_view workflow) {
  const auto file = file_of(run), stem = file.substr(0, file.rfind('.'));
  const std::vector<std::string> names{run.workflow_path, run.workflow_name, file, stem};
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& name) { return equal_ignoring_case(name, workflow); });
}

bool is_wanted(const RunRecord& run, const RunsOptions& options) {
  const auto fits = [](const std::string& wanted, const std::string& found) {
    return wanted.empty() || wanted == found;
  };
  return fits(options.status, run.status) && fits(options.event, run.event) &&
         fits(short_ref(options.branch), short_ref(run.ref)) &&
         (options.workflow.empty() || is_of(run, options.workflow));
}

std::vector<RunRecord> wanted_runs(Journal& journal, const RunsOptions& options) {
  return journal.runs(options.most, options.repository,
                      [&](const RunRecord& run) { return is_wanted(run, options); });
}

std::string ago(SystemTime then, SystemTime now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - then).count();
  if (seconds < 60) return "just now";
  if (seconds < 3600) return fmt::format("{} min ago", seconds / 60);
  if (seconds < 48L * 3600) return fmt::format("{} h ago", seconds / 3600);
  if (seconds < 30L * 86400) return fmt::format("{} days ago", seconds / 86400);
  return rfc3339(then).substr(0, 10);
}

std::string duration(const RunRecord& run, SystemTime now) {
  if (run.seconds) return clock_duration(*run.seconds);
  if (run.status != "running") return run.status;
  return clock_duration(std::chrono::duration<double>(now - run.started).count());
}

Row row_of(const RunRecord& run, const RunsOptions& options, const Paint& paint) {
  const auto commit = fmt::format("{} {}", short_ref(one_line(run.ref)), run.sha.substr(0, 7));
  return {fmt::format("{}", run.id),    std::string(paint.plain_mark(run.status)),
          one_line(file_of(run)),       commit + " " + one_line(run.title),
          one_line(run.actor),          duration(run, options.now),
          ago(run.started, options.now)};
}

std::string colored(std::string_view status, std::string_view text, const Paint& paint) {
  if (status == "success") return paint.green(text);
  return status == "running" ? paint.cyan(text) : paint.red(text);
}

std::string table(const std::vector<RunRecord>& runs, const RunsOptions& options, const TextStyle& style) {
  constexpr size_t kSource = 3;
  constexpr int kWidestSource = 60, kNarrowestSource = 20;
  const Paint paint(style);
  std::vector<Row> rows;
  std::array<int, kColumns> widths{};
  for (const auto& run : runs) {
    rows.push_back(row_of(run, options, paint));
    for (size_t i = 0; i < kColumns; ++i)
      widths.at(i) = std::max(widths.at(i), display_width(rows.back().at(i)));
  }
  int others = 2 * static_cast<int>(kColumns - 1);
  for (size_t i = 0; i < kColumns; ++i) others += i == kSource ? 0 : widths.at(i);
  auto& source = widths.at(kSource);
  source = std::min(source, kWidestSource);
  if (options.columns > 0)
    source = std::min(source, std::max(options.columns - 1 - others, kNarrowestSource));
  std::string text;
  for (size_t at = 0; at < rows.size(); ++at) {
    for (size_t i = 0; i < kColumns; ++i) {
      auto cell = i + 1 == kColumns ? rows[at].at(i) : paint.column(rows[at].at(i), widths.at(i)) + "  ";
      if (i == 1) cell = colored(runs[at].status, cell, paint);
      text += cell;
    }
    text += '\n';
  }
  return wrapped_lines(text, options.columns);  // where even that is too wide
}

// How it ended; null while it has not.
std::string conclusion_json(const RunRecord& run) {
  if (run.status == "running" || run.status == "interrupted") return "null";
  return fmt::format("\"{}\"", run.status);
}

// By hand, as events are: what acts on a terminal stays escaped.
std::string run_json(const RunRecord& run) {
  std::string text;
  const auto member = [&](std::string_view name, std::string_view value) {
    text += fmt::format(",\"{}\":", name);
    append_json(text, value);
  };
  text += fmt::format("{{\"id\":{},\"number\":{},\"attempt\":{}", run.id, run.number, run.attempt);
  member("status", run.status);
  text += ",\"conclusion\":" + conclusion_json(run);
  member("repository", run.repository);
  text += ",\"workflow\":{\"path\":";
  append_json(text, run.workflow_path);
  member("name", run.workflow_name);
  text += "}";
  member("event", run.event);
  member("ref", run.ref);
  member("sha", run.sha);
  member("actor", run.actor);
  member("title", run.title);
  member("started", rfc3339(run.started));
  const auto counts = count_steps(run);
  text += fmt::format(",\"jobs\":{},\"steps\":{}", counts.jobs, counts.steps);
  return text + fmt::format(",\"seconds\":{}}}", run.seconds ? fmt::format("{:.3f}", *run.seconds) : "null");
}

std::string json(const std::vector<RunRecord>& runs) {
  std::string text = "[";
  for (const auto& run : runs) text += (text == "[" ? "\n" : ",\n") + run_json(run);
  return text + "\n]\n";
}

RunRecord wanted(Journal& journal, const LogsOptions& options) {
  if (options.run.empty()) {
    auto newest = journal.runs(1, options.repository);
    if (newest.empty()) throw UsageError("there is no run yet; start one with: runner run");
    return newest.front();
  }
  int64_t id = 0;
  const auto* const end = options.run.data() + options.run.size();
  const auto read = std::from_chars(options.run.data(), end, id);
  if (read.ec != std::errc() || read.ptr != end) {
    throw UsageError("\"{}\" is not the number of a run, which comes first; see them with: runner runs",
                     options.run);
  }
  auto run = journal.find(id);
  if (!run) throw UsageError("there is no run {}; see those there are with: runner runs", id);
  return *run;
}

}  // namespace

std::string runs_text(Journal& journal, const RunsOptions& options, const TextStyle& style) {
  return table(wanted_runs(journal, options), options, style);
}

int runs_command(Journal& journal, const RunsOptions& options, int fd, const TextStyle& style) {
  const auto runs = wanted_runs(journal, options);
  if (runs.empty() && !options.json) {
    const bool filtered = !(options.status + options.workflow + options.branch + options.event).empty();
    write_all(STDERR_FILENO, filtered ? "no such run; see all of them with: runner runs\n"
                                      : "no run yet; start one with: runner run\n");
  }
  return write_all(fd, options.json ? json(runs) : table(runs, options, style)) ? 0 : 1;
}

int logs_command(Journal& journal, const LogsOptions& options, int fd, const TextStyle& style) {
  write_logs(wanted(journal, options), options.query, fd, style);
  return 0;
}

}  // namespace runner
