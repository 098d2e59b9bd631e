// steps/builtin/chat/placeholders.hpp -- {{ path }} in a message, replaced by what the path names. Paths
// only: what an original would run as code is refused.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "steps/builtin/chat/js_value.hpp"

namespace runner::chat {

// Throws InputError, its text as `where: ...`, for a placeholder that is more than a path.
std::string fill_placeholders(std::string_view text, const std::string& where, const std::string& action,
                              const std::function<std::string(const std::vector<std::string>& path)>& value);

}  // namespace runner::chat
