// steps/formats/javascript_json.hpp -- JSON as JavaScript's JSON.stringify gives back what JSON.parse has
// read: for files that an action written in JavaScript would have written.
#pragma once
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace runner {

// Members whose names are array indices come first, in the order of their numbers; whole numbers have no
// fraction.
std::string javascript_json(const nlohmann::ordered_json& value, int indent);

}  // namespace runner
