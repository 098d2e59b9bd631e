#include "runner/journal/append_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <utility>

#include <fmt/core.h>

namespace runner {

AppendFile::AppendFile(const std::filesystem::path& path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
  if (fd_ < 0) reason_ = strerror(errno);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      lost_(other.lost_),
      mark_gaps_(other.mark_gaps_),
      reason_(std::move(other.reason_)) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  size_ = other.size_, lost_ = other.lost_, mark_gaps_ = other.mark_gaps_;
  reason_ = std::move(other.reason_);
  return *this;
}

void AppendFile::close() {
  if (fd_ < 0) return;
  if (lost_ > 0) write_whole_lines("");
  ::close(std::exchange(fd_, -1));
}

// False with reason_ when not all could be written; then the file ends behind a whole line.
bool AppendFile::write_whole_lines(std::string_view lines) {
  std::string with_mark;
  if (lost_ > 0 && mark_gaps_) {
    with_mark = fmt::format("##[warning]{} bytes of this log are missing here: {}\n", lost_, reason_);
    lines = with_mark.append(lines);
  }
  size_t done = 0;
  while (done < lines.size()) {
    const auto written = ::write(fd_, lines.data() + done, lines.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    done += static_cast<size_t>(written);
  }
  if (done == lines.size()) {
    size_ += static_cast<int64_t>(done);
    lost_ = 0;
    return true;
  }
  reason_ = strerror(errno);
  // All or nothing: a part of a chunk could end within a line.
  if (::ftruncate(fd_, size_) != 0 || ::lseek(fd_, size_, SEEK_SET) < 0) close();
  return false;
}

std::string AppendFile::append(std::string_view lines) {
  if (fd_ >= 0 && write_whole_lines(lines)) return {};
  lost_ += static_cast<int64_t>(lines.size());
  return reason_.empty() ? "it could not be opened" : reason_;
}

}  // namespace runner
