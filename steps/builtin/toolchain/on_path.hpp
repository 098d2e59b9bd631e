// steps/builtin/toolchain/on_path.hpp -- makes later steps of the job find the chosen version of a tool
// first.
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "steps/builtin/toolchain/installed.hpp"

namespace runner {

using ProgramNames =
    std::vector<std::pair<std::string, std::string>>;  // name on PATH, file beside the program

// The folder that went in front of PATH. A tool among other programs (/usr/bin) gets a folder of links, below
// the job's temporary one; `links` are made there as far as their files exist.
std::filesystem::path put_on_path(StepHost& host, const InstalledTool& tool, const std::string& name,
                                  const ProgramNames& links, Surroundings& around);
// The same for a folder that is there: `around` sees it too.
void prepend_path(StepHost& host, const std::filesystem::path& folder, Surroundings& around);

}  // namespace runner
