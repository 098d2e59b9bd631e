#include "steps/clients/docker/build/grpc_server.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <memory>

#include <nghttp2/nghttp2.h>

#include "steps/clients/docker/build/grpc_exchange.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

constexpr size_t kLargestRequest = 1 << 20;  // they are names
constexpr size_t kMessagePrefix = 5;         // a zero for "not compressed", the length in four bytes
enum GrpcStatus { kUnknown = 2, kUnimplemented = 12 };

using Session = Handle<nghttp2_session, nghttp2_session_del>;
using Callbacks = Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del>;

struct Call {
  std::string method, request;
  GrpcMetadata metadata;
  std::string response;  // with its prefix
  size_t sent = 0;
  std::unique_ptr<GrpcExchangeCall> exchange;  // of a method that exchanges messages
};

// What an error says, in a header's characters.
std::string header_text(const std::exception& error) {
  auto text = std::string(error.what());
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~' || c == '%'; }, ' ');
  return text;
}

nghttp2_nv field(std::string_view name, std::string_view value) {  // copied by nghttp2 when it is submitted
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// One connection. nghttp2 is C: nothing may be thrown through its callbacks.
class GrpcConnection {
 public:
  GrpcConnection(const Fd& connection, const GrpcMethods& methods);
  void serve(std::string_view received, const Fd& stop);

 private:
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                       const uint8_t* value, size_t value_size, uint8_t, void* user);
  static int on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* data, size_t size, void* user);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_close(nghttp2_session*, int32_t stream, uint32_t, void* user);
  static ssize_t on_response(nghttp2_session* session, int32_t stream, uint8_t* buffer, size_t size,
                             uint32_t* flags, nghttp2_data_source*, void* user);
  static ssize_t on_exchange(nghttp2_session* session, int32_t stream, uint8_t* buffer, size_t size,
                             uint32_t* flags, nghttp2_data_source*, void* user);

  void begin(int32_t stream, Call& call);
  GrpcAnswer answer(const Call& call) const;
  void respond(int32_t stream, Call& call);
  bool take(std::string_view bytes);
  bool send_all(const Fd& stop);
  bool wait(short events, const Fd& stop) const;
  void resume_exchanges();

  const Fd& connection_;
  const GrpcMethods& methods_;
  const Fd wake_ = make_event();  // an exchange has something to send
  std::map<int32_t, Call> calls_;
  Session session_;
};

GrpcConnection::GrpcConnection(const Fd& connection, const GrpcMethods& methods)
    : connection_(connection), methods_(methods) {
  nghttp2_session_callbacks* made = nullptr;
  nghttp2_session_callbacks_new(&made);
  const Callbacks callbacks(made);
  nghttp2_session_callbacks_set_on_header_callback(made, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
  nghttp2_session* session = nullptr;
  nghttp2_session_server_new(&session, made, this);
  session_.reset(session);
  const nghttp2_settings_entry settings{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 100};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &settings, 1);
}

int GrpcConnection::on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                              size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                              void* user) {
  const std::string_view key(reinterpret_cast<const char*>(name), name_size);
  const std::string_view text(reinterpret_cast<const char*>(value), value_size);
  auto& call = static_cast<GrpcConnection*>(user)->calls_[frame->hd.stream_id];
  if (key == ":path") call.method = text;
  if (!key.starts_with(':')) call.metadata.emplace(key, text);
  return 0;
}

int GrpcConnection::on_data(nghttp2_session*, uint8_t, int32_t stream, const uint8_t* data, size_t size,
                            void* user) {
  auto& call = static_cast<GrpcConnection*>(user)->calls_[stream];
  if (call.exchange) {
    try {
      call.exchange->receive({reinterpret_cast<const char*>(data), size});
      return 0;
    } catch (const std::exception&) {
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }
  if (call.request.size() + size > kLargestRequest) return NGHTTP2_ERR_CALLBACK_FAILURE;
  call.request.append(reinterpret_cast<const char*>(data), size);
  return 0;
}

int GrpcConnection::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  const bool of_call = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  auto& self = *static_cast<GrpcConnection*>(user);
  const auto at = self.calls_.find(frame->hd.stream_id);
  if (!of_call || at == self.calls_.end()) return 0;
  auto& call = at->second;
  if (frame->hd.type == NGHTTP2_HEADERS) self.begin(at->first, call);
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  if (call.exchange) {
    call.exchange->receive_end();
  } else {
    self.respond(at->first, call);
  }
  return 0;
}

int GrpcConnection::on_close(nghttp2_session*, int32_t stream, uint32_t, void* user) {
  static_cast<GrpcConnection*>(user)->calls_.erase(stream);
  return 0;
}

// A method that exchanges messages starts with the call's headers.
void GrpcConnection::begin(int32_t stream, Call& call) {
  const auto at = methods_.find(call.method);
  if (at == methods_.end() || call.exchange) return;
  const auto* method = std::get_if<GrpcExchange>(&at->second);
  if (method == nullptr) return;
  call.exchange = std::make_unique<GrpcExchangeCall>(*method, std::move(call.metadata), wake_);
  const std::array fields{field(":status", "200"), field("content-type", "application/grpc")};
  const nghttp2_data_provider body{{}, on_exchange};
  nghttp2_submit_response(session_.get(), stream, fields.data(), fields.size(), &body);
}

