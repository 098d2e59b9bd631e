// steps/clients/docker/build/grpc_exchange.hpp -- one streaming call of grpc_server.cpp: a thread for the
// method, and between it and the connection's thread the messages of both directions.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "steps/clients/docker/build/grpc_server.hpp"
#include "steps/system/byte_pipe.hpp"

namespace runner {

std::string grpc_frame(std::string_view message);  // with gRPC's five bytes in front

class GrpcExchangeCall : public GrpcStream {
 public:
  // `wake` is raised whenever there is something new for the connection to send.
  GrpcExchangeCall(const GrpcExchange& method, GrpcMetadata metadata, const Fd& wake);
  ~GrpcExchangeCall() override { hang_up(); }

  // For the connection's thread:
  void receive(std::string_view bytes);  // throws Error for what is no plain gRPC message
  void receive_end();
  std::optional<size_t> unsent(char* buffer, size_t size);  // nothing: not yet; 0: the call is over.
  void hang_up();

  // For the method's:
  const GrpcMetadata& metadata() const override { return metadata_; }
  std::optional<std::string> read() override;
  bool write(std::string_view message) override;

 private:
  void run(const GrpcExchange& method);

  const GrpcMetadata metadata_;
  const Fd& wake_;
  BytePipe out_{1u << 20};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string partial_;  // of a message whose end has not come
  std::deque<std::string> in_;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses what is above
};

}  // namespace runner
