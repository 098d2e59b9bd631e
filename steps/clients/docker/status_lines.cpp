#include "steps/clients/docker/status_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <fmt/core.h>

#include "parser/base/json.hpp"

namespace runner {
namespace {

using nlohmann::json;

// What a layer only passes through says nothing in a log.
bool passing(const std::string& status) {
  static constexpr std::array<std::string_view, 8> kPassing{
      "Preparing",          "Waiting",          "Pushing",          "Downloading", "Extracting",
      "Verifying Checksum", "Pulling fs layer", "Download complete"};
  return std::find(kPassing.begin(), kPassing.end(), status) != kPassing.end();
}

}  // namespace

void StatusLines::add(const json& object) {
  const auto status = text_member(object, "status");
  if (status.empty()) return;
  const auto id = text_member(object, "id");
  if (id.empty()) return line_(status);
  add_layer(id, status, object);
}

void StatusLines::add_layer(const std::string& id, const std::string& status, const json& object) {
  auto& layer = layers_[id];
  if (const auto detail = object.find("progressDetail"); detail != object.end() && detail->is_object()) {
    const auto number = [&](const char* name) {
      const auto at = detail->find(name);
      return at != detail->end() && at->is_number() ? std::max<int64_t>(at->get<int64_t>(), 0) : 0;
    };
    layer.total = std::max(layer.total, static_cast<uint64_t>(number("total")));
    layer.current = std::max(layer.current, static_cast<uint64_t>(number("current")));
  }
  if (status.starts_with("Retrying in ")) {
    if (first_of_countdown(layer, status)) line_(id + ": " + status);
    return;
  }
  if (!passing(status)) return line_(id + ": " + status);
  uint64_t total = 0;
  for (const auto& [name, one] : layers_) total += one.total;
  if (total > 0) progress_(fmt::format("{} of {}", shown_size(moved_bytes()), shown_size(total)));
}

// The engine counts down second by second, for 5, 10, 15 and 20 seconds: a line for each countdown is enough.
bool StatusLines::first_of_countdown(Layer& layer, const std::string& status) {
  int seconds = 0;
  std::sscanf(status.c_str(), "Retrying in %d", &seconds);
  const bool first = layer.retry_in <= 1 || seconds > layer.retry_in;
  layer.retry_in = seconds;
  return first;
}

uint64_t StatusLines::moved_bytes() const {
  uint64_t sum = 0;
  for (const auto& [id, layer] : layers_) sum += layer.current;
  return sum;
}

std::string shown_size(uint64_t size_bytes) {
  static constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  auto size = static_cast<double>(size_bytes);
  size_t unit = 0;
  while (size >= 999.5 && unit + 1 < kUnits.size()) size /= 1000, ++unit;
  return unit == 0 ? fmt::format("{} B", size_bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

}  // namespace runner
