#include "steps/script/encodings.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
// What Bash's %q leaves as it is (a # or ~ it leaves where it means nothing to the shell).
constexpr std::string_view kShellSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:=@%+";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20; }

// Every character that stands in the table becomes its replacement.
struct Escape {
  char from;
  std::string_view to;
};
template <size_t N>
std::string escape(std::string_view value, const std::array<Escape, N>& table) {
  std::string result;
  for (const char c : value) {
    const auto found = std::ranges::find(table, c, &Escape::from);
    if (found == table.end())
      result += c;
    else
      result += found->to;
  }
  return result;
}

std::string xml(std::string_view v) {
  return escape(v, std::array<Escape, 5>{
                       {{'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&apos;"}, {'&', "&amp;"}}});
}
std::string html(std::string_view v) {
  return escape(v, std::array<Escape, 5>{
                       {{'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}, {'&', "&amp;"}}});
}
std::string html_hexadecimal(std::string_view v) {  // Python's html.escape
  return escape(v, std::array<Escape, 5>{
                       {{'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#x27;"}, {'&', "&amp;"}}});
}
std::string quotes_escaped(std::string_view v) { return escape(v, std::array<Escape, 1>{{{'"', "\\\""}}}); }
std::string apostrophes_doubled(std::string_view v) {
  return escape(v, std::array<Escape, 1>{{{'\'', "''"}}});
}
std::string single_quoted(std::string_view v) {  // set -x, ${x@Q}
  return escape(v, std::array<Escape, 1>{{{'\'', "'\\''"}}});
}
std::string single_quoted_python(std::string_view v) {  // shlex.quote
  return escape(v, std::array<Escape, 1>{{{'\'', "'\"'\"'"}}});
}
std::string double_quoted(std::string_view v) {  // declare -p
  return escape(v, std::array<Escape, 4>{{{'"', "\\\""}, {'\\', "\\\\"}, {'$', "\\$"}, {'`', "\\`"}}});
}
std::string backslashed(std::string_view v, std::string_view safe) {
  std::string result;
  for (const char c : v) {
    if (static_cast<unsigned char>(c) < 0x80 && safe.find(c) == std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}
// printf %q: a # is quoted at the start of a word, a ~ there and behind : and =.
std::string backslashed_all(std::string_view v) { return backslashed(v, kShellSafe); }
std::string backslashed_inside(std::string_view v) { return backslashed(v, std::string(kShellSafe) + "#~"); }
std::string backslashed_at_start(std::string_view v) {
  const auto inside = backslashed_inside(v);
  return v.starts_with('#') || v.starts_with('~') ? "\\" + inside : inside;
}
std::string backslashed_tildes(std::string_view v) {
  return replace_all(replace_all(backslashed_inside(v), ":~", ":\\~"), "=~", "=\\~");
}

// As C writes strings: the characters of `special`, controls by letter or number, and, where the locale knows
// only ASCII, all bytes above it. `number` is the format of a byte.
template <class Number>
std::string c_escaped(std::string_view v, std::string_view special, bool ascii, Number number) {
  static constexpr std::string_view kControls = "\a\b\t\n\v\f\r", kLetters = "abtnvfr";
  std::string result;
  for (const char c : v) {
    const auto byte = static_cast<unsigned char>(c);
    const auto control = kControls.find(c);
    if (control != std::string_view::npos)
      result.append("\\").append(1, kLetters[control]);
    else if (special.find(c) != std::string_view::npos)
      result.append("\\").append(1, c);
    else if (byte < 0x20 || byte == 0x7F || (ascii && byte >= 0x80))
      result += number(byte);
    else
      result += c;
  }
  return result;
}
std::string octal(unsigned byte) { return fmt::format("\\{:03o}", byte); }
std::string hexadecimal(unsigned byte) { return fmt::format("\\x{:02x}", byte); }
std::string shell_octal(unsigned byte) { return byte == 0x1B ? "\\E" : octal(byte); }

std::string dollar_quoted(std::string_view v) {  // $'...': what Bash prints when there are controls
  return c_escaped(v, "'\\", false, shell_octal);
}
std::string dollar_quoted_ascii(std::string_view v) { return c_escaped(v, "'\\", true, shell_octal); }
std::string listed(std::string_view v) { return c_escaped(v, " \\", false, octal); }  // ls -b
std::string listed_ascii(std::string_view v) { return c_escaped(v, " \\", true, octal); }
std::string found(std::string_view v) { return c_escaped(v, " \"\\", false, octal); }  // find -ls
std::string found_ascii(std::string_view v) { return c_escaped(v, " \"\\", true, octal); }
std::string listed_quoted(std::string_view v) { return c_escaped(v, "\"\\", false, octal); }  // ls -Q
std::string listed_quoted_ascii(std::string_view v) { return c_escaped(v, "\"\\", true, octal); }
std::string python_repr(std::string_view v) { return c_escaped(v, "\\", false, hexadecimal); }
std::string python_repr_quotes(std::string_view v) { return c_escaped(v, "'\\", false, hexadecimal); }
std::string python_bytes(std::string_view v) { return c_escaped(v, "\\", true, hexadecimal); }

std::string percent(std::string_view v, std::string_view unchanged, bool upper_case) {
  std::string result;
  for (const char c : v) {
    if (unchanged.find(c) != std::string_view::npos)
      result += c;
    else
      result += upper_case ? fmt::format("%{:02X}", static_cast<unsigned char>(c))
                           : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return result;
}
std::string url(std::string_view v) { return percent(v, kUnreserved, true); }
std::string url_lower(std::string_view v) { return percent(v, kUnreserved, false); }
std::string url_path(std::string_view v) { return percent(v, std::string(kUnreserved) + '/', true); }
std::string url_component(std::string_view v) {  // JavaScript's encodeURIComponent
  return percent(v, std::string(kUnreserved) + "!'()*", true);
}
std::string url_form(std::string_view v) { return replace_all(url(v), "%20", "+"); }
std::string url_whole(std::string_view v) {  // JavaScript's encodeURI
  return percent(v, std::string(kUnreserved) + "!'()*;/?:@&=+$,#", true);
}
std::string url_form_web(std::string_view v) {  // URLSearchParams, HTML forms
  return replace_all(replace_all(percent(v, std::string(kUnreserved) + "*", true), "~", "%7E"), "%20", "+");
}

// What a URL's parts become in `new URL()`: https://url.spec.whatwg.org/#percent-encoded-bytes
constexpr std::string_view kInFragment = " \"<>`", kInQuery = " \"#<>", kInSpecialQuery = " \"#<>'",
                           kInPath = " \"#<>?^`{}", kInOldPath = " \"#<>?`{}",
                           kInUser = " \"#<>?^`{}/:;=@[\\]|";
std::string percent_these(std::string_view v, std::string_view set) {
  std::string result;
  for (const char c : v) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x1F || byte > 0x7E || set.find(c) != std::string_view::npos)
      result += fmt::format("%{:02X}", byte);
    else
      result += c;
  }
  return result;
}
std::string web_fragment(std::string_view v) { return percent_these(v, kInFragment); }
std::string web_query(std::string_view v) { return percent_these(v, kInQuery); }
std::string web_special_query(std::string_view v) { return percent_these(v, kInSpecialQuery); }
std::string web_path(std::string_view v) { return percent_these(v, kInPath); }
std::string web_old_path(std::string_view v) {
  return percent_these(v, kInOldPath);
}  // before ^ was in the set
std::string web_user(std::string_view v) { return percent_these(v, kInUser); }

uint32_t decode_utf8(std::string_view text, size_t at, size_t length) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[at + i])); };
  if (length == 1) return byte(0);
  uint32_t code = byte(0) & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) code = code << 6 | (byte(i) & 0x3F);
  return code;
}

std::string unicode_escape(uint32_t code) {
  if (code < 0x10000) return fmt::format("\\u{:04x}", code);
  code -= 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
}

constexpr std::array<Escape, 7> kJsonShort{{{'"', "\\\""},
                                            {'\\', "\\\\"},
                                            {'\n', "\\n"},
                                            {'\r', "\\r"},
                                            {'\t', "\\t"},
                                            {'\b', "\\b"},
                                            {'\f', "\\f"}}};

// `special` says which further characters are written as \uXXXX.
template <class Special>
std::string json(std::string_view v, Special special) {
  std::string result;
  for (size_t at = 0; at < v.size();) {
    const auto length = utf8_length(v, at);
    const auto code = length == 0 ? 0u : decode_utf8(v, at, length);
    const auto* found = std::ranges::find(kJsonShort, v[at], &Escape::from);
    if (found != kJsonShort.end())
      result += found->to;
    else if (length != 0 && (is_control(v[at]) || special(code)))
      result += unicode_escape(code);
    else
      result += v.substr(at, std::max<size_t>(length, 1));
    at += std::max<size_t>(length, 1);
  }
  return result;
}
std::string json_plain(std::string_view v) {
  return json(v, [](uint32_t c) { return c == 0x85 || c == 0x2028 || c == 0x2029; });
}
std::string json_raw(std::string_view v) {
  return json(v, [](uint32_t) { return false; });
}
std::string json_ascii(std::string_view v) {
  return json(v, [](uint32_t c) { return c > 0x7E; });
}
std::string json_html(std::string_view v) {  // Go's encoding/json
  return json(v, [](uint32_t c) { return c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029; });
}
std::string json_slashes(std::string_view v) { return replace_all(json_ascii(v), "/", "\\/"); }  // PHP

std::string for_urls(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}
std::string unquoted(std::string_view v) {
  if (v.size() <= 8 || !v.starts_with('"') || !v.ends_with('"')) return "";
  return std::string(v.substr(1, v.size() - 2));
}

constexpr std::array kForms{xml,
                            html,
                            html_hexadecimal,
                            quotes_escaped,
                            apostrophes_doubled,
                            single_quoted,
                            single_quoted_python,
                            double_quoted,
                            dollar_quoted,
                            dollar_quoted_ascii,
                            backslashed_all,
                            backslashed_inside,
                            backslashed_at_start,
                            backslashed_tildes,
                            listed,
                            listed_ascii,
                            found,
                            found_ascii,
                            listed_quoted,
                            listed_quoted_ascii,
                            python_repr,
                            python_repr_quotes,
                            python_bytes,
                            url,
                            url_lower,
                            url_path,
                            url_component,
                            url_whole,
                            url_form,
                            url_form_web,
                            web_fragment,
                            web_query,
                            web_special_query,
                            web_path,
                            web_old_path,
                            web_user,
                            json_plain,
                            json_raw,
                            json_ascii,
                            json_html,
                            json_slashes,
                            unquoted};

// To the end, where base64_cores() stops at the last character that is sure: as the last bytes of what is
// encoded, behind none, two or one others (modulo 3), with padding and without.
void add_base64_ends(std::string_view value, std::vector<std::string>& forms) {
  for (size_t skipped = 0; skipped < std::min<size_t>(value.size(), 3); ++skipped) {
    auto text = base64(value.substr(skipped));
    forms.push_back(for_urls(text));
    forms.push_back(text);
    text.resize(text.find_last_not_of('=') + 1);
    forms.push_back(for_urls(text));
    forms.push_back(std::move(text));
  }
}

// A shell that was not told to quote cuts a URL at its `&`: each part may be printed alone.
void add_ampersand_parts(std::string_view value, std::vector<std::string>& forms) {
  constexpr size_t kShortestPart = 6;
  const auto keep = [&](std::string_view part) {
    if (part.size() >= kShortestPart) forms.emplace_back(part);
  };
  const auto plus = value.find("&+");
  const auto last = value.rfind('&');
  if (plus != std::string_view::npos) {
    keep(value.substr(0, plus + 2));
    keep(value.substr(std::min(value.size(), plus + 3)));
  } else if (last != std::string_view::npos) {
    keep(value.substr(0, last + 1));
    keep(value.substr(last + 1));
  }
}

}  // namespace

std::vector<std::string> secret_forms(std::string_view value) {
  std::vector<std::string> forms;
  for (const auto form : kForms) {
    auto text = form(value);
    if (text != value) forms.push_back(std::move(text));
  }
  add_base64_ends(value, forms);
  add_ampersand_parts(value, forms);
  for (auto& core : base64_cores(value)) forms.push_back(std::move(core));
  return forms;
}

std::vector<std::string> base64_cores(std::string_view value) {
  std::vector<std::string> cores;
  for (size_t before = 0; before < 3; ++before) {
    const auto text = base64(std::string(before, 'x') + std::string(value));
    const auto first = (before * 8 + 5) / 6;           // the first character without a bit of what is before
    const auto end = (before + value.size()) * 8 / 6;  // behind the last without one of what follows
    if (first >= end) continue;
    cores.push_back(text.substr(first, end - first));
    if (auto other = for_urls(cores.back()); other != cores.back()) cores.push_back(std::move(other));
  }
  return cores;
}

}  // namespace runner
