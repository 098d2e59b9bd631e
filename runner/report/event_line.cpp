#include "runner/report/event_line.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/report/log_text.hpp"

namespace runner {
namespace {

bool is_plain(char c) {
  return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}  // bytes from 0x80 are negative

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  }
}

// `glyph`: two or three bytes of UTF-8.
void append_hidden(std::string& out, std::string_view glyph) {
  auto code =
      static_cast<unsigned>(static_cast<unsigned char>(glyph[0])) & (glyph.size() == 2 ? 0x1Fu : 0x0Fu);
  for (const char c : glyph.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  out += fmt::format("\\u{:04x}", code);
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const auto start = at;
    while (at < text.size() && is_plain(text[at])) ++at;
    out.append(text.substr(start, at - start));
    if (at == text.size()) break;
    const auto length = utf8_length(text, at);
    const auto glyph = text.substr(at, std::max<size_t>(length, 1));
    if (length == 1)
      append_escaped(out, text[at]);
    else if (length != 0 && is_hidden_control(glyph))  // legal as it is, but a terminal may show this
      append_hidden(out, glyph);
    else
      out += length == 0 ? std::string_view("\xEF\xBF\xBD") : glyph;
    at += glyph.size();
  }
  out += '"';
}

std::string rfc3339(SystemTime time) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const auto whole = static_cast<time_t>(milliseconds / 1000);
  tm parts{};
  ::gmtime_r(&whole, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds % 1000);
}

EventLine::EventLine(std::string& out, SystemTime time, std::string_view type) : out_(out) {
  out_.append("{\"version\":1,\"time\":\"").append(rfc3339(time)).append("\",\"type\":\"").append(type) +=
      '"';
}

void EventLine::key(std::string_view name) { out_.append(",\"").append(name).append("\":"); }

EventLine& EventLine::text(std::string_view name, std::string_view value) {
  key(name);
  append_json(out_, value);
  return *this;
}

EventLine& EventLine::number(std::string_view name, int64_t value) {
  key(name);
  out_ += std::to_string(value);
  return *this;
}

EventLine& EventLine::seconds(double value) {
  key("seconds");
  out_ += fmt::format("{:.3f}", value);
  return *this;
}

EventLine& EventLine::flag(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

EventLine& EventLine::texts(std::string_view name, const std::vector<std::string>& values) {
  key(name);
  char separator = '[';
  for (const auto& value : values) {
    out_ += separator;
    append_json(out_, value);
    separator = ',';
  }
  out_ += values.empty() ? "[]" : "]";
  return *this;
}

EventLine& EventLine::object(std::string_view name,
                             const std::vector<std::pair<std::string, std::string>>& values) {
  key(name);
  char separator = '{';
  for (const auto& [member, value] : values) {
    out_ += separator;
    append_json(out_, member);
    out_ += ':';
    append_json(out_, value);
    separator = ',';
  }
  out_ += values.empty() ? "{}" : "}";
  return *this;
}

EventLine& EventLine::job(const JobInfo& job) {
  return text("job", job.id).text("job_name", job.name).number("job_index", job.index);
}

EventLine& EventLine::step(const StepInfo& step) {
  job(*step.job).number("step", step.number).text("step_name", step.name);
  return step.id.empty() ? *this : text("step_id", step.id);
}

EventLine run_started_event(std::string& out, SystemTime time, const RunInfo& run) {
  EventLine line(out, time, "run_started");
  line.number("id", std::atoll(run.id.c_str())).number("number", run.number).number("attempt", run.attempt);
  line.object("workflow",
              {{"path", run.workflow_path}, {"name", run.workflow_name}, {"run_name", run.run_name}});
  line.text("event", run.event).text("ref", run.ref).text("sha", run.sha).text("actor", run.actor);
  return line.text("title", run.title).number("jobs", run.jobs);
}

EventLine job_queued_event(std::string& out, SystemTime time, const JobInfo& job) {
  return EventLine(out, time, "job_queued").job(job).texts("needs", job.needs);
}

EventLine step_started_event(std::string& out, SystemTime time, const StepInfo& step) {
  return EventLine(out, time, "step_started")
      .step(step)
      .text("what", step.what)
      .number("line", step.pos.line)
      .number("column", step.pos.column);
}

EventLine annotation_event(std::string& out, SystemTime time, const StepInfo& step,
                           const Annotation& annotation) {
  constexpr std::array<std::string_view, 3> kLevels{"notice", "warning", "error"};
  EventLine line(out, time, "annotation");
  line.step(step).text("level", kLevels.at(static_cast<size_t>(annotation.level)));
  line.text("message", annotation.message).text("title", annotation.title).text("file", annotation.file);
  line.number("line", annotation.line).number("end_line", annotation.end_line);
  return line.number("column", annotation.column).number("end_column", annotation.end_column);
}

EventLine turned_event(std::string& out, SystemTime time, Turn turn, std::string_view text) {
  constexpr std::array<std::string_view, 4> kTurns{"cancel", "stop", "pause", "resume"};
  return EventLine(out, time, "interrupted")
      .text("what", kTurns.at(static_cast<size_t>(turn)))
      .text("message", text);
}

EventLine step_finished_event(std::string& out, SystemTime time, const StepInfo& step, const StepEnd& end) {
  EventLine line(out, time, "step_finished");
  line.step(step).text("outcome", to_string(end.outcome)).text("conclusion", to_string(end.conclusion));
  return line.seconds(end.seconds).text("note", end.note).text("message", end.message);
}

EventLine job_finished_event(std::string& out, SystemTime time, const JobInfo& job, const JobEnd& end) {
  EventLine line(out, time, "job_finished");
  line.job(job).text("conclusion", to_string(end.conclusion)).seconds(end.seconds);
  line.flag("tolerated", end.tolerated).text("message", end.message).object("outputs", end.outputs);
  return end.url.empty() ? line : line.text("url", end.url);
}

EventLine run_finished_event(std::string& out, SystemTime time, const RunEnd& end) {
  return EventLine(out, time, "run_finished")
      .text("conclusion", to_string(end.conclusion))
      .seconds(end.seconds)
      .text("message", end.message);
}

}  // namespace runner
