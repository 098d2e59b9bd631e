#include <array>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "parser/expr/json.hpp"

namespace runner::expr {
namespace {

const char* short_escape(char32_t c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return nullptr;
  }
}

bool needs_number(char32_t c) { return c < 0x20 || c == 0x85 || c == 0x2028 || c == 0x2029; }

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (size_t at = 0; at < text.size();) {
    const auto c = code_point(text, at);
    if (const auto* escape = short_escape(c.value)) {
      out += escape;
    } else if (needs_number(c.value)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c.value));
    } else {
      out += text.substr(at, c.length);
    }
    at += c.length;
  }
  out += '"';
}

// As JavaScript: digits where they are few, the shortest text that gives the same number back.
std::string shortest(double number) {
  if (!std::isfinite(number)) return "null";
  if (number == 0) return "0";
  const auto size = std::fabs(number);
  const auto form = size >= 1e-6 && size < 1e21 ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, form);
  return {buffer.data(), result.ptr};
}

// The two forms differ in white space, in numbers, and in what becomes of bytes that are not UTF-8.
class Writer {
 public:
  explicit Writer(bool lines) : lines_(lines) {}

  void write(const Value& value, int level) {
    if (const auto* array = value.array()) {
      write_all(*array, '[', ']', level, [&](const Value& item) { write(item, level + 1); });
    } else if (const auto* object = value.object()) {
      write_all(*object, '{', '}', level, [&](const auto& member) {
        text(member.first);
        out_ += lines_ ? ": " : ":";
        write(member.second, level + 1);
      });
    } else {
      write_primitive(value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void text(const std::string& value) {
    lines_ ? write_string(out_, value) : write_string(out_, to_valid_utf8(value));
  }

  void write_primitive(const Value& value) {
    if (value.is_null()) {
      out_ += "null";
    } else if (const auto* string = value.string()) {
      text(*string);
    } else if (const auto* number = value.number(); number != nullptr && !lines_) {
      out_ += shortest(*number);
    } else {
      out_ += value.to_string();
    }
  }

  void new_line(int level) {
    if (lines_) out_ += '\n', out_.append(static_cast<size_t>(level) * 2, ' ');
  }

  template <class Items, class Write>
  void write_all(const Items& items, char open, char close, int level, const Write& write_item) {
    out_ += open;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += ',';
      new_line(level + 1);
      write_item(items[i]);
    }
    if (!items.empty()) new_line(level);
    out_ += close;
  }

  bool lines_;
  std::string out_;
};

std::string write(const Value& value, bool lines) {
  Writer writer(lines);
  writer.write(value, 0);
  return writer.take();
}

}  // namespace

std::string to_json(const Value& value) { return write(value, true); }
std::string to_json_line(const Value& value) { return write(value, false); }

}  // namespace runner::expr
