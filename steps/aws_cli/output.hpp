// steps/aws_cli/output.hpp -- an answer as the CLI prints it (aws.md 4.2): json, text, table, yaml. Pure:
// text out.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace runner::aws {

// Each ends with a line end unless it is empty. `title` heads a table: the operation's name.
std::string json_output(const nlohmann::ordered_json& value);
std::string text_output(const nlohmann::ordered_json& value);
std::string yaml_output(const nlohmann::ordered_json& value);
std::string table_output(const nlohmann::ordered_json& value, std::string_view title,
                         size_t terminal_width = 80);

// By the name of --output. Throws Error for a name that is none: the configuration's, the options were
// checked.
std::string formatted(std::string_view format, const nlohmann::ordered_json& value, std::string_view title);

}  // namespace runner::aws
