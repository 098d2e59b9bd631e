// --output yaml: block style, keys sorted, long lines folded after column 80, quotes only where the plain
// text would read as something else.
#include <algorithm>
#include <regex>
#include <set>
#include <vector>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/unicode.hpp"
#include "steps/aws_cli/output.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

using Letters = std::u32string;

constexpr size_t kWidth = 80;

Letters letters_of(const std::string& text) {
  Letters letters;
  for (size_t at = 0; at < text.size();) {
    const auto letter = code_point(text, at);
    letters += letter.value;
    at += letter.length;
  }
  return letters;
}

bool one_of(char32_t letter, std::u32string_view letters) { return letters.find(letter) != letters.npos; }

// Short texts only: what is longer is no number, date or word of the language.
bool reads_as_something_else(const std::string& text) {
  static const std::regex other(
      "|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|=|<<"
      "|[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+"
      "|[-+]?([0-9][0-9_]*)\\.[0-9_]*([eE][-+]?[0-9]+)?|[-+]?([0-9][0-9_]*)([eE][-+]?[0-9]+)"
      "|[-+]?\\.[0-9_]+([eE][-+][0-9]+)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)"
      "|\\d{4}-\\d\\d-\\d\\d|\\d{4}-\\d\\d?-\\d\\d?([Tt]|[ \\t]+)\\d\\d?:\\d\\d:\\d\\d(\\.\\d*)?"
      "([ \\t]*(Z|[-+]\\d\\d?(:\\d\\d)?))?");
  return text.size() < 64 && std::regex_match(text, other);
}

bool is_printable(char32_t c) {
  return c == '\n' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c < 0xfeff) ||
         (c > 0xfeff && c <= 0xfffd);
}

enum class Style { plain, single_quoted, double_quoted };

bool plain_is_safe(const Letters& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || one_of('\n', text)) return false;
  if (text.starts_with(U"---") || text.starts_with(U"...")) return false;
  if (one_of(text.front(), U"#,[]{}&*!|>'\"%@`")) return false;
  if (one_of(text.front(), U"-?:") && (text.size() == 1 || text[1] == ' ')) return false;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ')) return false;
    if (text[i] == '#' && text[i - 1] == ' ') return false;
  }
  return true;
}

Style style_of(const std::string& text, const Letters& letters) {
  if (!std::all_of(letters.begin(), letters.end(), is_printable)) return Style::double_quoted;
  for (size_t i = 0; i + 1 < letters.size(); ++i)
    if ((letters[i] == ' ' && letters[i + 1] == '\n') || (letters[i] == '\n' && letters[i + 1] == ' '))
      return Style::double_quoted;
  return plain_is_safe(letters) && !reads_as_something_else(text) ? Style::plain : Style::single_quoted;
}

std::string escaped(char32_t c) {
  constexpr std::pair<char32_t, char> kShort[] = {{0, '0'},    {7, 'a'},      {8, 'b'},     {'\t', 't'},
                                                  {'\n', 'n'}, {0xb, 'v'},    {0xc, 'f'},   {'\r', 'r'},
                                                  {0x1b, 'e'}, {'"', '"'},    {'\\', '\\'}, {0x85, 'N'},
                                                  {0xa0, '_'}, {0x2028, 'L'}, {0x2029, 'P'}};
  for (const auto& [letter, name] : kShort)
    if (letter == c) return {'\\', name};
  const auto value = static_cast<uint32_t>(c);
  return c <= 0xff     ? fmt::format("\\x{:02X}", value)
         : c <= 0xffff ? fmt::format("\\u{:04X}", value)
                       : fmt::format("\\U{:08X}", value);
}

class YamlWriter {
 public:
  std::string text;

  void write(const Json& value, size_t indent) {
    if (value.is_object())
      write_object(value, indent);
    else
      write_list(value, indent);
  }

 private:
  void put(std::string_view ascii) {
    text += ascii;
    column_ += ascii.size();
  }
  void put(char32_t letter) {
    append_utf8(text, letter);
    ++column_;
  }
  void new_line(size_t indent) {
    text += '\n';
    text.append(indent, ' ');
    column_ = indent;
  }
  void begin_item(bool first, size_t indent) {
    if (!first) new_line(indent);
  }

  static bool is_block(const Json& value) { return value.is_structured() && !value.empty(); }

  void write_object(const Json& object, size_t indent) {
    std::set<std::string> keys;
    for (const auto& [key, ignored] : object.items()) keys.insert(key);
    bool first = true;
    for (const auto& key : keys) {
      begin_item(first, indent);
      first = false;
      write_string(key, indent);
      put(":");
      const auto& value = object[key];
      if (!is_block(value)) {
        put(" ");
        write_scalar(value, indent);
        continue;
      }
      const size_t inner = value.is_object() ? indent + 2 : indent;
      new_line(inner);
      write(value, inner);
    }
  }

  void write_list(const Json& list, size_t indent) {
    bool first = true;
    for (const auto& item : list) {
      begin_item(first, indent);
      first = false;
      put("- ");
      if (is_block(item))
        write(item, indent + 2);
      else
        write_scalar(item, indent);
    }
  }

  void write_scalar(const Json& value, size_t indent) {
    if (value.is_string())
      write_string(value.get_ref<const std::string&>(), indent);
    else
      put(value.dump());
  }

  void write_string(const std::string& string, size_t indent) {
    const auto letters = letters_of(string);
    const auto style = style_of(string, letters);
    if (style == Style::double_quoted) return write_double_quoted(letters, indent + 2);
    if (style == Style::single_quoted) put("'");
    write_folded(letters, indent + 2, style == Style::single_quoted);
    if (style == Style::single_quoted) put("'");
  }

  // A blank beyond the width becomes a line end, unless others stand beside it.
  void write_folded(const Letters& letters, size_t indent, bool quoted) {
    bool after_blank = false, after_break = false;
    for (size_t i = 0; i < letters.size(); ++i) {
      const bool inside = !quoted || (i > 0 && i + 1 < letters.size());
      if (letters[i] == '\n') {
        text += after_break ? "\n" : "\n\n";
        after_break = true;
        continue;
      }
      if (after_break) indent_line(indent);
      after_break = false;
      const bool lone = !after_blank && (i + 1 == letters.size() || letters[i + 1] != ' ');
      if (letters[i] == ' ' && lone && inside && column_ > kWidth)
        new_line(indent);
      else if (letters[i] == '\'' && quoted)
        put("''");
      else
        put(letters[i]);
      after_blank = letters[i] == ' ';
    }
    if (after_break) indent_line(indent);
  }
  void indent_line(size_t indent) {
    text.append(indent, ' ');
    column_ = indent;
  }

  void write_double_quoted(const Letters& letters, size_t indent) {
    bool after_blank = false;
    put("\"");
    for (size_t i = 0; i < letters.size(); ++i) {
      const auto c = letters[i];
      if (c == ' ' && !after_blank && column_ > kWidth && i > 0 && i + 1 < letters.size()) {
        new_line(indent);
        if (letters[i + 1] == ' ') put("\\");
      } else if (!is_printable(c) || one_of(c, U"\n\"\\")) {
        put(escaped(c));
      } else {
        put(c);
      }
      after_blank = c == ' ';
    }
    put("\"");
  }

  size_t column_ = 0;
};

}  // namespace

std::string yaml_output(const Json& value) {
  if (!value.is_structured()) return value.dump() + "\n";
  if (value.empty()) return value.is_object() ? "" : "[]\n";
  YamlWriter writer;
  writer.write(value, 0);
  return writer.text + "\n";
}

}  // namespace runner::aws
