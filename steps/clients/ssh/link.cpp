#include "steps/clients/ssh/link.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <utility>

namespace runner {
namespace {

constexpr std::chrono::seconds kKeepalive{15};
constexpr long kLingerMilliseconds = 1000;

void initialise_once() {
  static const int error = libssh2_init(0);  // not safe from two threads, a static's initialisation is
  if (error != 0) throw Error("start libssh2: error {}", error);
}

ssize_t send_callback(libssh2_socket_t, const void* bytes, size_t size, int, void** abstract) {
  return static_cast<SshLink*>(*abstract)->send_through(static_cast<const char*>(bytes), size);
}

ssize_t receive_callback(libssh2_socket_t, void* bytes, size_t size, int, void** abstract) {
  return static_cast<SshLink*>(*abstract)->receive_through(static_cast<char*>(bytes), size);
}

// libssh2 wants -errno of its transport.
ssize_t as_errno(ssize_t result) {
  if (result >= 0) return result;
  return result == LIBSSH2_ERROR_EAGAIN ? -EAGAIN : -ECONNRESET;
}

}  // namespace

SshLink::SshLink(Fd socket, Waiter& waiter) : waiter_(waiter), socket_(std::move(socket)) { make_session(); }

SshLink::SshLink(SshLink& through, const SshAddress& target)
    : waiter_(through.waiter()), deadline_(through.deadline_), through_(&through) {
  tunnel_.reset(through.finish_pointer([&] {
    return libssh2_channel_direct_tcpip_ex(through.session(), target.host.c_str(), target.port, "127.0.0.1",
                                           22);
  }));
  if (!tunnel_) throw Error("dial tcp {} through the jump host: {}", target.text(), through.last_error());
  make_session();
  libssh2_session_callback_set2(session(), LIBSSH2_CALLBACK_SEND,
                                reinterpret_cast<libssh2_cb_generic*>(send_callback));
  libssh2_session_callback_set2(session(), LIBSSH2_CALLBACK_RECV,
                                reinterpret_cast<libssh2_cb_generic*>(receive_callback));
}

SshLink::~SshLink() {
  linger();
  if (session_) libssh2_session_disconnect(session(), "");
  // Freeing must not wait for a peer that is gone.
  if (socket_) ::shutdown(socket_.get(), SHUT_RDWR);
  session_.reset();
  if (through_ != nullptr) through_->linger();
}

void SshLink::make_session() {
  initialise_once();
  session_.reset(libssh2_session_init_ex(nullptr, nullptr, nullptr, this));
  if (!session_) throw std::bad_alloc();
  libssh2_session_set_blocking(session(), 0);
  libssh2_keepalive_config(session(), 0, static_cast<unsigned>(kKeepalive.count()));
}

void SshLink::linger() {
  if (!session_) return;
  libssh2_session_set_blocking(session(), 1);
  libssh2_session_set_timeout(session(), kLingerMilliseconds);
}

int SshLink::block_directions() const {
  return libssh2_session_block_directions(through_ != nullptr ? through_->session() : session());
}

void SshLink::wait() {
  if (tunnel_) {  // what the outer session has taken off the socket already shows in no poll()
    unsigned long waiting = 0;
    libssh2_channel_window_read_ex(tunnel_.get(), &waiting, nullptr);
    if (waiting > 0 || libssh2_channel_eof(tunnel_.get()) != 0) return;
    // a grant that was read among the data before it
    if (std::exchange(starved_, false) && libssh2_channel_window_write(tunnel_.get()) > 0) return;
  }
  const int directions = block_directions();
  short events = 0;
  if ((directions & LIBSSH2_SESSION_BLOCK_INBOUND) != 0 || directions == 0) events |= POLLIN;
  if ((directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) != 0) events |= POLLOUT;
  const auto now = std::chrono::steady_clock::now();
  if (deadline_ && now >= *deadline_) throw SshTimeout("i/o timeout");
  std::optional<Instant> until = now + kKeepalive;
  if (deadline_ && *deadline_ < *until) until = deadline_;
  if (waiter_.wait(socket(), events, until)) return;
  if (deadline_ && std::chrono::steady_clock::now() >= *deadline_) throw SshTimeout("i/o timeout");
  int seconds_to_next = 0;
  if ((directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) == 0) libssh2_keepalive_send(session(), &seconds_to_next);
}

std::string SshLink::last_error() const {
  char* text = nullptr;
  int size = 0;
  libssh2_session_last_error(session(), &text, &size, 0);
  return {text, static_cast<size_t>(size)};
}

ssize_t SshLink::send_through(const char* bytes, size_t size) {
  // A channel takes one packet at a time, and the session that calls believes a short answer to mean a full
  // socket.
  size_t sent = 0;
  while (sent < size) {
    const auto written = libssh2_channel_write_ex(tunnel_.get(), 0, bytes + sent, size - sent);
    if (written < 0 && written != LIBSSH2_ERROR_EAGAIN) return as_errno(written);
    if (written <= 0) break;
    sent += static_cast<size_t>(written);
  }
  starved_ = sent < size && libssh2_channel_window_write(tunnel_.get()) == 0;
  return sent > 0 ? static_cast<ssize_t>(sent) : -EAGAIN;
}

ssize_t SshLink::receive_through(char* bytes, size_t size) {
  return as_errno(libssh2_channel_read_ex(tunnel_.get(), 0, bytes, size));
}

}  // namespace runner
