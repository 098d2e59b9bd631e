#include "steps/clients/docker/build/trace.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "steps/clients/docker/status_lines.hpp"

namespace runner {
namespace {

constexpr size_t kRepeatedLines = 10;
constexpr size_t kLongestLine = 1 << 20;

// "[2/4] RUN make" and "[build 1/2] FROM base" are the Dockerfile's; "[internal] load metadata" is not.
bool is_step(std::string_view name) {
  const auto slash = name.find('/'), end = name.find(']');
  return name.starts_with("[") && !name.starts_with("[internal]") && !name.starts_with("[auth]") &&
         slash < end && end != std::string_view::npos;
}

bool is_cancelled(std::string_view error) { return error.ends_with("context canceled"); }

}  // namespace

void BuildTrace::add(const BuildStatus& status) {
  for (const auto& report : status.vertexes) {
    if (report.started) start(vertexes_[report.digest], report);
  }
  for (const auto& one : status.statuses) add_status(vertexes_[one.vertex], one);
  for (const auto& log : status.logs) add_log(vertexes_[log.vertex], log);
  for (const auto& warning : status.warnings) show(vertexes_[warning.vertex], "WARN: " + warning.text);
  for (const auto& report : status.vertexes) {
    if (report.completed) complete(vertexes_[report.digest], report);
  }
}

void BuildTrace::start(Vertex& vertex, const BuildVertex& report) {
  if (!report.completed && vertex.completed) vertex.completed = false;  // tried once more
  if (vertex.number != 0) return;
  vertex.number = ++numbers_;
  vertex.name = report.name;
  vertex.started = *report.started;
  progress_(vertex.name);
}

void BuildTrace::show(const Vertex& vertex, std::string_view text) {
  if (vertex.number == 0) return line_(text);  // of nothing that has started
  if (shown_ != &vertex) {
    if (shown_ != nullptr && !shown_->completed) line_(fmt::format("#{} ...", shown_->number));
    if (shown_ != nullptr) line_("");
    line_(fmt::format("#{} {}", vertex.number, vertex.name));
    shown_ = &vertex;
  }
  line_(fmt::format("#{} {}", vertex.number, text));
}

void BuildTrace::add_log(Vertex& vertex, const VertexLog& log) {
  vertex.partial += log.text;
  const auto seconds = fmt::format("{:.3f} ", std::max(log.time - vertex.started, 0.0));
  const auto take = [&](std::string line) {
    if (line.ends_with('\r')) line.pop_back();
    show(vertex, seconds + line);
    vertex.end.push_back(seconds + line);
    if (vertex.end.size() > kRepeatedLines) vertex.end.pop_front();
  };
  size_t from = 0;
  for (auto end = vertex.partial.find('\n'); end != std::string::npos;
       end = vertex.partial.find('\n', from)) {
    take(vertex.partial.substr(from, end - from));
    from = end + 1;
  }
  vertex.partial.erase(0, from);
  if (vertex.partial.size() > kLongestLine) take(std::exchange(vertex.partial, {}));
}

void BuildTrace::add_status(Vertex& vertex, const VertexStatus& status) {
  const auto size = status.total > 0
                        ? fmt::format(" {} / {}", shown_size(status.current), shown_size(status.total))
                    : status.current > 0 ? fmt::format(" {}", shown_size(status.current))
                                         : std::string();
  if (!status.completed) return progress_(status.id + size);
  if (!vertex.told.insert(status.id).second) return;
  const auto seconds = status.started ? *status.completed - *status.started : 0;
  show(vertex, fmt::format("{}{} {:.1f}s done", status.id, size, std::max(seconds, 0.0)));
}

void BuildTrace::complete(Vertex& vertex, const BuildVertex& report) {
  if (vertex.completed || vertex.number == 0) return;
  if (!vertex.partial.empty()) add_log(vertex, {report.digest, "\n", *report.completed});
  vertex.cached = report.cached;
  vertex.error = report.error;
  if (!report.error.empty() && !is_cancelled(report.error)) {
    show(vertex, "ERROR: " + report.error);
    if (failed_ == nullptr) failed_ = &vertex;
  } else if (!report.error.empty()) {
    show(vertex, "CANCELED");
  } else if (report.cached) {
    show(vertex, "CACHED");
  } else {
    show(vertex, fmt::format("DONE {:.1f}s", std::max(*report.completed - vertex.started, 0.0)));
  }
  vertex.completed = true;
}

void BuildTrace::repeat_failure() {
  if (failed_ == nullptr || failed_->end.empty()) return;
  line_("------");
  line_(" > " + failed_->name + ":");
  for (const auto& line : failed_->end) line_(line);
  line_("------");
}

int BuildTrace::count(bool only_cached) const {
  return static_cast<int>(std::count_if(vertexes_.begin(), vertexes_.end(), [&](const auto& item) {
    const auto& vertex = item.second;
    return is_step(vertex.name) && (!only_cached || vertex.cached);
  }));
}

int BuildTrace::steps() const { return count(false); }
int BuildTrace::cached_steps() const { return count(true); }

}  // namespace runner
