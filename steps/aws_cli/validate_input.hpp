// steps/aws_cli/validate_input.hpp -- whether a request fits the input shape: the same findings in the same
// words as the CLI's, before anything is sent. Lengths and ranges are left to the service.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "steps/support/aws/model.hpp"

namespace runner::aws {

// Throws UsageError252 with all findings.
void validate_input(const Shape& shape, const nlohmann::ordered_json& input);

}  // namespace runner::aws
