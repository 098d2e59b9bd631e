#include "steps/builtin/chat/placeholders.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"

namespace runner::chat {

std::string fill_placeholders(std::string_view text, const std::string& where, const std::string& action,
                              const std::function<std::string(const std::vector<std::string>& path)>& value) {
  std::string filled;
  for (size_t at = 0; at < text.size();) {
    const auto begin = text.find("{{", at);
    const auto end = begin == text.npos ? begin : text.find("}}", begin + 3);
    if (end == text.npos) return filled.append(text.substr(at));
    filled.append(text.substr(at, begin - at));
    const auto inside = text.substr(begin + 2, end - begin - 2);
    const auto path = path_names(inside);
    if (!path)
      throw InputError(fmt::format(
          "{}: {{{{{}}}}} is more than the path of a value, and {} is built in without a JavaScript engine",
          where, inside, action));
    filled += value(*path);
    at = end + 2;
  }
  return filled;
}

}  // namespace runner::chat
