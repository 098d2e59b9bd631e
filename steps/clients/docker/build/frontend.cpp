#include "steps/clients/docker/build/frontend.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct Directive {
  std::string key;
  std::string_view value;
  size_t key_at = 0;  // in the text
};

// "# key = value"; the key is letters and digits.
std::optional<Directive> read_directive(std::string_view line, size_t line_at) {
  if (!line.starts_with("#")) return std::nullopt;
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const auto key = trim(line.substr(1, equals - 1)), value = trim(line.substr(equals + 1));
  const bool plain =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  if (key.empty() || value.empty() || !plain) return std::nullopt;
  return Directive{lower(key), value, line_at + static_cast<size_t>(key.data() - line.data())};
}

// Directives stand above everything else, a byte order mark and "#!" excepted.
std::optional<Directive> find_syntax(std::string_view text) {
  size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  if (text.substr(at).starts_with("#!")) at = std::min(text.find('\n', at), text.size() - 1) + 1;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto directive = read_directive(text.substr(at, end - at), at);
    if (!directive) return std::nullopt;
    if (directive->key == "syntax") return directive;
    at = end + 1;
  }
  return std::nullopt;
}

}  // namespace

std::string syntax_image(std::string_view dockerfile) {
  const auto found = find_syntax(dockerfile);
  if (!found) return {};
  return std::string(found->value.substr(0, found->value.find(' ')));  // further words are its options
}

// A directive of an unknown name: unlike a plain comment it does not end the list, "# escape=" may follow.
std::string without_syntax(std::string_view dockerfile) {
  std::string text(dockerfile);
  if (const auto found = find_syntax(dockerfile)) text.insert(found->key_at, "unused");
  return text;
}

}  // namespace runner
