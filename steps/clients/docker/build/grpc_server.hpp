// steps/clients/docker/build/grpc_server.hpp -- answers gRPC calls on one connection, over HTTP/2 without
// TLS: methods with one message each way, and methods in which both sides send as many as they like. The only
// header of ours over nghttp2.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "steps/system/fd.hpp"

namespace runner {

struct GrpcAnswer {
  int status = 0;  // of gRPC: 0 is well, 5 not found
  std::string message{}, error{};
};

using GrpcMetadata = std::multimap<std::string, std::string, std::less<>>;

// One call of a method that exchanges messages.
class GrpcStream {
 public:
  virtual ~GrpcStream() = default;
  virtual const GrpcMetadata& metadata() const = 0;
  virtual std::optional<std::string> read() = 0;  // waits; nothing: the client sends no more, or is gone
  // Waits while much is still to be sent. False: the client is gone, there is nothing left to do.
  virtual bool write(std::string_view message) = 0;
};

using GrpcUnary = std::function<GrpcAnswer(std::string_view message)>;
using GrpcExchange = std::function<void(GrpcStream&)>;  // called in a thread of its own

// By path: "/package.Service/Method". What a method throws becomes the call's error.
using GrpcMethods = std::map<std::string, std::variant<GrpcUnary, GrpcExchange>, std::less<>>;

// Returns when the other side closes the connection, or breaks the protocol, or `stop` is readable.
// `received`: bytes that were read from the connection already.
void serve_grpc(const Fd& connection, std::string_view received, const GrpcMethods& methods, const Fd& stop);

}  // namespace runner
