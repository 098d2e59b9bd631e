#include "steps/run/line_scan.hpp"

#include <algorithm>

#include "parser/base/text.hpp"
#include "steps/run/bytes.hpp"

namespace runner {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

// Only blanks stand between the line's start (not before `from`) and `at`. Looks at no more than those blanks: a
// line of a million colons must not be read a million times.
bool begins_line(std::string_view text, size_t from, size_t at) {
  while (at > from && is_blank(text[at - 1])) --at;
  return at == from || text[at - 1] == '\n';
}

size_t line_start(std::string_view text, size_t from, size_t at) {
  while (at > from && text[at - 1] != '\n') --at;
  return at;
}

// The first position at or after `from` of "::" or "##"; text.size(): there is none.
size_t next_pair(std::string_view text, size_t from) {
  const auto is_pair = [&](size_t at) {
    return (text[at] == ':' && text[at + 1] == ':') || (text[at] == '#' && text[at + 1] == '#');
  };
  const auto special = [](const char* at) -> Bytes {
    const auto here = load_bytes(at), next = load_bytes(at + 1);
    return (equals(here, ':') & equals(next, ':')) | (equals(here, '#') & equals(next, '#'));
  };
  if (from + 1 >= text.size()) return text.size();
  from += find_special(text.data() + from, text.size() - from - 1, special);
  for (; from + 1 < text.size(); ++from) {
    if (is_pair(from)) return from;
  }
  return text.size();
}

}  // namespace

size_t next_command_line(std::string_view text, size_t from) {
  for (auto at = next_pair(text, from); at < text.size(); at = next_pair(text, at + 1)) {
    const bool command = text[at] == '#' ? text.substr(at).starts_with("##[") : begins_line(text, from, at);
    if (command) return line_start(text, from, at);
  }
  return text.size();
}

bool is_clean_utf8(std::string_view text) {
  const auto special = [](const char* at) -> Bytes { return Bytes(load_bytes(at) >= (Bytes{} + uint8_t{0x80})); };
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
