// steps/builtin/toolchain/run_tool.hpp -- a program run to its end, its output kept.
#pragma once
#include <string>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"
#include "steps/system/process.hpp"

namespace runner {

// argv[0] is looked up in the PATH of `around`. Throws InputError when it is not there.
ProgramOutput run_tool(std::vector<std::string> argv, const Surroundings& around);
// Its first line, "" when it fails or is not there.
std::string ask_tool(std::vector<std::string> argv, const Surroundings& around);

}  // namespace runner
