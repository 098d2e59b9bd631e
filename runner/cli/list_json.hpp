// runner/cli/list_json.hpp -- workflows as JSON: what starts them and their jobs (docs/json.md).
#pragma once
#include <string>
#include <vector>

#include "runner/order/workflow_files.hpp"

namespace runner {

std::string workflows_json(const std::vector<WorkflowFile>& files);  // one line

}  // namespace runner
