// steps/aws_cli/config_writer.hpp -- one value changed in the text of ~/.aws/config or ~/.aws/credentials;
// every other line stays as it is. Pure; the lines come out as the CLI writes them.
#pragma once
#include <string>
#include <string_view>

namespace runner::aws {

struct ConfigValue {
  std::string section;  // "default", "profile dev"; of the credentials file: "dev"
  std::string name, value;
  std::string nested{};  // "max_concurrent_requests" of the block `name`; "": `name` has the value itself
};

std::string with_config_value(std::string_view text, const ConfigValue& value);

}  // namespace runner::aws
