// parser/base/json.hpp -- the only header of ours over nlohmann/json. What every file would instantiate again
// is compiled once, in json.cpp. Headers that only name a value include <nlohmann/json_fwd.hpp>.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace runner {

// is_discarded() where the text is not JSON, or is nested deeper than kDeepestJson: writing it would need as
// much stack. JSON of real use hardly has twenty levels.
inline constexpr int kDeepestJson = 1000;
nlohmann::json read_json(std::string_view text);
nlohmann::ordered_json read_ordered_json(std::string_view text);

// On one line; what is not UTF-8 becomes U+FFFD instead of an exception.
template <class Json>
std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The text of that name; "" where there is none.
template <class Json>
std::string text_member(const Json& object, std::string_view name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->template get<std::string>() : "";
}

}  // namespace runner
