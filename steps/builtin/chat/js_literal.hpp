// steps/builtin/chat/js_literal.hpp -- the value of a JavaScript expression that only says what it is: JSON,
// JSON5, template literals, process.env.NAME, and choices between them. Everything else is code, and refused.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "parser/base/error.hpp"
#include "steps/builtin/chat/js_value.hpp"

namespace runner::chat {

class JsError : public Error {  // "line 2, column 5: ..."
 public:
  using Error::Error;
};

using JsEnvironment = std::function<std::optional<std::string>(const std::string& name)>;

// Throws JsError. Members that are undefined are left out, as JSON.stringify does.
Json js_literal(std::string_view text, const JsEnvironment& env);

}  // namespace runner::chat
