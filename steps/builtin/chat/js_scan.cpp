#include "steps/builtin/chat/js_scan.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/unicode.hpp"
#include "steps/builtin/chat/js_literal.hpp"

namespace runner::chat {
namespace {

constexpr double kExact = 9'007'199'254'740'992;  // up to here every whole number is one double
constexpr size_t kShown = 24;                     // characters of what is not understood

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || (c & 0x80) != 0;
}

Json number_json(double number) {
  if (std::trunc(number) == number && std::abs(number) <= kExact) return static_cast<int64_t>(number);
  return number;
}

}  // namespace

void JsScan::fail(const std::string& what) {
  const auto before = text_.substr(0, at_);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const auto column = at_ - (before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1) + 1;
  throw JsError("line {}, column {}: {}", line, column, what);
}

void JsScan::refuse() {
  if (at_end()) fail("it ends in the middle");
  const auto rest = text_.substr(at_, kShown);
  fail(fmt::format("\"{}\" is code", rest.substr(0, rest.find_first_of("\r\n"))));
}

size_t JsScan::here() {
  skip();
  return at_;
}

void JsScan::refuse_at(size_t place) {
  at_ = place;
  refuse();
}

void JsScan::skip() {
  while (at_ < text_.size()) {
    if (const auto next = skip_white_space(text_, at_); next != at_) {
      at_ = next;
    } else if (ahead("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (ahead("/*")) {
      const auto end = text_.find("*/", at_ + 2);
      at_ = end == text_.npos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

bool JsScan::at_end() {
  skip();
  return at_ == text_.size();
}

char JsScan::peek() { return at_end() ? '\0' : text_[at_]; }

bool JsScan::take(std::string_view sign) {
  skip();
  if (!ahead(sign)) return false;
  const char next = at_ + sign.size() < text_.size() ? text_[at_ + sign.size()] : '\0';
  if ((sign == "!" && next == '=') || (sign == "+" && (next == '=' || next == '+'))) return false;
  if (sign == "?" && next == '?') return false;
  at_ += sign.size();
  return true;
}

void JsScan::expect(std::string_view sign) {
  if (take(sign)) return;
  if (at_end()) fail(fmt::format("it ends where \"{}\" is expected", sign));
  fail(fmt::format("\"{}\" stands where \"{}\" is expected", text_[at_], sign));
}

std::string JsScan::name() {
  skip();
  const auto begin = at_;
  while (at_ < text_.size() && is_word(text_[at_])) ++at_;
  if (at_ == begin || std::isdigit(static_cast<unsigned char>(text_[begin])) != 0) {
    at_ = begin;
    refuse();
  }
  return std::string(text_.substr(begin, at_ - begin));
}

std::string JsScan::key() {
  const char c = peek();
  if (c == '\'' || c == '"') return quoted();
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) return js_text(number());
  return name();
}

std::string JsScan::quoted() {
  const char quote = peek();
  if (quote != '\'' && quote != '"') refuse();
  std::string text;
  for (++at_; at_ < text_.size() && text_[at_] != quote;) {
    if (text_[at_] == '\n') fail("a quoted text has no end on its line");
    if (text_[at_] == '\\') {
      escape(text);
    } else {
      text += text_[at_++];
    }
  }
  if (at_ == text_.size()) fail("a quoted text has no end");
  ++at_;
  return text;
}

void JsScan::begin_template() {
  skip();
  ++at_;
}

bool JsScan::template_text(std::string& text) {
  while (at_ < text_.size()) {
    if (text_[at_] == '`') return ++at_, false;
    if (ahead("${")) return at_ += 2, true;
    if (text_[at_] == '\\') {
      escape(text);
    } else {
      text += text_[at_++];
    }
  }
  fail("a `template` has no end");
}

char32_t JsScan::hex_digits(size_t count) {
  unsigned value = 0;
  const auto digits = text_.substr(std::min(at_, text_.size()), count);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != count || read.ec != std::errc() || read.ptr != digits.data() + count)
    fail("an escape lacks hexadecimal digits");
  at_ += count;
  return value;
}

char32_t JsScan::unicode() {
  if (!ahead("{")) return hex_digits(4);
  const auto end = text_.find('}', at_);
  if (end == text_.npos || end - at_ > 7) fail("an escape has no }");
  ++at_;
  const auto value = hex_digits(end - at_);
  ++at_;
  return value;
}

void JsScan::escape(std::string& text) {
  constexpr std::string_view names = "nrtbfv0", values{"\n\r\t\b\f\v\0", 7};
  ++at_;
  if (at_ >= text_.size()) fail("a text ends in a backslash");
  const char c = text_[at_++];
  if (const auto known = names.find(c); known != names.npos) {
    text += values[known];
  } else if (c == 'x') {
    append_utf8(text, hex_digits(2));
  } else if (c == 'u') {
    auto value = unicode();
    if (value >= 0xD800 && value < 0xDC00 && ahead("\\u")) {  // half a character beyond the first plane
      at_ += 2;
      value = 0x10000 + ((value - 0xD800) << 10) + (unicode() - 0xDC00);
    }
    if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) fail("an escape is no character");
    append_utf8(text, value);
  } else if (c == '\r' && ahead("\n")) {
    ++at_;
  } else if (c != '\n' && c != '\r') {  // a line that goes on
    text += c;
  }
}

Json JsScan::number() {
  skip();
  bool minus = false;
  if (ahead("-") || ahead("+")) minus = text_[at_++] == '-';
  skip();
  double number = 0;
  const auto rest = text_.substr(at_);
  const auto* end = rest.data() + rest.size();
  if (rest.starts_with("0x") || rest.starts_with("0X")) {
    uint64_t whole = 0;
    const auto read = std::from_chars(rest.data() + 2, end, whole, 16);
    if (read.ec != std::errc()) refuse();
    number = static_cast<double>(whole);
    at_ += static_cast<size_t>(read.ptr - rest.data());
  } else {
    const bool digits =
        !rest.empty() && (rest[0] == '.' || std::isdigit(static_cast<unsigned char>(rest[0])) != 0);
    const auto read = std::from_chars(rest.data(), end, number);
    if (!digits || read.ec != std::errc()) refuse();
    at_ += static_cast<size_t>(read.ptr - rest.data());
  }
  if (at_ < text_.size() && is_word(text_[at_])) refuse();
  return number_json(minus ? -number : number);
}

}  // namespace runner::chat
