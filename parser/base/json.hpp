// parser/base/json.hpp -- the only header of ours over nlohmann/json. What every file would instantiate again
// is compiled once, in json.cpp. Headers that only name a value include <nlohmann/json_fwd.hpp>.
#pragma once
#include <string_view>

#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace runner {

// is_discarded() where the text is not JSON.
nlohmann::json read_json(std::string_view text);
nlohmann::ordered_json read_ordered_json(std::string_view text);

}  // namespace runner
