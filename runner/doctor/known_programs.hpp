// runner/doctor/known_programs.hpp -- programs that scripts call and a machine may lack, with what brings
// them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct KnownProgram {
  const char* name;
  const char* fix;  // a command of Debian's, or where to look
};

const KnownProgram* find_known_program(std::string_view name);  // null: not one of interest

// Programs that come from an action earlier in the job: "actions/setup-node" gives node, npm, npx, corepack.
std::vector<std::string> programs_of_action(std::string_view action);

}  // namespace runner
