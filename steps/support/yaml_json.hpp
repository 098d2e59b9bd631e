// steps/support/yaml_json.hpp -- a file that may be JSON or YAML, as JSON with its keys in their order: task
// definitions and AppSpec files.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace runner {

// `name` stands in messages. Throws Error with line and column of what cannot be read.
nlohmann::ordered_json parse_json_or_yaml(std::string_view text, const std::string& name);

}  // namespace runner
