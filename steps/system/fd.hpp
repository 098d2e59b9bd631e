// steps/system/fd.hpp -- a file descriptor as a value: closed when it goes. Every one made here is
// close-on-exec.
#pragma once
#include <unistd.h>

#include <utility>

namespace runner {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~Fd() { reset(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read, write;
};
Pipe make_pipe();                   // throws Error
Fd make_event();                    // an eventfd that never blocks
void raise_event(const Fd& event);  // it becomes readable, and stays so
void clear_event(const Fd& event);

}  // namespace runner
