#include "steps/clients/ssh/wait.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace runner {
namespace {

int poll_milliseconds(std::optional<Instant> until) {
  if (!until) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

Waiter::Waiter(const std::stop_token& stop)
    : stop_(stop), event_(make_event()), on_stop_(stop, Raise{&event_}) {}

bool Waiter::wait(int fd, short events, std::optional<Instant> until) {
  std::array<pollfd, 2> watched{pollfd{fd, events, 0}, pollfd{event_.get(), POLLIN, 0}};
  for (;;) {
    if (heeds_stop_ && stop_.stop_requested()) throw SshStopped();
    const int ready = ::poll(watched.data(), heeds_stop_ ? 2 : 1, poll_milliseconds(until));
    if (ready < 0 && errno != EINTR) throw Error("wait for the server: {}", std::strerror(errno));
    if (ready > 0 && watched[0].revents != 0) return true;
    if (until && std::chrono::steady_clock::now() >= *until) return false;
  }
}

}  // namespace runner
