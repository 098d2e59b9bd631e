// steps/support/docker/build/grpc_server.hpp -- answers gRPC calls on one connection, over HTTP/2 without
// TLS: simple methods only, one message each way. The only header of ours over nghttp2.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "steps/support/fd.hpp"

namespace runner {

struct GrpcAnswer {
  int status = 0;  // of gRPC: 0 is well, 5 not found
  std::string message{}, error{};
};

// By path: "/package.Service/Method". What a method throws becomes the call's error.
using GrpcMethods = std::map<std::string, std::function<GrpcAnswer(std::string_view message)>, std::less<>>;

// Returns when the other side closes the connection, or breaks the protocol, or `stop` is readable.
// `received`: bytes that were read from the connection already.
void serve_grpc(const Fd& connection, std::string_view received, const GrpcMethods& methods, const Fd& stop);

}  // namespace runner
