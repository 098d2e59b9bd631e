// steps/aws_cli/display_width.hpp -- how many columns a text takes on a terminal, as tables count them: wide
// and ambiguous letters of East Asia take two.
#pragma once
#include <string_view>

namespace runner::aws {

size_t display_width(std::string_view utf8);

}  // namespace runner::aws
