#include "steps/clients/ssh/dial.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "parser/base/text.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

using Addresses = Handle<addrinfo, freeaddrinfo>;

// A connection whose packets nobody confirms for so long is dead; shorter cuts of the network are sat out.
constexpr unsigned kUnconfirmedMilliseconds = 150'000;

Addresses look_up(const SshAddress& address, IpVersion version) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_family = version == IpVersion::v4 ? AF_INET : version == IpVersion::v6 ? AF_INET6 : AF_UNSPEC;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &wanted, &found);
  if (error == EAI_NONAME || error == EAI_ADDRFAMILY) {
    throw Error("dial tcp: lookup {}: no such host", address.host);
  }
  const auto cause = lower(gai_strerror(error));
  if (error == EAI_AGAIN) throw SshUnreachable("dial tcp: lookup {}: {}", address.host, cause);
  if (error != 0) throw Error("dial tcp: lookup {}: {}", address.host, cause);
  return Addresses(found);
}

void set_options(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnconfirmedMilliseconds, sizeof kUnconfirmedMilliseconds);
}

// 0, or the errno of the failure.
int try_address(const addrinfo& address, Fd& fd, std::optional<Instant> until, Waiter& waiter) {
  fd.reset(
      ::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!fd) return errno;
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!waiter.wait(fd.get(), POLLOUT, until)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

}  // namespace

Fd dial(const SshAddress& address, IpVersion version, std::optional<Instant> deadline, Waiter& waiter) {
  const auto addresses = look_up(address, version);
  int left = 0, error = 0;
  for (const auto* at = addresses.get(); at != nullptr; at = at->ai_next) ++left;
  for (const auto* at = addresses.get(); at != nullptr; at = at->ai_next, --left) {
    auto until = deadline;
    const auto now = std::chrono::steady_clock::now();
    if (deadline)
      until = now + (*deadline - now) / left;  // an address that never answers leaves time to the others
    Fd fd;
    error = try_address(*at, fd, until, waiter);
    if (error != 0) continue;
    set_options(fd.get());
    return fd;
  }
  if (error == ETIMEDOUT) throw SshTimeout("dial tcp {}: i/o timeout", address.text());
  throw SshUnreachable("dial tcp {}: connect: {}", address.text(), lower(std::strerror(error)));
}

}  // namespace runner
