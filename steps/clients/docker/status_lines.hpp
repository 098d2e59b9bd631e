// steps/clients/docker/status_lines.hpp -- what an engine says while it pulls or pushes layers, made fit for
// a log: each layer's end is a line, the counting in between goes to the live display.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace runner {

class StatusLines {
 public:
  using Text = std::function<void(std::string_view)>;
  StatusLines(Text line, Text progress) : line_(std::move(line)), progress_(std::move(progress)) {}

  void add(const nlohmann::json& object);
  uint64_t moved_bytes() const;  // of all layers

 private:
  struct Layer {
    uint64_t current = 0, total = 0;
    int retry_in = 0;  // the last "Retrying in N seconds"
  };
  void add_layer(const std::string& id, const std::string& status, const nlohmann::json& object);
  bool first_of_countdown(Layer& layer, const std::string& status);

  Text line_, progress_;
  std::map<std::string, Layer> layers_;
};

std::string shown_size(uint64_t size_bytes);  // "12.4 MB", by 1000 as docker counts

}  // namespace runner
