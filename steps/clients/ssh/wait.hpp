// steps/clients/ssh/wait.hpp -- waiting for a socket, but no longer than a deadline and not past a stop; and
// the errors those two end in.
#pragma once
#include <chrono>
#include <optional>
#include <stop_token>

#include "parser/base/error.hpp"
#include "steps/system/fd.hpp"

namespace runner {

using Instant = std::chrono::steady_clock::time_point;

class SshTimeout : public Error {
 public:
  using Error::Error;
};
// Nobody took the connection, or it was cut before the server had greeted: nothing was done, and another try
// is harmless.
class SshUnreachable : public Error {
 public:
  using Error::Error;
};
class SshStopped : public Error {
 public:
  SshStopped() : Error("cancelled") {}
};

class Waiter {
 public:
  explicit Waiter(const std::stop_token& stop);
  // True: one of `events` (as poll's) is there. False: `until` has come. Throws SshStopped.
  bool wait(int fd, short events, std::optional<Instant> until);
  void ignore_stop() { heeds_stop_ = false; }  // for what must still be done after a stop

 private:
  struct Raise {
    const Fd* event;
    void operator()() const { raise_event(*event); }
  };
  std::stop_token stop_;
  Fd event_;
  bool heeds_stop_ = true;
  std::stop_callback<Raise> on_stop_;
};

}  // namespace runner
