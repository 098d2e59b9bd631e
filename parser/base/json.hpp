// parser/base/json.hpp -- the only header of ours over nlohmann/json. What every file would instantiate again is
// compiled once, in json.cpp. Headers that only name a value include <nlohmann/json_fwd.hpp>.
#pragma once
#include <nlohmann/json.hpp>

extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
