// steps/clients/docker/build/trace.hpp -- BuildKit's reports as lines of a log, in the form that
// `--progress=plain` made known: a number for each operation, its output, how long it took.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "steps/clients/docker/build/status.hpp"

namespace runner {

class BuildTrace {
 public:
  using Text = std::function<void(std::string_view)>;
  BuildTrace(Text line, Text progress) : line_(std::move(line)), progress_(std::move(progress)) {}

  void add(const BuildStatus& status);
  // Repeats the end of what a failed operation said: it may stand far above, between the lines of others.
  void repeat_failure();
  int steps() const;  // the Dockerfile's own operations, and how many of them came from the cache
  int cached_steps() const;

 private:
  struct Vertex {
    std::string name, error;
    int number = 0;  // 0: not started
    double started = 0;
    bool cached = false, completed = false;
    std::string partial;          // a line whose end has not come
    std::deque<std::string> end;  // the last lines
    std::set<std::string> told;   // statuses that are complete
  };
  void start(Vertex& vertex, const BuildVertex& report);
  void complete(Vertex& vertex, const BuildVertex& report);
  void add_log(Vertex& vertex, const VertexLog& log);
  void add_status(Vertex& vertex, const VertexStatus& status);
  void show(const Vertex& vertex, std::string_view text);  // "#N text", under the vertex's own heading
  int count(bool only_cached) const;

  Text line_, progress_;
  std::map<std::string, Vertex> vertexes_;
  int numbers_ = 0;
  const Vertex* shown_ = nullptr;   // whose lines come now
  const Vertex* failed_ = nullptr;  // the first that did
};

}  // namespace runner
