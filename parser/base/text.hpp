// parser/base/text.hpp -- small text helpers that the standard library lacks. ASCII only unless said.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }  // in any locale
std::string_view trim(std::string_view text);                     // blanks and line ends at both ends
std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool less_ignoring_case(std::string_view a, std::string_view b);

// "a,b," at ',' gives "a", "b", "".
std::vector<std::string_view> split(std::string_view text, char separator);
// Lines without their LF or CR LF; no empty line after a final line end.
std::vector<std::string_view> split_lines(std::string_view text);
std::string shell_quoted(std::string_view text);  // it's -> 'it'\''s'
std::string first_line(std::string_view text);    // trimmed, of the text without blanks around it
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// The candidate a user probably meant: at most a third of the letters differ. Case is ignored.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates);
// "; did you mean \"X\"?" or "".
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

// Length of the valid UTF-8 sequence at text[at], 0 where there is none.
size_t utf8_length(std::string_view text, size_t at);
bool valid_utf8(std::string_view text);
// Every byte that is not part of valid UTF-8 becomes U+FFFD.
std::string to_valid_utf8(std::string_view text);

std::string base64(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);  // padding optional
std::string hex(std::string_view bytes);                          // lower case

struct IgnoringCase {  // an order for std::map whose keys ignore case
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return less_ignoring_case(a, b); }
};

}  // namespace runner
