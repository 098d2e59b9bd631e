#include "steps/aws_cli/shorthand.hpp"

#include "parser/base/json.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

bool is_blank(char c) { return std::string_view(" \t\n\r\f\v").find(c) != std::string_view::npos; }
bool in_range(char c, char first, char last) { return c >= first && c <= last; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool may_be_key(char c) {
  return in_range(c, 'a', 'z') || in_range(c, 'A', 'Z') || in_range(c, '0', '9') ||
         std::string_view("-_.#/:").find(c) != std::string_view::npos;
}
// The characters of values without quotes differ by place, so that a closing bracket ends a value in a list
// but may stand in the first of a=b.
bool may_start_value(char c) {
  return !is_ascii(c) ||
         (c > ' ' && c != 0x7f && std::string_view("\"',=[{").find(c) == std::string_view::npos);
}
bool may_follow_first(char c) {
  return !is_ascii(c) || is_blank(c) ||
         (c > ' ' && std::string_view("\"',]}").find(c) == std::string_view::npos);
}
bool may_follow_second(char c) {
  return !is_ascii(c) || is_blank(c) ||
         (c > ' ' && std::string_view("\"',=").find(c) == std::string_view::npos);
}

size_t code_points(std::string_view text) {
  size_t count = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++count;
  return count;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Json parameter() {
    Json result = Json::object();
    auto key = read_key();
    result[key] = values();
    size_t after_last = at_;
    while (!at_end()) {
      expect(',', true);
      key = read_key();
      auto value = values();
      if (result.contains(key)) refuse_second(key, after_last + 1);
      result[key] = std::move(value);
      after_last = at_;
    }
    return result;
  }

 private:
  struct Mismatch : ShorthandError {
    using ShorthandError::ShorthandError;
  };

  bool at_end() const { return at_ >= text_.size(); }
  bool at(char c) const { return !at_end() && text_[at_] == c; }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }

  // The text up to the end of the line with the fault, a caret below it, then what is left.
  std::string place(size_t at) const {
    const auto line_start = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
    const auto before = text_.substr(line_start == text_.npos ? 0 : line_start + 1,
                                     line_start == text_.npos ? at : at - line_start - 1);
    const auto line_end = text_.find('\n', std::min(at, text_.size()));
    const auto rest = line_end == text_.npos ? std::string_view() : text_.substr(line_end);
    return fmt::format("{}\n{}^{}", text_.substr(0, line_end), std::string(code_points(before), ' '), rest);
  }

  [[noreturn]] void refuse(std::string_view expected, std::string_view found) const {
    throw Mismatch("Expected: '{}', received: '{}' for input:\n{}", expected, found, place(at_));
  }
  [[noreturn]] void refuse_second(const std::string& key, size_t at) const {
    throw ShorthandError(
        "Second instance of key \"{}\" encountered for input:\n{}\n"
        "This is often because there is a preceding \",\" instead of a space.",
        key, place(at));
  }

  void expect(char c, bool with_blanks = false) {
    if (with_blanks) skip_blanks();
    if (at_end()) refuse(std::string_view(&c, 1), "EOF");
    if (text_[at_] != c) refuse(std::string_view(&c, 1), text_.substr(at_, 1));
    ++at_;
    if (with_blanks) skip_blanks();
  }

  std::string read_key() {
    const size_t start = at_;
    while (!at_end() && may_be_key(text_[at_])) ++at_;
    std::string key(text_.substr(start, at_ - start));
    expect('=', true);
    return key;
  }

  Json values() {
    if (at_end()) return "";
    if (at('[')) return explicit_list();
    if (at('{')) return object();
    return comma_list();
  }

  // One value, or several where what follows the comma is not the next key.
  Json comma_list() {
    Json first = first_value();
    skip_blanks();
    if (!at(',')) return first;
    expect(',', true);
    Json list = Json::array({first});
    while (true) {
      try {
        auto next = second_value();
        skip_blanks();
        if (at_end()) {
          list.push_back(std::move(next));
          break;
        }
        expect(',', true);
        list.push_back(std::move(next));
      } catch (const Mismatch&) {
        if (at_end()) throw;
        while (text_[at_] != ',') --at_;  // it was a key: back to the comma in front of it
        break;
      }
    }
    return list.size() == 1 ? first : list;
  }

  Json inner_value() {
    if (at('[')) return explicit_list();
    if (at('{')) return object();
    return first_value();
  }

  void end_of_item(char closing) {
    skip_blanks();
    if (at(closing)) return;
    expect(',');
    skip_blanks();
  }

  Json explicit_list() {
    expect('[', true);
    Json list = Json::array();
    while (!at(']')) {
      list.push_back(inner_value());
      end_of_item(']');
    }
    expect(']');
    return list;
  }

  Json object() {
    expect('{', true);
    Json result = Json::object();
    while (!at('}')) {
      auto key = read_key();
      result[key] = inner_value();
      end_of_item('}');
    }
    expect('}');
    return result;
  }

  std::string first_value() {
    if (at('\'') || at('"')) return quoted();
    if (at_end() || !starts_value()) return "";
    return plain(may_follow_first);
  }

  std::string second_value() {
    if (at('\'') || at('"')) return quoted();
    if (at_end() || !starts_value()) refuse("<second>", "<none>");
    return plain(may_follow_second);
  }

  bool starts_value() const { return may_start_value(text_[at_]); }

  std::string plain(bool (*may_follow)(char)) {
    std::string value;
    for (bool first = true; !at_end(); first = false) {
      const char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == ',') {
        value += ',';
        at_ += 2;
      } else if (first || may_follow(c)) {
        value += c;
        ++at_;
      } else {
        break;
      }
    }
    while (!value.empty() && is_blank(value.back())) value.pop_back();
    return value;
  }

  std::string quoted() {
    const char quote = text_[at_];
    std::string value;
    for (size_t i = at_ + 1; i < text_.size(); ++i) {
      const bool escaped =
          text_[i] == '\\' && i + 1 < text_.size() && (text_[i + 1] == quote || text_[i + 1] == '\\');
      if (escaped) {
        value += text_[++i];
      } else if (text_[i] == quote) {
        at_ = i + 1;
        return value;
      } else {
        value += text_[i];
      }
    }
    refuse(quote == '"' ? "<double quoted>" : "<singled quoted>", "<none>");
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

nlohmann::ordered_json parse_shorthand(std::string_view text) { return Parser(text).parameter(); }

}  // namespace runner::aws
