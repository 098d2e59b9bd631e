#include "steps/clients/docker/build/grpc_exchange.hpp"

#include "parser/base/error.hpp"

namespace runner {
namespace {

constexpr size_t kFramePrefix = 5;          // a zero for "not compressed", the length in four bytes
constexpr size_t kLargestFrame = 16 << 20;  // gRPC's own limit is a quarter of it

size_t frame_size(std::string_view prefix) {
  size_t size = 0;
  for (size_t at = 1; at < kFramePrefix; ++at) size = size << 8 | static_cast<unsigned char>(prefix[at]);
  if (prefix[0] != '\0' || size > kLargestFrame)
    throw Error("read a gRPC message: only plain ones are taken");
  return size;
}

}  // namespace

std::string grpc_frame(std::string_view message) {
  std::string bytes(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(message.size() >> shift & 0xff);
  return bytes.append(message);
}

GrpcExchangeCall::GrpcExchangeCall(const GrpcExchange& method, GrpcMetadata metadata, const Fd& wake)
    : metadata_(std::move(metadata)), wake_(wake), thread_([this, &method] { run(method); }) {}

void GrpcExchangeCall::run(const GrpcExchange& method) {
  try {
    method(*this);
    out_.close();
  } catch (...) {
    out_.close(std::current_exception());
  }
  raise_event(wake_);
}

void GrpcExchangeCall::receive(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  partial_.append(bytes);
  size_t at = 0;
  while (partial_.size() - at >= kFramePrefix) {
    const auto size = frame_size(std::string_view(partial_).substr(at));
    if (partial_.size() - at - kFramePrefix < size) break;
    in_.push_back(partial_.substr(at + kFramePrefix, size));
    at += kFramePrefix + size;
  }
  partial_.erase(0, at);
  changed_.notify_all();
}

void GrpcExchangeCall::receive_end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void GrpcExchangeCall::hang_up() {
  receive_end();
  out_.give_up();
}

std::optional<size_t> GrpcExchangeCall::unsent(char* buffer, size_t size) {
  return out_.read_now(buffer, size);
}

std::optional<std::string> GrpcExchangeCall::read() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || !in_.empty(); });
  if (in_.empty()) return std::nullopt;
  auto message = std::move(in_.front());
  in_.pop_front();
  return message;
}

bool GrpcExchangeCall::write(std::string_view message) {
  if (!out_.write(grpc_frame(message))) return false;
  raise_event(wake_);
  return true;
}

}  // namespace runner
