// runner/journal/log_times.hpp -- when the lines of a job's log were printed: beside INDEX.log, INDEX.times
// has a line "OFFSET MILLISECONDS" for each piece of it that came at another time than the one before.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/journal/append_file.hpp"

namespace runner {

class LogTimes {
 public:
  explicit LogTimes(const std::filesystem::path& log);
  // What is appended to the log at `offset` is printed now. Its loss is not told: the log has all lines.
  void mark(int64_t offset);

 private:
  AppendFile file_;
  int64_t last_ = 0;  // in milliseconds
};

class StoredLogTimes {
 public:
  explicit StoredLogTimes(const std::filesystem::path& log);
  // Hands on the whole `lines`, which begin at `offset` of the log, in pieces of one time; `before`: of lines
  // without one, as of runs that an older version recorded.
  using Sink = std::function<void(std::chrono::system_clock::time_point time, std::string_view lines)>;
  void split(int64_t offset, std::string_view lines, std::chrono::system_clock::time_point before,
             const Sink& sink);

 private:
  void read_on();
  std::filesystem::path file_;
  int64_t read_ = 0;
  std::vector<std::pair<int64_t, int64_t>> marks_;  // offset and milliseconds
};

}  // namespace runner
