#include "tests/support/tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

namespace runner::test {
namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool send_all(int to, const char* bytes, size_t size) {
  while (size > 0) {
    const auto sent = ::send(to, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent, size -= static_cast<size_t>(sent);
  }
  return true;
}

}  // namespace

TcpProxy::TcpProxy(const Options& options)
    : options_(options), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), done_(make_event()) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_.get(), 64) != 0) {
    throw std::runtime_error("no port for the proxy");
  }
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_all(); });
}

TcpProxy::~TcpProxy() {
  raise_event(done_);
  acceptor_.join();
  served_.clear();
}

void TcpProxy::accept_all() {
  std::array<pollfd, 2> watched{pollfd{listener_.get(), POLLIN, 0}, pollfd{done_.get(), POLLIN, 0}};
  while (::poll(watched.data(), 2, -1) > 0 && watched[1].revents == 0) {
    Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) continue;
    ++connections_;
    served_.emplace_back([this, fd = std::move(client)]() mutable { serve(std::move(fd)); });
  }
}

void TcpProxy::serve(Fd client) {
  const Fd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = loopback(options_.target);
  if (::connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  const int on = 1;
  for (const int fd : {client.get(), server.get()})
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::vector<char> piece(options_.piece_bytes);
  size_t left = options_.close_after;
  std::array<pollfd, 3> watched{pollfd{client.get(), POLLIN, 0}, pollfd{server.get(), POLLIN, 0},
                                pollfd{done_.get(), POLLIN, 0}};
  while (::poll(watched.data(), 3, -1) > 0 && watched[2].revents == 0) {
    for (const size_t from : {0U, 1U}) {
      if (watched[from].revents == 0) continue;
      const auto size = ::recv(watched[from].fd, piece.data(), piece.size(), 0);
      if (size <= 0) return;
      if (options_.waits_milliseconds > 0) ::poll(&watched[2], 1, options_.waits_milliseconds);
      const auto wanted = from == 0 ? std::min(left, static_cast<size_t>(size)) : static_cast<size_t>(size);
      if (!send_all(watched[1 - from].fd, piece.data(), wanted)) return;
      if (from == 0 && options_.close_after != SIZE_MAX) left -= wanted;
      if (left == 0) return;
    }
  }
}

}  // namespace runner::test
