// steps/aws_cli/customizations.hpp -- options that the CLI adds to operations beyond their model: one row
// each.
#pragma once
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/aws_cli/options.hpp"
#include "steps/aws_cli/parameters.hpp"

namespace runner::aws {

struct Customization {
  std::string_view service, operation;  // "cloudfront", "CreateInvalidation"
  std::vector<OptionSpec> options;
  std::string_view replaces;  // the member that need not be given any more
  void (*apply)(const Arguments& arguments, const ValueSources& sources, nlohmann::ordered_json& input);
};

const Customization* find_customization(std::string_view service,
                                        std::string_view operation);  // null when none

}  // namespace runner::aws
