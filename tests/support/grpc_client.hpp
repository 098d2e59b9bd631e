// tests/support/grpc_client.hpp -- BuildKit's side of a build session: takes a connection to a unix socket,
// turns the roles as an engine does, and asks over HTTP/2.
#pragma once
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>

#include <nghttp2/nghttp2.h>

#include "steps/system/fd.hpp"
#include "steps/system/handle.hpp"

namespace runner::test {

struct GrpcReply {
  std::string status, message;  // status: of gRPC, "0" is well
};

class GrpcClient {
 public:
  explicit GrpcClient(Fd connection, std::string_view received = {}) : connection_(std::move(connection)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    const Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del> owner(callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* user) {
          auto& call = static_cast<GrpcClient*>(user)->calls_[frame->hd.stream_id];
          if (std::string(reinterpret_cast<const char*>(name), name_size) == "grpc-status")
            call.reply.status.assign(reinterpret_cast<const char*>(value), value_size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks,
        [](nghttp2_session*, uint8_t, int32_t stream, const uint8_t* data, size_t size, void* user) {
          static_cast<GrpcClient*>(user)->calls_[stream].reply.message.append(
              reinterpret_cast<const char*>(data), size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, int32_t stream, uint32_t, void* user) {
          static_cast<GrpcClient*>(user)->calls_[stream].done = true;
          return 0;
        });
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks, this);
    session_.reset(session);
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
    take(received);
  }

  // The answer without its five bytes of prefix. Throws when the connection ends first.
  GrpcReply call(const std::string& method, const std::string& message) {
    return call_until(method, message, SIZE_MAX);
  }
  // The same, but gives up, by throwing, once so many bytes of an answer have come.
  GrpcReply call_until(const std::string& method, const std::string& message, size_t most) {
    std::string body(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) body += static_cast<char>(message.size() >> shift & 0xff);
    body += message;
    const std::string values[] = {"POST", "http", method, "engine", "application/grpc", "trailers"};
    const std::string names[] = {":method", ":scheme", ":path", ":authority", "content-type", "te"};
    nghttp2_nv fields[6];
    for (size_t at = 0; at < 6; ++at) {
      fields[at] = {reinterpret_cast<uint8_t*>(const_cast<char*>(names[at].data())),
                    reinterpret_cast<uint8_t*>(const_cast<char*>(values[at].data())), names[at].size(),
                    values[at].size(), NGHTTP2_NV_FLAG_NONE};
    }
    nghttp2_data_provider provider{};
    provider.source.ptr = &body;
    provider.read_callback = [](nghttp2_session*, int32_t, uint8_t* buffer, size_t size, uint32_t* flags,
                                nghttp2_data_source* source, void*) {
      auto& rest = *static_cast<std::string*>(source->ptr);
      const auto count = rest.copy(reinterpret_cast<char*>(buffer), size);
      rest.erase(0, count);
      if (rest.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(count);
    };
    const auto stream = nghttp2_submit_request(session_.get(), nullptr, fields, 6, &provider, nullptr);
    while (!calls_[stream].done) {
      step();
      if (calls_[stream].reply.message.size() > most) throw std::runtime_error("enough of the answer came");
    }
    auto reply = calls_[stream].reply;
    if (reply.message.size() >= 5) reply.message.erase(0, 5);
    return reply;
  }

 private:
  struct Call {
    GrpcReply reply;
    bool done = false;
  };

  void step() {
    const uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &data)) > 0;) {
      if (::send(connection_.get(), data, static_cast<size_t>(size), MSG_NOSIGNAL) != size)
        throw std::runtime_error("the connection takes no more");
    }
    std::string buffer(65536, '\0');
    const auto count = ::recv(connection_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) throw std::runtime_error("the connection ended");
    take({buffer.data(), static_cast<size_t>(count)});
  }
  void take(std::string_view bytes) {
    nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }

  Fd connection_;
  Handle<nghttp2_session, nghttp2_session_del> session_;
  std::map<int32_t, Call> calls_;
};

// A unix socket that waits for one session.
class SessionSocket {
 public:
  explicit SessionSocket(const std::string& path)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(listener_.get(), 8) != 0)
      throw std::runtime_error("listen on " + path);
  }

  // The request's header lines; then answers with `status`.
  std::string accept(Fd& connection, const std::string& status = "101 UPGRADED") {
    connection.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::string header;
    for (char c = 0; header.find("\r\n\r\n") == std::string::npos && ::recv(connection.get(), &c, 1, 0) == 1;)
      header += c;
    const auto answer = "HTTP/1.1 " + status + "\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
    ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    return header;
  }

 private:
  Fd listener_;
};

}  // namespace runner::test
