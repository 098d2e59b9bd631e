#include "runner/journal/stored_run.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"

namespace runner {
namespace {

using Json = nlohmann::json;

std::string text(const Json& event, const char* key) {
  const auto at = event.find(key);
  return at != event.end() && at->is_string() ? at->get<std::string>() : std::string();
}

int64_t number(const Json& event, const char* key) {
  const auto at = event.find(key);
  return at != event.end() && at->is_number() ? at->get<int64_t>() : 0;
}

double seconds(const Json& event) {
  const auto at = event.find("seconds");
  return at != event.end() && at->is_number() ? at->get<double>() : 0;
}

Outcome outcome(const Json& event, const char* key) {
  const auto name = text(event, key);
  for (const auto value : {Outcome::failure, Outcome::cancelled, Outcome::skipped}) {
    if (name == to_string(value)) return value;
  }
  return Outcome::success;
}

// A number; an older version wrote it as text.
std::string id_of(const Json& event) {
  const auto id = number(event, "id");
  return id == 0 ? text(event, "id") : std::to_string(id);
}

std::string ref_name(const std::string& ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/", "refs/pull/"}) {
    if (ref.starts_with(prefix)) return ref.substr(prefix.size());
  }
  return ref;
}

// "2026-12-01T08:15:30.123Z"
std::chrono::system_clock::time_point time_of(const Json& event) {
  tm parts{};
  const auto written = text(event, "time");
  const auto* rest = ::strptime(written.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return {};
  const auto milliseconds = *rest == '.' ? std::atoi(rest + 1) : 0;
  return std::chrono::system_clock::from_time_t(::timegm(&parts)) + std::chrono::milliseconds(milliseconds);
}

Annotation read_annotation(const Json& event) {
  const auto level = text(event, "level");
  return {.level = level == "error"     ? AnnotationLevel::error
                   : level == "warning" ? AnnotationLevel::warning
                                        : AnnotationLevel::notice,
          .message = text(event, "message"),
          .title = text(event, "title"),
          .file = text(event, "file"),
          .line = static_cast<int>(number(event, "line")),
          .end_line = static_cast<int>(number(event, "end_line")),
          .column = static_cast<int>(number(event, "column")),
          .end_column = static_cast<int>(number(event, "end_column"))};
}

void read_run(const Json& event, StoredRun& run) {
  const auto workflow = event.value("workflow", Json::object());
  run.process = text(event, "process");
  run.repository = text(event, "repository");
  run.started = std::chrono::system_clock::time_point(std::chrono::milliseconds(number(event, "started")));
  const auto ref = text(event, "ref"), full = text(event, "full_ref");  // an older version had both
  run.info = {.id = id_of(event),
              .number = static_cast<int>(number(event, "number")),
              .attempt = static_cast<int>(number(event, "attempt")),
              .workflow_path = text(workflow, "path"),
              .workflow_name = text(workflow, "name"),
              .run_name = text(workflow, "run_name"),
              .event = text(event, "event"),
              .ref = full.empty() ? ref : full,
              .ref_name = ref_name(ref),
              .sha = text(event, "sha"),
              .actor = text(event, "actor"),
              .title = text(event, "title"),
              .jobs = static_cast<int>(number(event, "jobs"))};
}

StoredJob& job_of(const Json& event, StoredRun& run) {
  auto& job = run.jobs[static_cast<int>(number(event, "job_index"))];
  job.info.index = static_cast<int>(number(event, "job_index"));
  job.info.id = text(event, "job");
  job.info.name = text(event, "job_name");
  for (const auto& need : event.value("needs", Json::array())) {
    if (need.is_string()) job.info.needs.push_back(need.get<std::string>());
  }
  return job;
}

StoredStep& step_of(const Json& event, StoredJob& job) {
  const auto place = static_cast<int>(number(event, "step"));
  auto& step = job.steps[place];
  step.info.job = &job.info;
  step.info.number = place;
  step.info.id = text(event, "step_id");
  step.info.name = text(event, "step_name");
  return step;
}

StoredRun::Change read_step(const Json& event, bool finished, StoredRun& run) {
  auto& job = job_of(event, run);
  auto& step = step_of(event, job);
  if (!finished) {
    step.started = time_of(event);
    step.begin = number(event, "offset");
    step.info.what = text(event, "what");
    step.info.pos = {static_cast<int>(number(event, "line")), static_cast<int>(number(event, "column"))};
    return {StoredRun::Kind::step_started, &job, &step};
  }
  step.end = number(event, "offset");
  step.result = {outcome(event, "outcome"), outcome(event, "conclusion"), seconds(event), text(event, "note"),
                 text(event, "message")};
  return {StoredRun::Kind::step_finished, &job, &step};
}

StoredRun::Change read_event(const Json& event, StoredRun& run) {
  const auto type = text(event, "type");
  if (type == "run_started") {
    read_run(event, run);
    return {StoredRun::Kind::run_started};
  }
  if (type == "job_queued") return {StoredRun::Kind::other, &job_of(event, run)};
  if (type == "job_started") {
    auto& job = job_of(event, run);
    job.started = true;
    return {StoredRun::Kind::job_started, &job};
  }
  if (type == "step_started" || type == "step_finished")
    return read_step(event, type == "step_finished", run);
  if (type == "job_finished") {
    auto& job = job_of(event, run);
    job.end = JobEnd{outcome(event, "conclusion"),
                     seconds(event),
                     event.value("tolerated", false),
                     text(event, "message"),
                     {}};
    return {StoredRun::Kind::job_finished, &job};
  }
  if (type == "annotation") {
    auto& job = job_of(event, run);
    return {StoredRun::Kind::annotation, &job, &step_of(event, job), {}, read_annotation(event)};
  }
  if (type == "warning") {
    run.warnings.push_back(text(event, "message"));
    return {StoredRun::Kind::warning};
  }
  if (type != "run_finished") return {};
  run.end = RunEnd{outcome(event, "conclusion"), seconds(event), text(event, "message")};
  return {StoredRun::Kind::run_finished};
}

class ReadOnly {
 public:
  explicit ReadOnly(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0 && errno != ENOENT) throw Error("read {}: {}", path.string(), strerror(errno));
  }
  ~ReadOnly() {
    if (fd_ >= 0) ::close(fd_);
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;
  // Bytes read, 0 at the end.
  size_t read(char* into, size_t size, int64_t from) const {
    ssize_t got = -1;
    do got = fd_ < 0 ? 0 : ::pread(fd_, into, size, from);
    while (got < 0 && errno == EINTR);
    return got < 0 ? 0 : static_cast<size_t>(got);
  }

 private:
  int fd_;
};

}  // namespace

StoredRun::Change StoredRun::read(std::string_view line) {
  const auto event = read_json(line);
  if (!event.is_object()) return {};
  auto change = read_event(event, *this);
  change.time = time_of(event);
  return change;
}

int64_t read_lines(const std::filesystem::path& path, int64_t from, int64_t to, const ChunkSink& sink) {
  if (from >= to) return from;
  const ReadOnly file(path);
  std::string buffer(size_t{256} * 1024, '\0');
  size_t filled = 0;
  while (from < to) {
    const auto wanted = std::min(buffer.size() - filled, static_cast<size_t>(to - from) - filled);
    const auto got = file.read(buffer.data() + filled, wanted, from + static_cast<int64_t>(filled));
    filled += got;
    const auto end = std::string_view(buffer).substr(0, filled).rfind('\n');
    if (end != std::string_view::npos) {
      sink(std::string_view(buffer).substr(0, end + 1));
      filled -= end + 1;
      memmove(buffer.data(), buffer.data() + end + 1, filled);
      from += static_cast<int64_t>(end) + 1;
    } else if (filled == buffer.size()) {
      buffer.resize(2 * buffer.size());
    }
    if (got == 0) break;
  }
  return from;
}

int64_t log_size(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<int64_t>(size);
}

}  // namespace runner
