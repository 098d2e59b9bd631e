// runner/cli/man_page.hpp -- the manual as one page of man(7), made of the tables of commands and options.
#pragma once
#include <string>

namespace runner {

std::string man_page();

}  // namespace runner
