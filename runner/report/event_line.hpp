// runner/report/event_line.hpp -- the events of a run as JSON lines: what `--format json` prints and the
// record keeps. Written by hand, not through a tree: a log of 200 MB passes here.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/reporter.hpp"

namespace runner {

using SystemTime = std::chrono::system_clock::time_point;

void append_json(std::string& out, std::string_view text);  // quoted; bytes that are not UTF-8 become U+FFFD
std::string rfc3339(SystemTime time);                       // UTC, with milliseconds

// One object: opened by the constructor, closed by end().
class EventLine {
 public:
  EventLine(std::string& out, SystemTime time, std::string_view type);
  EventLine& text(std::string_view key, std::string_view value);
  EventLine& number(std::string_view key, int64_t value);
  EventLine& seconds(double value);
  EventLine& flag(std::string_view key, bool value);
  EventLine& texts(std::string_view key, const std::vector<std::string>& values);
  EventLine& object(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values);
  EventLine& job(const JobInfo& job);     // "job", "job_name", "job_index"
  EventLine& step(const StepInfo& step);  // those of its job, "step", "step_name" and "step_id"
  void end() { out_ += "}\n"; }

 private:
  void key(std::string_view name);
  std::string& out_;
};

// The common members of an event; more may follow before end().
EventLine run_started_event(std::string& out, SystemTime time, const RunInfo& run);
EventLine job_queued_event(std::string& out, SystemTime time, const JobInfo& job);
EventLine step_started_event(std::string& out, SystemTime time, const StepInfo& step);
EventLine annotation_event(std::string& out, SystemTime time, const StepInfo& step,
                           const Annotation& annotation);
EventLine turned_event(std::string& out, SystemTime time, Turn turn, std::string_view text);
EventLine step_finished_event(std::string& out, SystemTime time, const StepInfo& step, const StepEnd& end);
EventLine job_finished_event(std::string& out, SystemTime time, const JobInfo& job, const JobEnd& end);
EventLine run_finished_event(std::string& out, SystemTime time, const RunEnd& end);

}  // namespace runner