GrpcAnswer GrpcConnection::answer(const Call& call) const {
  const auto at = methods_.find(call.method);
  if (at == methods_.end()) return {kUnimplemented, "", "unknown method"};
  if (call.request.size() < kMessagePrefix || call.request[0] != '\0') {
    return {kUnimplemented, "", "only plain messages are taken"};
  }
  try {
    return std::get<GrpcUnary>(at->second)(std::string_view(call.request).substr(kMessagePrefix));
  } catch (const std::exception& error) {
    return {kUnknown, "", header_text(error)};
  }
}

void GrpcConnection::respond(int32_t stream, Call& call) {
  const auto answered = answer(call);
  const std::array common{field(":status", "200"), field("content-type", "application/grpc")};
  if (answered.status == 0) {
    call.response = grpc_frame(answered.message);
    const nghttp2_data_provider body{{}, on_response};
    nghttp2_submit_response(session_.get(), stream, common.data(), common.size(), &body);
    return;
  }
  const auto status = std::to_string(answered.status);
  const std::array fields{common[0], common[1], field("grpc-status", status),
                          field("grpc-message", answered.error)};
  nghttp2_submit_response(session_.get(), stream, fields.data(), fields.size(), nullptr);
}

ssize_t GrpcConnection::on_response(nghttp2_session* session, int32_t stream, uint8_t* buffer, size_t size,
                                    uint32_t* flags, nghttp2_data_source*, void* user) {
  auto& call = static_cast<GrpcConnection*>(user)->calls_[stream];
  const auto count = std::min(size, call.response.size() - call.sent);
  std::memcpy(buffer, call.response.data() + call.sent, count);
  call.sent += count;
  if (call.sent == call.response.size()) {
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;  // the status follows as a trailer
    const auto status = field("grpc-status", "0");
    nghttp2_submit_trailer(session, stream, &status, 1);
  }
  return static_cast<ssize_t>(count);
}

ssize_t GrpcConnection::on_exchange(nghttp2_session* session, int32_t stream, uint8_t* buffer, size_t size,
                                    uint32_t* flags, nghttp2_data_source*, void* user) {
  auto& call = static_cast<GrpcConnection*>(user)->calls_[stream];
  std::string status = "0", message;
  try {
    const auto count = call.exchange->unsent(reinterpret_cast<char*>(buffer), size);
    if (!count) return NGHTTP2_ERR_DEFERRED;  // until resume_exchanges()
    if (*count > 0) return static_cast<ssize_t>(*count);
  } catch (const std::exception& error) {
    status = std::to_string(kUnknown), message = header_text(error);
  }
  *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
  const std::array fields{field("grpc-status", status), field("grpc-message", message)};
  nghttp2_submit_trailer(session, stream, fields.data(), fields.size());
  return 0;
}

void GrpcConnection::resume_exchanges() {
  clear_event(wake_);
  for (const auto& [stream, call] : calls_) {
    if (call.exchange)
      nghttp2_session_resume_data(session_.get(), stream);  // refused where it is not deferred
  }
}

bool GrpcConnection::take(std::string_view bytes) {
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  return nghttp2_session_mem_recv(session_.get(), data, bytes.size()) >= 0;
}

// False when `stop` is asked instead.
bool GrpcConnection::wait(short events, const Fd& stop) const {
  std::array<pollfd, 3> waited{pollfd{connection_.get(), events, 0}, pollfd{stop.get(), POLLIN, 0},
                               pollfd{events == POLLIN ? wake_.get() : -1, POLLIN, 0}};
  while (::poll(waited.data(), waited.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  return waited[1].revents == 0;
}

bool GrpcConnection::send_all(const Fd& stop) {
  const uint8_t* data = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &data)) != 0;) {
    if (size < 0) return false;
    for (ssize_t done = 0; done < size;) {
      const auto count = ::send(connection_.get(), data + done, static_cast<size_t>(size - done),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count >= 0) {
        done += count;
      } else if (errno == EAGAIN) {
        if (!wait(POLLOUT, stop)) return false;
      } else if (errno != EINTR) {
        return false;
      }
    }
  }
  return true;
}

void GrpcConnection::serve(std::string_view received, const Fd& stop) {
  if (!session_ || !take(received)) return;
  std::string buffer(64 * 1024, '\0');
  while (send_all(stop) && wait(POLLIN, stop)) {
    resume_exchanges();
    const auto count = ::recv(connection_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0 || !take({buffer.data(), static_cast<size_t>(count)})) return;
  }
}

}  // namespace

void serve_grpc(const Fd& connection, std::string_view received, const GrpcMethods& methods, const Fd& stop) {
  GrpcConnection(connection, methods).serve(received, stop);
}

}  // namespace runner
