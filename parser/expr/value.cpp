#include "parser/expr/value.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace runner::expr {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool becomes_number(Value::Kind kind) { return kind == Value::Kind::null || kind == Value::Kind::boolean; }

// The two numbers to compare when the kinds differ; none where the language never converts.
std::optional<std::pair<double, double>> as_numbers(const Value& a, const Value& b) {
  const bool converts =
      becomes_number(a.kind()) || becomes_number(b.kind()) || (a.is_primitive() && b.is_primitive());
  if (!converts) return std::nullopt;
  return std::pair(a.to_number(), b.to_number());
}

std::optional<int> order_numbers(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::nullopt;
  return static_cast<int>(a > b) - static_cast<int>(a < b);
}

}  // namespace

Value Value::case_sensitive(Object o) {
  Value value;
  value.data_ = CaseSensitive{std::make_shared<const Object>(std::move(o))};
  return value;
}

Value::Kind Value::kind() const {
  return static_cast<Kind>(std::min(data_.index(), static_cast<size_t>(Kind::object)));
}

bool Value::truthy() const {
  switch (kind()) {
    case Kind::null:
      return false;
    case Kind::boolean:
      return *boolean();
    case Kind::number:
      return *number() != 0 && !std::isnan(*number());
    case Kind::string:
      return !string()->empty();
    default:
      return true;
  }
}

double Value::to_number() const {
  switch (kind()) {
    case Kind::null:
      return 0;
    case Kind::boolean:
      return *boolean() ? 1 : 0;
    case Kind::number:
      return *number();
    case Kind::string:
      return string_to_number(*string());
    default:
      return kNaN;
  }
}

std::string Value::to_string() const {
  switch (kind()) {
    case Kind::null:
      return "";
    case Kind::boolean:
      return *boolean() ? "true" : "false";
    case Kind::number:
      return number_to_string(*number());
    case Kind::string:
      return *string();
    case Kind::array:
      return "Array";
    default:
      return "Object";
  }
}

const Value::Array* Value::array() const {
  const auto* shared = std::get_if<Shared<Array>>(&data_);
  return shared == nullptr ? nullptr : shared->get();
}

const Value::Object* Value::object() const {
  if (const auto* shared = std::get_if<Shared<Object>>(&data_)) return shared->get();
  if (const auto* sensitive = std::get_if<CaseSensitive>(&data_)) return sensitive->members.get();
  return nullptr;
}

Value Value::get(std::string_view key) const {
  const auto* found = member(key);
  return found == nullptr ? Value() : *found;
}

const Value* Value::member(std::string_view key) const {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  if (!std::holds_alternative<CaseSensitive>(data_)) return find(*members, key);
  const auto found =
      std::find_if(members->begin(), members->end(), [&](const auto& m) { return m.first == key; });
  return found == members->end() ? nullptr : &found->second;
}

bool equal(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    const auto numbers = as_numbers(a, b);
    return numbers && numbers->first == numbers->second;
  }
  switch (a.kind()) {
    case Value::Kind::null:
      return true;
    case Value::Kind::boolean:
      return *a.boolean() == *b.boolean();
    case Value::Kind::number:
      return *a.number() == *b.number();
    case Value::Kind::string:
      return equal_folded(*a.string(), *b.string());
    case Value::Kind::array:
      return a.array() == b.array();
    default:
      return a.object() == b.object();
  }
}

std::optional<int> order(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) {
    const auto numbers = as_numbers(a, b);
    return numbers ? order_numbers(numbers->first, numbers->second) : std::nullopt;
  }
  switch (a.kind()) {
    case Value::Kind::boolean:
    case Value::Kind::number:
      return order_numbers(a.to_number(), b.to_number());
    case Value::Kind::string:
      return compare_folded(*a.string(), *b.string());
    default:
      return std::nullopt;
  }
}

const Value* find(const Value::Object& object, std::string_view key) {
  const auto found =
      std::find_if(object.begin(), object.end(), [&](const auto& m) { return equal_folded(m.first, key); });
  return found == object.end() ? nullptr : &found->second;
}

}  // namespace runner::expr
