// steps/aws_cli/shorthand.hpp -- the CLI's short form of structures: a=b,c=[x,y],d={e=f},g=1,2. Pure. It
// knows no shapes: every value is a string, a list or an object (aws.md 4.2); parameters.hpp gives them their
// types.
#pragma once
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "parser/base/error.hpp"

namespace runner::aws {

class ShorthandError : public Error {
 public:
  using Error::Error;
};

// Throws ShorthandError with the CLI's text: what was expected, what was found, and a caret below it.
nlohmann::ordered_json parse_shorthand(std::string_view text);

}  // namespace runner::aws
