// parser/yaml/scalar.hpp -- the core schema: which plain text is null, a boolean or a number
// (workflow-syntax.md section 3).
#pragma once
#include <string>
#include <string_view>

#include "parser/yaml/tree.hpp"

namespace runner::yaml {

// Fills kind, text and value of `node` from an unquoted scalar. Returns the complaint, or "".
std::string resolve_plain(std::string_view text, Node& node);
// The same for a scalar with an explicit tag, "tag:yaml.org,2002:int". `plain`: it is not quoted.
std::string resolve_tagged(std::string_view tag, std::string_view text, bool plain, Node& node);

}  // namespace runner::yaml
