// steps/formats/yaml_json.hpp -- a text that may be JSON or YAML, as JSON with its keys in their order: task
// definitions, AppSpec files, filters, payloads and other inputs of actions.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace runner {

// What the original reads with. The packages yaml (plain) and js-yaml refuse a mapping that has a key twice,
// be it written as JSON; of JSON.parse and PyYAML's the last one counts. js-yaml, by its default schema, and
// PyYAML take
// "<<" for the keys of another mapping.
enum class YamlReader { plain, js_yaml, last_key };

// `name` stands in messages. Throws Error with line and column of what cannot be read.
nlohmann::ordered_json parse_json_or_yaml(std::string_view text, const std::string& name,
                                          YamlReader reader = YamlReader::plain);

}  // namespace runner
