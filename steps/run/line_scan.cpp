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
  while (from + 1 < text.size()) {
    for (; from + kBlock < text.size(); from += kBlock) {
      const auto here = load_bytes(text.data() + from), next = load_bytes(text.data() + from + 1);
      const auto colons = equals(here, ':') & equals(next, ':');
      if (any_bit(colons | (equals(here, '#') & equals(next, '#')))) break;
    }
    const auto stop = std::min(text.size() - 1, from + kBlock);
    for (; from < stop; ++from) {
      if (is_pair(from)) return from;
    }
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
  size_t at = 0;
  while (true) {
    const auto high = Bytes{} + uint8_t{0x80};
    while (at + kBlock <= text.size() && !any_bit(load_bytes(text.data() + at) & high)) at += kBlock;
    const auto stop = std::min(text.size(), at + kBlock);
    for (size_t length = 0; at < stop; at += length) {
      if ((length = utf8_length(text, at)) == 0) return false;
    }
    if (at >= text.size()) return true;
  }
}

}  // namespace runner
