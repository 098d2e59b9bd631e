// steps/system/next_program.hpp -- this program under the name of another (`ssh`, `aws`), which it stands in
// front of: the program of that name that comes next. That may be a wrapper which calls this one in its turn,
// as what `command -v` said, and wrappers may stand in front of this one: each has its turn once.
#pragma once
#include <string>

namespace runner {

// The program to start in place of this one, now: the environment remembers that it was. "" when there is
// none.
std::string next_program(const std::string& name);

// PATH without the folders in which `name` is this program.
std::string path_without_this_program(const std::string& name);

}  // namespace runner
