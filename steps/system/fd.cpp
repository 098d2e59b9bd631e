#include "steps/system/fd.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "parser/base/error.hpp"

namespace runner {
namespace {

// Numbers 0 to 2 are given out when we were started with one of them closed; a child's set-up would overwrite
// them.
Fd above_standard(Fd fd) {
  if (fd.get() > 2) return fd;
  Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
  if (!moved) throw Error("move a pipe: {}", std::strerror(errno));
  return moved;
}

}  // namespace

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error("make a pipe: {}", std::strerror(errno));
  Fd read(ends[0]), write(ends[1]);
  return {above_standard(std::move(read)), above_standard(std::move(write))};
}

Fd make_event() {
  Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) throw Error("make an eventfd: {}", std::strerror(errno));
  return event;
}

void raise_event(const Fd& event) {
  const uint64_t one = 1;
  // It can only fail when the counter is full, and then it is readable already.
  [[maybe_unused]] const auto written = ::write(event.get(), &one, sizeof one);
}

void clear_event(const Fd& event) {
  uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event.get(), &count, sizeof count);
}

}  // namespace runner
