#include "parser/base/json.hpp"

template class nlohmann::basic_json<>;
template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace runner {

namespace {

bool is_too_deep(std::string_view text) {
  int depth = 0;
  for (size_t at = text.find_first_of("[]{}\""); at < text.size();
       at = text.find_first_of("[]{}\"", at + 1)) {
    if (text[at] == '[' || text[at] == '{') {
      if (++depth > kDeepestJson) return true;
    } else if (text[at] != '"') {
      --depth;
    } else {
      for (at = text.find_first_of("\"\\", at + 1); at < text.size() && text[at] == '\\';)
        at = text.find_first_of("\"\\", at + 2);
      if (at >= text.size()) return false;
    }
  }
  return false;
}

template <class Json>
Json read(std::string_view text) {
  if (is_too_deep(text)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, false);
}

}  // namespace

nlohmann::json read_json(std::string_view text) { return read<nlohmann::json>(text); }
nlohmann::ordered_json read_ordered_json(std::string_view text) { return read<nlohmann::ordered_json>(text); }

}  // namespace runner
