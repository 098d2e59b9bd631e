#include "steps/aws_cli/output.hpp"

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {

std::string json_output(const Json& value) {
  if (value.is_object() && value.empty()) return "";  // an operation that answers nothing
  return value.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string formatted(std::string_view format, const Json& value, std::string_view title) {
  if (format == "json") return json_output(value);
  if (format == "text") return text_output(value);
  if (format == "table") return table_output(value, title);
  if (format == "yaml") return yaml_output(value);
  if (format == "yaml-stream")
    return value.is_object() && value.empty() ? "" : yaml_output(Json::array({value}));
  if (format == "off") return "";
  throw Error("Unknown output type: {}", format);
}

}  // namespace runner::aws
