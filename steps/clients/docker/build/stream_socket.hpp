// steps/clients/docker/build/stream_socket.hpp -- a plain connection to the engine, for what is no HTTP
// request: reads and writes that a stop or a time limit ends.
#pragma once
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

#include "steps/clients/docker/address.hpp"
#include "steps/system/fd.hpp"

namespace runner {

// Non-blocking. Throws Error naming the address.
Fd connect_engine(const DockerAddress& address, const std::stop_token& stop);
void write_socket(const Fd& socket, std::string_view bytes, const std::stop_token& stop);
// Up to the end of an HTTP answer's header; what came after it is in `rest`.
std::string read_http_header(const Fd& socket, std::string& rest, const std::stop_token& stop);

}  // namespace runner
