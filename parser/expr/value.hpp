// parser/expr/value.hpp -- what an expression evaluates to: a small value type over a variant.
#pragma once
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace runner::expr {

class Value {
 public:
  using Array = std::vector<Value>;
  using Object = std::vector<std::pair<std::string, Value>>;  // keeps the order of the file
  enum class Kind { null, boolean, number, string, array, object };

  Value() = default;                              // null
  Value(std::same_as<bool> auto b) : data_(b) {}  // a plain bool would swallow every const char*
  Value(double n) : data_(n) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(const char* s) : data_(std::string(s)) {}
  Value(Array a) : data_(std::make_shared<const Array>(std::move(a))) {}
  Value(Object o) : data_(std::make_shared<const Object>(std::move(o))) {}
  static Value case_sensitive(Object o);  // the env context: its keys differ by case

  Kind kind() const;
  bool is_null() const { return kind() == Kind::null; }
  bool is_primitive() const { return kind() < Kind::array; }
  bool truthy() const;            // false, 0, NaN, "" and null are not (expressions.md 4.1)
  double to_number() const;       // 4.2; arrays and objects are NaN
  std::string to_string() const;  // 4.3; "Array" and "Object" for those

  // Null when of another kind.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const double* number() const { return std::get_if<double>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Array* array() const;
  const Object* object() const;

  // A member, null value when absent or when this is no object. Case is ignored unless case_sensitive().
  Value get(std::string_view key) const;
  bool has(std::string_view key) const { return member(key) != nullptr; }
  const Value* member(std::string_view key) const;  // as get, without a copy; null pointer when absent

  friend bool equal(const Value& a, const Value& b);  // the language's ==: 'A' == 'a', null == 0
  // For < and >: negative, 0, positive; none when neither is ever true of the two.
  friend std::optional<int> order(const Value& a, const Value& b);

 private:
  template <class T>
  using Shared = std::shared_ptr<const T>;  // the language compares these by identity
  struct CaseSensitive {
    Shared<Object> members;
  };
  std::variant<std::monostate, bool, double, std::string, Shared<Array>, Shared<Object>, CaseSensitive> data_;
};

// Declared here too, so that they are found without an argument of this namespace.
bool equal(const Value& a, const Value& b);
std::optional<int> order(const Value& a, const Value& b);

// One name looked up in `object`, case ignored; null when absent.
const Value* find(const Value::Object& object, std::string_view key);

// expressions.md 4.3 for numbers and 4.2 for text.
std::string number_to_string(double number);
double string_to_number(std::string_view text);
// expressions.md 5.1: contains, startsWith, endsWith and == on strings.
std::string fold_case(std::string_view text);
int compare_folded(std::string_view a, std::string_view b);  // negative, 0, positive
bool equal_folded(std::string_view a, std::string_view b);

}  // namespace runner::expr
