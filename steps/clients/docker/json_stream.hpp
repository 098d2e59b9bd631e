// steps/clients/docker/json_stream.hpp -- JSON objects that come one after another, cut anywhere by the
// network.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace runner {

class JsonStream {
 public:
  using Sink = std::function<void(const nlohmann::json& object)>;
  explicit JsonStream(Sink sink) : sink_(std::move(sink)) {}
  // Gives each object as soon as it is complete. What is no JSON object is skipped.
  void add(std::string_view piece);

 private:
  Sink sink_;
  std::string object_;  // what came of the current one
  int depth_ = 0;
  bool in_string_ = false, escaped_ = false;
};

}  // namespace runner
