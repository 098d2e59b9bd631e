// steps/builtin/chat/js_value.hpp -- values as JavaScript treats them where the originals of chat actions
// build messages: as text, and looked up by path. No JavaScript is run.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace runner::chat {

using Json = nlohmann::ordered_json;

std::string js_text(const Json& value);       // String(value): [1,2] is "1,2", an object "[object Object]"
bool js_truthy(const Json& value);            // null, false, 0 and "" are not
bool js_equal(const Json& a, const Json& b);  // ===

// A path such as a.b[0]['c d'] or a.b.0, as names; nothing for anything that is more than a path.
std::optional<std::vector<std::string>> path_names(std::string_view path);
// The member, or null where it does not exist ("undefined").
const Json* find_member(const Json& value, const std::string& name);

// Nested values as one level: {"a": {"b": [1]}} is {"a.b.0": "1"}; every value as text.
Json flattened(const Json& value, const std::string& delimiter);

}  // namespace runner::chat
