// steps/clients/aws/jmespath/functions.hpp -- the functions of the query language. Private to jmespath*.cpp.
#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "steps/clients/aws/jmespath/lexer.hpp"

namespace runner::aws::jmespath {

// A value, or an expression that the function applies itself.
struct Argument {
  Json value{};
  std::function<Json(const Json&)> expression{};
};

Json call_function(std::string_view name, std::vector<Argument> arguments);  // throws QueryError
bool same(const Json& a, const Json& b);  // the order of an object's members does not count

}  // namespace runner::aws::jmespath
