#include "steps/script/line_scan.hpp"

#include <algorithm>

#include "parser/base/text.hpp"
#include "steps/script/bytes.hpp"

namespace runner {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

// Only blanks stand between the line's start (not before `from`) and `at`. Looks at no more than those
// blanks: a line of a million colons must not be read a million times.
bool begins_line(std::string_view text, size_t from, size_t at) {
  while (at > from && is_blank(text[at - 1])) --at;
  return at == from || text[at - 1] == '\n';
}

size_t line_start(std::string_view text, size_t from, size_t at) {
  while (at > from && text[at - 1] != '\n') --at;
  return at;
}

bool may_begin_command(std::string_view text, size_t at) {
  const auto rest = text.substr(at);
  if (rest.starts_with("##[")) return true;
  return rest.starts_with("::") && (at == 0 || static_cast<uint8_t>(text[at - 1]) <= ' ');
}

// The first position at or after `from` of "##[", or of "::" behind a blank or a line end; text.size(): there
// is none.
size_t next_mark(std::string_view text, size_t from) {
  const auto special = [](const char* at) -> Bytes {
    const auto before = load_bytes(at - 1), here = load_bytes(at), next = load_bytes(at + 1),
               third = load_bytes(at + 2);
    const auto colons = equals(here, ':') & equals(next, ':') & Bytes(before <= (Bytes{} + uint8_t{' '}));
    return colons | (equals(here, '#') & equals(next, '#') & equals(third, '['));
  };
  if (text.size() < from + 3)
    return may_begin_command(text, std::min(from, text.size())) ? from : text.size();
  if (may_begin_command(text, from)) return from;
  ++from;  // from here on there is a byte before
  from += find_special(text.data() + from, text.size() - 2 - from, special);
  for (; from < text.size(); ++from) {
    if (may_begin_command(text, from)) return from;
  }
  return text.size();
}

}  // namespace

size_t next_command_line(std::string_view text, size_t from) {
  for (auto at = next_mark(text, from); at < text.size(); at = next_mark(text, at + 1)) {
    if (text[at] == '#' || begins_line(text, from, at)) return line_start(text, from, at);
  }
  return text.size();
}

bool is_clean_utf8(std::string_view text) {
  const auto special = [](const char* at) -> Bytes {
    return Bytes(load_bytes(at) >= (Bytes{} + uint8_t{0x80}));
  };
  const auto high = [&](size_t at) { return (static_cast<uint8_t>(text[at]) & 0x80) != 0; };
  for (size_t at = 0; at < text.size();) {
    at += find_special(text.data() + at, text.size() - at, special);
    while (at < text.size() && !high(at)) ++at;
    while (at < text.size() && high(at)) {
      const auto length = utf8_length(text, at);
      if (length == 0) return false;
      at += length;
    }
  }
  return true;
}

}  // namespace runner
