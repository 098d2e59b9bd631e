#include "steps/system/drain.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>

namespace runner {
namespace {

// Reads until nothing is there; false once nobody holds the other end.
bool read_away(const Fd& fd) {
  std::array<char, 16384> buffer;
  while (true) {
    const auto got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got > 0) continue;
    if (got < 0 && errno == EINTR) continue;
    return got < 0 && errno == EAGAIN;
  }
}

}  // namespace

Drain::~Drain() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  raise_event(wake_);
}

void Drain::take(Fd pipe_end) {
  ::fcntl(pipe_end.get(), F_SETFL, ::fcntl(pipe_end.get(), F_GETFL) | O_NONBLOCK);
  const std::lock_guard lock(mutex_);
  incoming_.push_back(std::move(pipe_end));
  if (!thread_.joinable()) {
    wake_ = make_event();
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  raise_event(wake_);
}

void Drain::work(const std::stop_token& stop) {
  std::vector<Fd> held;
  while (!stop.stop_requested()) {
    std::vector<pollfd> wait{{wake_.get(), POLLIN, 0}};
    for (const auto& fd : held) wait.push_back({fd.get(), POLLIN, 0});
    if (::poll(wait.data(), wait.size(), -1) < 0) continue;
    for (size_t i = held.size(); i-- > 0;) {
      if (wait[i + 1].revents != 0 && !read_away(held[i]))
        held.erase(held.begin() + static_cast<ptrdiff_t>(i));
    }
    if (wait[0].revents == 0) continue;
    clear_event(wake_);
    const std::lock_guard lock(mutex_);
    for (auto& fd : incoming_) held.push_back(std::move(fd));
    incoming_.clear();
  }
}

}  // namespace runner
