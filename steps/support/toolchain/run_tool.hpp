// steps/support/toolchain/run_tool.hpp -- a program run to its end, its output kept.
#pragma once
#include <string>
#include <vector>

#include "steps/support/toolchain/installed.hpp"

namespace runner {

struct ToolOutput {
  int code = 0;
  std::string out, err;
};

// argv[0] is looked up in the PATH of `around`. Throws InputError when it is not there.
ToolOutput run_tool(std::vector<std::string> argv, const Surroundings& around);
// Its first line, "" when it fails or is not there.
std::string ask_tool(std::vector<std::string> argv, const Surroundings& around);

}  // namespace runner
