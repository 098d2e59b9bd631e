#include "steps/formats/list_input.hpp"

#include <optional>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

using Record = std::vector<std::string>;

class Reader {
 public:
  Reader(std::string_view text, Quotes quotes) : text_(text), quotes_(quotes) {}

  bool at_end() const { return at_ >= text_.size(); }

  Record record() {
    Record fields;
    while (true) {
      fields.push_back(field());
      if (at_end()) return fields;
      if (take_line_end()) return fields;
      ++at_;  // the comma
    }
  }

 private:
  // The field up to a comma, line end or the end; none of them is taken.
  std::string field() {
    if (quotes_ == Quotes::read && !at_end() && text_[at_] == '"') {
      if (auto quoted = quoted_field()) return *quoted;
    }
    const size_t start = at_;
    while (!at_end() && !at_separator()) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // Nothing, and no progress, when text follows the closing quote or there is none: then the quotes are
  // literal.
  std::optional<std::string> quoted_field() {
    std::string value;
    size_t at = at_ + 1;
    while (at < text_.size()) {
      if (text_[at] != '"') {
        value += text_[at++];
      } else if (at + 1 < text_.size() && text_[at + 1] == '"') {
        value += '"', at += 2;
      } else {
        break;
      }
    }
    if (at >= text_.size()) return std::nullopt;
    const auto rest = text_.substr(at + 1);
    if (!rest.empty() && rest[0] != ',' && rest[0] != '\n' && !rest.starts_with("\r\n")) return std::nullopt;
    at_ = at + 1;
    return value;
  }

  bool at_separator() const {
    return text_[at_] == ',' || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
  }
  bool take_line_end() {
    if (text_[at_] == ',') return false;
    at_ += text_[at_] == '\r' ? 2 : 1;
    return true;
  }

  std::string_view text_;
  Quotes quotes_;
  size_t at_ = 0;
};

void add(std::vector<std::string>& items, std::string_view text) {
  if (const auto item = trim(text); !item.empty()) items.emplace_back(item);
}

}  // namespace

std::vector<std::string> list_items(std::string_view text, Commas commas, Quotes quotes) {
  std::vector<std::string> items;
  Reader reader(text, quotes);
  while (!reader.at_end()) {
    const auto fields = reader.record();
    if (commas == Commas::keep) {
      add(items, fmt::format("{}", fmt::join(fields, ",")));
    } else if (fields.size() == 1) {  // a quoted field that is alone in its line is split too
      for (const auto part : split(fields[0], ',')) add(items, part);
    } else {
      for (const auto& field : fields) add(items, field);
    }
  }
  return items;
}

}  // namespace runner
