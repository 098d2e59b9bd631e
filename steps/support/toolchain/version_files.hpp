// steps/support/toolchain/version_files.hpp -- the version that a file of a project asks for. Each function
// reads one kind of text; "" or nothing where it says none.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

// ".tool-versions", also ".nvmrc" and its like: the line of one of `names`, or a line that is a version
// alone.
std::string tool_versions_line(std::string_view text, const std::vector<std::string_view>& names);
// A value of a TOML file: `key = "value"` below [table]; numbers come as they are written.
std::string toml_value(std::string_view text, std::string_view table, std::string_view key);
// package.json: volta, devEngines, engines. `extends` gets the file that volta names instead.
std::string node_in_package_json(std::string_view text, std::string& extends);
// go.mod and go.work: the directive "go" or "toolchain" without "go" in front of the number.
std::string go_directive(std::string_view text, std::string_view name);
// pyproject.toml's and Pipfile's ranges, as npm writes them: ">=3.9,<3.13" is ">=3.9 <3.13".
std::string python_range(std::string_view text);

}  // namespace runner
