// steps/aws_cli/python_text.hpp -- values as Python writes them, where the CLI prints what str() or repr()
// gives: None, True, 1.0, 'text', {'a': [1]}.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace runner::aws {

std::string python_str(const nlohmann::ordered_json& value);   // a string as it is
std::string python_repr(const nlohmann::ordered_json& value);  // a string in quotes
std::string python_type(const nlohmann::ordered_json& value);  // "<class 'str'>"

}  // namespace runner::aws
