// steps/formats/toml.hpp -- single values of a TOML file. The only header of ours over toml++.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// What stands at a dotted path ("tool.poetry.dependencies.python"): the text, "" for a value of another kind,
// nothing where there is none, or a table, or where the file is no TOML.
std::optional<std::string> toml_text(std::string_view file, std::string_view path);
bool has_toml_table(std::string_view file, std::string_view path);

}  // namespace runner
