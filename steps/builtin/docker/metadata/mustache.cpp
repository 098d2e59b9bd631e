#include "steps/builtin/docker/metadata/mustache.hpp"

#include <cctype>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

struct Tag {
  std::string name;
  MustacheCall call;
};

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw InputError(fmt::format("{}: {}", text, why));
}

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool ends_word(char c) { return is_blank(c) || c == '=' || c == '\'' || c == '"'; }

// What stands between the braces.
class TagReader {
 public:
  explicit TagReader(std::string_view inside) : whole_(inside), rest_(inside) {}

  Tag read() {
    Tag tag;
    skip_blanks();
    if (!rest_.empty() && std::string_view("#/^>*").find(rest_[0]) != std::string_view::npos)
      refuse(whole_, "blocks and partials are not supported");
    tag.name = word();
    while (skip_blanks(), !rest_.empty()) {
      if (is_quote(rest_[0])) {
        tag.call.values.emplace_back(quoted());
      } else if (const auto name = word(); rest_.starts_with('=')) {
        rest_.remove_prefix(1);
        tag.call.options.emplace_back(name, rest_.empty() || !is_quote(rest_[0]) ? word() : quoted());
      } else if (name.find_first_not_of("0123456789.-") == std::string::npos) {
        tag.call.values.emplace_back(name);
      } else {
        tag.call.values.emplace_back(std::nullopt);
      }
    }
    return tag;
  }

 private:
  static bool is_quote(char c) { return c == '\'' || c == '"'; }
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_[0])) rest_.remove_prefix(1);
  }
  std::string word() {
    size_t size = 0;
    while (size < rest_.size() && !ends_word(rest_[size])) ++size;
    if (size == 0) refuse(whole_, "a name was expected");
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  std::string quoted() {
    const auto end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) refuse(whole_, "the quote is not closed");
    std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }

  std::string_view whole_, rest_;
};

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#x27;";
        break;
      case '`':
        out += "&#x60;";
        break;
      case '=':
        out += "&#x3D;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

struct Piece {
  std::string_view before, inside;  // text in front of the braces, text within
  bool plain = false;               // three braces: not escaped
};

// Cuts the next {{...}} off `rest`; nothing when there is none.
std::optional<Piece> next_piece(std::string_view& rest) {
  const auto open = rest.find("{{");
  if (open == std::string_view::npos) return {};
  const bool plain = rest.substr(open).starts_with("{{{");
  const std::string_view end = plain ? "}}}" : "}}";
  const auto start = open + end.size();
  const auto close = rest.find(end, start);
  if (close == std::string_view::npos) refuse(rest.substr(open), "the braces are not closed");
  Piece piece{rest.substr(0, open), rest.substr(start, close - start), plain};
  rest.remove_prefix(close + end.size());
  return piece;
}

std::string value_of(const Piece& piece, const MustacheHelpers& helpers) {
  auto inside = trim(piece.inside);
  if (inside.starts_with('!')) return "";
  bool plain = piece.plain;
  if (inside.starts_with('&')) plain = true, inside.remove_prefix(1);
  const auto tag = TagReader(inside).read();
  const auto helper = helpers.find(tag.name);
  if (helper == helpers.end()) {
    if (!tag.call.values.empty() || !tag.call.options.empty())
      throw InputError(fmt::format("Missing helper: \"{}\"", tag.name));
    return "";
  }
  const auto value = helper->second(tag.call);
  return plain ? value : escape(value);
}

}  // namespace

std::string expand_mustache(std::string_view text, const MustacheHelpers& helpers) {
  std::string out;
  while (const auto piece = next_piece(text)) out.append(piece->before).append(value_of(*piece, helpers));
  return out.append(text);
}

bool is_mustache_of(std::string_view text, std::string_view name) try {
  const auto piece = next_piece(text);
  return piece && piece->before.empty() && text.empty() && TagReader(piece->inside).read().name == name;
} catch (const InputError&) {
  return false;
}

}  // namespace runner
