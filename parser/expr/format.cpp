#include "parser/expr/format.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/core.h>

#include "parser/expr/evaluator.hpp"

namespace runner::expr {
namespace {

struct Placeholder {
  std::string text;  // literal, where `argument` is none
  std::optional<size_t> argument;
  std::string specifiers;  // after a colon; any is an error, told once the argument is known
};

const char* kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::null:
      return "Null";
    case Value::Kind::boolean:
      return "Boolean";
    case Value::Kind::number:
      return "Number";
    case Value::Kind::string:
      return "String";
    case Value::Kind::array:
      return "Array";
    default:
      return "Object";
  }
}

// Reads a whole format string before any argument is evaluated, as a fault in it comes first.
class Reader {
 public:
  Reader(std::string_view text, size_t count) : text_(text), count_(count) {}

  std::vector<Placeholder> read() {
    while (at_ < text_.size()) {
      const auto brace = std::min(text_.find_first_of("{}", at_), text_.size());
      literal(text_.substr(at_, brace - at_));
      at_ = brace;
      if (at_ < text_.size()) read_brace();
    }
    return std::move(segments_);
  }

 private:
  [[noreturn]] void invalid() const {
    throw EvalError(fmt::format("The following format string is invalid: {}", text_));
  }

  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void literal(std::string_view text) {
    if (text.empty()) return;
    if (segments_.empty() || segments_.back().argument) segments_.emplace_back();
    segments_.back().text += text;
  }

  void read_brace() {
    if (peek(1) == peek()) {  // doubled
      literal(text_.substr(at_, 1));
      at_ += 2;
      return;
    }
    if (peek() == '}') invalid();
    ++at_;
    Placeholder segment;
    segment.argument = read_number();
    if (peek() == ':') segment.specifiers = read_specifiers();
    if (peek() != '}') invalid();
    ++at_;
    if (*segment.argument >= count_) {
      throw EvalError(
          fmt::format("The following format string references more arguments than were supplied: {}", text_));
    }
    segments_.push_back(std::move(segment));
  }

  size_t read_number() {
    std::uint8_t number = 0;
    const auto rest = text_.substr(at_);
    const auto result = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (result.ec != std::errc()) invalid();
    at_ += static_cast<size_t>(result.ptr - rest.data());
    return number;
  }

  // Up to a single }; a doubled one stands for itself.
  std::string read_specifiers() {
    std::string specifiers;
    for (++at_; at_ < text_.size() && (peek() != '}' || peek(1) == '}'); ++at_) {
      if (peek() == '}') ++at_;
      specifiers += peek();
    }
    return specifiers;
  }

  std::string_view text_;
  size_t count_;  // of arguments
  size_t at_ = 0;
  std::vector<Placeholder> segments_;
};

// The arguments as text, each evaluated once, when it is first used.
class Texts {
 public:
  Texts(Evaluator& evaluator, std::span<const Ast> arguments)
      : evaluator_(evaluator), arguments_(arguments), texts_(arguments.size()) {}

  const std::string& get(const Placeholder& segment) {
    auto& cached = texts_[*segment.argument];
    if (!cached || !segment.specifiers.empty()) {
      const auto value = evaluator_.evaluate(arguments_[*segment.argument]);
      if (!segment.specifiers.empty()) refuse(segment, value);
      cached = value.to_string();
    }
    return *cached;
  }

 private:
  [[noreturn]] static void refuse(const Placeholder& segment, const Value& value) {
    throw EvalError(fmt::format("The format specifiers '{}' are not valid for objects of type '{}'",
                                segment.specifiers, kind_name(value.kind())));
  }

  Evaluator& evaluator_;
  std::span<const Ast> arguments_;
  std::vector<std::optional<std::string>> texts_;
};

}  // namespace

Value format(Evaluator& evaluator, std::span<const Ast> arguments) {
  const auto form = evaluator.evaluate(arguments[0]).to_string();
  const auto values = arguments.subspan(1);
  Texts texts(evaluator, values);
  std::string text;
  for (const auto& segment : Reader(form, values.size()).read()) {
    const auto& piece = segment.argument ? texts.get(segment) : segment.text;
    evaluator.charge_text(piece);
    text += piece;
  }
  return text;
}

}  // namespace runner::expr
