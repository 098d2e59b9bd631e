#include "steps/clients/docker/build/stream_socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "parser/base/error.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

using Addresses = Handle<addrinfo, freeaddrinfo>;

constexpr std::chrono::milliseconds kLimit{10'000};
constexpr size_t kLongestHeader = 64 * 1024;

// Throws when `stop` is asked or the other side takes too long.
void wait_for(const Fd& socket, short events, const std::stop_token& stop) {
  const auto wake = make_event();
  const std::stop_callback asked(stop, [&] { raise_event(wake); });
  std::array<pollfd, 2> waited{pollfd{socket.get(), events, 0}, pollfd{wake.get(), POLLIN, 0}};
  int ready = 0;
  while ((ready = ::poll(waited.data(), waited.size(), static_cast<int>(kLimit.count()))) < 0) {
    if (errno != EINTR) throw Error("wait for the Docker daemon: {}", std::strerror(errno));
  }
  if (waited[1].revents != 0) throw Error("wait for the Docker daemon: cancelled");
  if (ready == 0) throw Error("wait for the Docker daemon: no answer for {} s", kLimit.count() / 1000);
}

// Whether `socket` is connected, at once or after a wait.
bool finish_connect(const Fd& socket, int result, const std::stop_token& stop) {
  if (result == 0) return true;
  if (errno != EINPROGRESS) return false;
  wait_for(socket, POLLOUT, stop);
  socklen_t size = sizeof errno;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &errno, &size) == 0 && errno == 0;
}

[[noreturn]] void fail(const DockerAddress& address, const char* cause) {
  throw Error("connect to the Docker daemon at {}: {}", address.text, cause);
}

Fd connect_unix(const DockerAddress& address, const std::stop_token& stop) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.unix_socket.size() >= sizeof name.sun_path) fail(address, "the path is too long for a socket");
  std::memcpy(name.sun_path, address.unix_socket.c_str(), address.unix_socket.size());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int result = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
  if (!finish_connect(socket, result, stop)) fail(address, std::strerror(errno));
  return socket;
}

// "http://host:2375" or "http://[::1]:2375".
std::pair<std::string, std::string> host_and_port(const std::string& url) {
  auto place = url.substr(url.find("://") + 3);
  place = place.substr(0, place.find('/'));
  const auto colon = place.rfind(':');
  const bool has_port = colon != std::string::npos && place.find(']', colon) == std::string::npos;
  auto host = has_port ? place.substr(0, colon) : place;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {host, has_port ? place.substr(colon + 1) : "80"};
}

Fd connect_tcp(const DockerAddress& address, const std::stop_token& stop) {
  const auto [host, port] = host_and_port(address.base_url);
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found); error != 0) {
    fail(address, ::gai_strerror(error));
  }
  const Addresses addresses(found);
  int why = 0;
  for (const auto* at = found; at != nullptr; at = at->ai_next) {
    Fd socket(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (finish_connect(socket, ::connect(socket.get(), at->ai_addr, at->ai_addrlen), stop)) {
      const int yes = 1;  // short questions and answers
      ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      return socket;
    }
    why = errno;
  }
  fail(address, std::strerror(why));
}

}  // namespace

Fd connect_engine(const DockerAddress& address, const std::stop_token& stop) {
  return address.unix_socket.empty() ? connect_tcp(address, stop) : connect_unix(address, stop);
}

void write_socket(const Fd& socket, std::string_view bytes, const std::stop_token& stop) {
  while (!bytes.empty()) {
    const auto count = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<size_t>(count));
    } else if (errno == EAGAIN) {
      wait_for(socket, POLLOUT, stop);
    } else if (errno != EINTR) {
      throw Error("send to the Docker daemon: {}", std::strerror(errno));
    }
  }
}

std::string read_http_header(const Fd& socket, std::string& rest, const std::stop_token& stop) {
  std::string bytes;
  std::array<char, 4096> buffer{};
  while (bytes.size() < kLongestHeader) {
    wait_for(socket, POLLIN, stop);
    const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) throw Error("read from the Docker daemon: {}", std::strerror(errno));
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<size_t>(count));
    if (const auto end = bytes.find("\r\n\r\n"); end != std::string::npos) {
      rest = bytes.substr(end + 4);
      return bytes.substr(0, end);
    }
  }
  throw Error("read from the Docker daemon: it closed the connection without an answer");
}

}  // namespace runner
