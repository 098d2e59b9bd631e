#include "steps/builtin/chat/cut.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"

namespace runner::chat {
namespace {

// How many bytes hold the first `most` units.
size_t prefix(std::string_view text, size_t most) {
  size_t units = 0;
  for (size_t at = 0; at < text.size();) {
    const auto length = std::max<size_t>(utf8_length(text, at), 1);
    units += length == 4 ? 2 : 1;
    if (units > most) return at;
    at += length;
  }
  return text.size();
}

}  // namespace

std::string cut(std::string_view text, size_t most, std::string_view mark) {
  if (prefix(text, most) == text.size()) return std::string(text);
  const auto room = utf16_length(mark);
  if (room >= most) return std::string(text.substr(0, prefix(text, most)));
  return std::string(text.substr(0, prefix(text, most - room))).append(mark);
}

void Cutter::shorten(nlohmann::ordered_json& text, size_t most, const std::string& where) {
  const auto& whole = text.get_ref<const std::string&>();
  auto kept = cut(whole, most, mark_);
  if (kept.size() == whole.size()) return;
  lines_.push_back(fmt::format("{} is cut at {} of its {} characters", where, most, utf16_length(whole)));
  text = std::move(kept);
}

void Cutter::text(nlohmann::ordered_json& object, const char* member, size_t most, const std::string& where) {
  if (!object.is_object()) return;
  if (const auto at = object.find(member); at != object.end() && at->is_string()) shorten(*at, most, where);
}

void Cutter::list(nlohmann::ordered_json& object, const char* member, size_t most, const std::string& where) {
  if (!object.is_object()) return;
  const auto at = object.find(member);
  if (at == object.end() || !at->is_array() || at->size() <= most) return;
  lines_.push_back(fmt::format("{}: only the first {} of {} are sent", where, most, at->size()));
  at->erase(at->begin() + static_cast<std::ptrdiff_t>(most), at->end());
}

}  // namespace runner::chat
