// steps/system/own_process.hpp -- what a main() does with its own process, under each name of the program.
#pragma once
#include "steps/system/environment.hpp"

namespace runner {

Environment own_environment();
// Secrets are in memory: no core file, no debugger of another process of this user.
void forbid_core_files();

}  // namespace runner
