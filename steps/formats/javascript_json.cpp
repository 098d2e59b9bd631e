#include "steps/formats/javascript_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "parser/base/json.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kExactWhole = 9'007'199'254'740'992;  // up to here every whole number is one double
constexpr uint32_t kNoIndex = 0xFFFFFFFF;

uint32_t array_index(const std::string& name) {
  uint32_t index = kNoIndex;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole && std::to_string(index) == name ? index : kNoIndex;
}

Json reordered(const Json& value) {
  if (value.is_number_float()) {
    const double number = value;
    const bool whole = std::trunc(number) == number && std::abs(number) <= kExactWhole;
    return whole ? Json(static_cast<int64_t>(number)) : value;
  }
  if (value.is_array()) {
    auto list = Json::array();
    for (const auto& item : value) list.push_back(reordered(item));
    return list;
  }
  if (!value.is_object()) return value;
  std::vector<std::pair<std::string, const Json*>> members;
  for (const auto& [name, item] : value.items()) members.emplace_back(name, &item);
  std::stable_sort(members.begin(), members.end(),
                   [](const auto& a, const auto& b) { return array_index(a.first) < array_index(b.first); });
  auto object = Json::object();
  for (const auto& [name, item] : members) object[name] = reordered(*item);
  return object;
}

}  // namespace

std::string javascript_json(const Json& value, int indent) { return reordered(value).dump(indent); }

}  // namespace runner
