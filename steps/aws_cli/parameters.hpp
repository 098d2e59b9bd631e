// steps/aws_cli/parameters.hpp -- an operation's input shape as options of the command line, and what was
// given for them as the request: words, JSON, the short form, file:// and fileb:// (aws.md 4.2).
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/aws_cli/options.hpp"
#include "steps/clients/aws/model.hpp"

namespace runner::aws {

// Where values come from besides the command line.
struct ValueSources {
  const Environment& env;           // $VARIABLES and ~ in the paths of file://
  std::filesystem::path directory;  // relative ones start here
  std::string binary_format = "base64";
};

// The text behind file:// or fileb://, the value itself without. Throws UsageError252.
std::string value_or_file(std::string_view option, const std::string& value, const ValueSources& sources);

// "cluster" of Member::name "cluster", with the CLI's own names where they differ.
std::string option_name(std::string_view service, const Member& member);
std::vector<OptionSpec> parameter_specs(std::string_view service, const Shape& input);
// One option's values as the member's value. Throws UsageError252; Error where the CLI fails with 255.
nlohmann::ordered_json parameter_value(std::string_view option, const Shape& shape,
                                       const std::vector<std::string>& values, const ValueSources& sources);
// All options that belong to members, --cli-input-json and --cli-input-yaml below them.
nlohmann::ordered_json read_input(std::string_view service, const Shape& input, const Arguments& arguments,
                                  const ValueSources& sources);

}  // namespace runner::aws
