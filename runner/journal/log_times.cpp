#include "runner/journal/log_times.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/journal/stored_run.hpp"

namespace runner {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

std::filesystem::path times_of(std::filesystem::path log) { return log.replace_extension(".times"); }

}  // namespace

LogTimes::LogTimes(const std::filesystem::path& log) : file_(times_of(log)) { file_.mark_gaps(false); }

void LogTimes::mark(int64_t offset) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  if (now == last_) return;
  last_ = now;
  file_.append(fmt::format("{} {}\n", offset, now));
}

StoredLogTimes::StoredLogTimes(const std::filesystem::path& log) : file_(times_of(log)) {}

void StoredLogTimes::read_on() {
  read_ = read_lines(file_, read_, std::numeric_limits<int64_t>::max(), [&](std::string_view text) {
    for (const auto line : split_lines(text)) {
      const auto* const end = line.data() + line.size();
      std::pair<int64_t, int64_t> mark;
      const auto offset = std::from_chars(line.data(), end, mark.first);
      if (offset.ptr == end) continue;
      std::from_chars(offset.ptr + 1, end, mark.second);
      marks_.push_back(mark);
    }
  });
}

void StoredLogTimes::split(int64_t offset, std::string_view lines, TimePoint before, const Sink& sink) {
  read_on();
  auto next = std::upper_bound(marks_.begin(), marks_.end(), offset,
                               [](int64_t place, const auto& mark) { return place < mark.first; });
  while (!lines.empty()) {
    if (next != marks_.begin()) before = TimePoint(std::chrono::milliseconds(std::prev(next)->second));
    auto length = lines.size();
    if (next != marks_.end()) length = std::min(length, static_cast<size_t>(next->first - offset));
    if (length < lines.size()) length = lines.find('\n', length == 0 ? 0 : length - 1) + 1;  // whole lines
    sink(before, lines.substr(0, length));
    lines.remove_prefix(length);
    offset += static_cast<int64_t>(length);
    while (next != marks_.end() && next->first <= offset) ++next;
  }
}

}  // namespace runner
