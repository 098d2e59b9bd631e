// tests/support/tcp_proxy.hpp -- a port of loopback that leads to another one, as a bad network would: in
// small pieces, or broken off after so many bytes.
#pragma once
#include <atomic>
#include <list>
#include <string>
#include <thread>

#include "steps/system/fd.hpp"

namespace runner::test {

class TcpProxy {
 public:
  struct Options {
    int target = 0;                 // port
    size_t piece_bytes = 64 << 10;  // no more are passed on at once
    size_t close_after = SIZE_MAX;  // bytes from the client, of one connection
    int waits_milliseconds = 0;     // for each piece
  };
  explicit TcpProxy(const Options& options);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

 private:
  void accept_all();
  void serve(Fd client);

  Options options_;
  Fd listener_, done_;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::list<std::jthread> served_;
  std::jthread acceptor_;
};

}  // namespace runner::test
