// steps/clients/ssh/link.hpp -- one libssh2 session over a socket, or over a channel of another session (a
// jump host). The only header that shows libssh2; private to steps/clients/ssh. A link belongs to one thread.
#pragma once
#include <optional>
#include <stop_token>
#include <string>

#include <libssh2.h>

#include "steps/clients/ssh/arrival.hpp"
#include "steps/clients/ssh/dial.hpp"
#include "steps/clients/ssh/wait.hpp"
#include "steps/system/handle.hpp"

namespace runner {

using SshSessionHandle = Handle<LIBSSH2_SESSION, libssh2_session_free>;
using SshChannelHandle = Handle<LIBSSH2_CHANNEL, libssh2_channel_free>;

class SshLink {
 public:
  SshLink(Fd socket, Waiter& waiter);
  // Opens a TCP connection from the far end of `through` to `target`. `through` must live longer.
  SshLink(SshLink& through, const SshAddress& target);
  ~SshLink();
  SshLink(const SshLink&) = delete;
  SshLink& operator=(const SshLink&) = delete;

  LIBSSH2_SESSION* session() const { return session_.get(); }
  Waiter& waiter() const { return waiter_; }
  int socket() const { return through_ != nullptr ? through_->socket() : socket_.get(); }
  void set_deadline(std::optional<Instant> deadline) { deadline_ = deadline; }

  // Repeats a call that never blocks until it says something else than "again". Throws SshTimeout,
  // SshStopped.
  template <class Call>
  auto finish(Call call) {
    for (;;) {
      const auto result = call();
      if (result != LIBSSH2_ERROR_EAGAIN) return result;
      wait();
    }
  }
  // The same for calls that give a pointer: null with "again" as the session's last error.
  template <class Call>
  auto finish_pointer(Call call) {
    for (;;) {
      const auto result = call();
      if (result != nullptr || libssh2_session_last_errno(session()) != LIBSSH2_ERROR_EAGAIN) return result;
      wait();
    }
  }
  void wait();  // for the socket; sends keepalives meanwhile
  std::string last_error() const;
  void linger();  // from here on calls block, for a second at most: to say good-bye

  SshArrival arrival;              // filled by the login
  std::string interactive_answer;  // to whatever a server asks at login: the password

  // What libssh2's callbacks of a link through another one call.
  ssize_t send_through(const char* bytes, size_t size);
  ssize_t receive_through(char* bytes, size_t size);

 private:
  void make_session();
  int block_directions() const;

  Waiter& waiter_;
  std::optional<Instant> deadline_;
  SshLink* through_ = nullptr;
  Fd socket_;
  SshChannelHandle tunnel_;  // a channel of through_
  bool starved_ = false;     // the tunnel took nothing as the jump host had granted no more
  SshSessionHandle session_;
};

}  // namespace runner
