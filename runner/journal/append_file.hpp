// runner/journal/append_file.hpp -- a file that grows by whole lines. When it cannot grow (disk full) nothing
// is thrown: the lines are counted as lost, and the next ones that can be written stand behind a line about
// the gap.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace runner {

class AppendFile {
 public:
  AppendFile() = default;
  explicit AppendFile(const std::filesystem::path& path);
  ~AppendFile() { close(); }
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&& other) noexcept;

  // The reason when something was lost by this call, else empty.
  std::string append(std::string_view lines);
  void close();
  int64_t size() const { return size_; }  // of what was written
  bool is_open() const { return fd_ >= 0; }
  // The line that stands for what is lost; without a mark, nothing does.
  void mark_gaps(bool on) { mark_gaps_ = on; }

 private:
  bool write_whole_lines(std::string_view lines);
  int fd_ = -1;
  int64_t size_ = 0, lost_ = 0;
  bool mark_gaps_ = true;
  std::string reason_;
};

}  // namespace runner
