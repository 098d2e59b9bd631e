// steps/clients/aws/json.hpp -- what requests and answers are here: JSON that keeps the order of its members.
#pragma once
#include <nlohmann/json_fwd.hpp>

namespace runner::aws {

using Json = nlohmann::ordered_json;

}  // namespace runner::aws
