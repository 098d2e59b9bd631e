// tests/support/pipe_signal.hpp -- a named pipe by which a step says how far it is, and a thread that waits
// for it.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace runner::test {

class PipeSignal {
 public:
  explicit PipeSignal(std::filesystem::path path) : path_(std::move(path)) {
    if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo " + path_.string());
    fd_ =
        ::open(path_.c_str(), O_RDWR | O_CLOEXEC);  // both ends: neither side waits for the other to open it
  }
  ~PipeSignal() { ::close(fd_); }
  PipeSignal(const PipeSignal&) = delete;
  PipeSignal& operator=(const PipeSignal&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // A byte was written to it. False after far too long, so that a fault fails the test and does not hang it.
  bool wait() const {
    pollfd waited{fd_, POLLIN, 0};
    char byte = 0;
    return ::poll(&waited, 1, 60'000) == 1 && ::read(fd_, &byte, 1) == 1;
  }
  void send() const {
    if (::write(fd_, "\n", 1) != 1) throw std::runtime_error("write to " + path_.string());
  }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

// Does these, each after one more byte came through the pipe.
class WhenSignalled {
 public:
  WhenSignalled(const PipeSignal& pipe, std::vector<std::function<void()>> deeds)
      : thread_([&pipe, deeds = std::move(deeds)] {
          for (const auto& deed : deeds) {
            if (!pipe.wait()) return;
            deed();
          }
        }) {}

 private:
  std::jthread thread_;
};

}  // namespace runner::test
