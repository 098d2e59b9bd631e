// tests/support/http_server.hpp -- a real server on a unix or loopback socket: one thread, canned answers,
// and what came.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.hpp"

namespace runner::test {

class HttpServer {
 public:
  // Called with a whole request, and again while it gives nothing; the answer is sent as it is. An empty
  // answer to a request leaves the connection open and silent.
  using Answer = std::function<std::string(const std::string& request)>;

  explicit HttpServer(Answer answer, bool unix_socket = false) : answer_(std::move(answer)) {
    if (unix_socket) {
      listen_unix();
    } else {
      listen_tcp();
    }
    thread_ = std::jthread([this] { serve(); });
  }
  ~HttpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
    }
    thread_.join();
    ::close(listener_);
  }

  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::string socket() const { return (folder_.path() / "s").string(); }
  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void listen_tcp() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 8);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  void listen_unix() {
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket().c_str(), sizeof address.sun_path - 1);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(listener_, 8);
  }

  void serve() {
    for (int fd; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      {
        const std::lock_guard lock(mutex_);
        connection_ = fd;
        ++connections_;
      }
      converse(fd);
      const std::lock_guard lock(mutex_);
      connection_ = -1;
      ::close(fd);
    }
  }

  void converse(int fd) {
    std::string text;
    char piece[65536];
    while (true) {
      if (const auto end = request_end(text); end > 0) {
        {
          const std::lock_guard lock(mutex_);
          requests_.push_back(text.substr(0, end));
        }
        const auto answer = answer_(text.substr(0, end));
        text.erase(0, end);
        if (!answer.empty()) [[maybe_unused]]
          const auto sent = ::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
        continue;
      }
      const auto count = ::recv(fd, piece, sizeof piece, 0);
      if (count <= 0) return;
      text.append(piece, static_cast<size_t>(count));
    }
  }

  // Where the first request ends, 0 while it is incomplete.
  static size_t request_end(const std::string& text) {
    const auto head = text.find("\r\n\r\n");
    if (head == std::string::npos) return 0;
    if (text.substr(0, head).find("Transfer-Encoding: chunked") != std::string::npos) {
      const auto end = text.find("\r\n0\r\n\r\n", head);
      return end == std::string::npos ? 0 : end + 7;
    }
    size_t length = 0;
    if (const auto at = text.find("Content-Length: "); at < head) length = std::stoul(text.substr(at + 16));
    return text.size() < head + 4 + length ? 0 : head + 4 + length;
  }

  Answer answer_;
  TempDir folder_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  int listener_ = -1, connection_ = -1, port_ = 0, connections_ = 0;
  std::jthread thread_;
};

}  // namespace runner::test
