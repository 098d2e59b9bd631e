#include <cmath>

#include "parser/base/unicode.hpp"
#include "parser/expr/evaluator.hpp"

namespace runner::expr {
namespace {

// The accounting of expressions.md section 12.
constexpr size_t kStringBytes = 26, kOtherBytes = 24, kElementBytes = 8;

// The place an index means in an array; none when it can be none.
std::optional<size_t> place(const Value& index) {
  const auto number = std::floor(index.to_number());
  if (!(number >= 0 && number <= 2147483647)) return std::nullopt;
  return static_cast<size_t>(number);
}

// What an index picks out of one collection; null pointer when that has no such part.
const Value* part(const Value& collection, const Value& index) {
  if (const auto* array = collection.array()) {
    const auto at = place(index);
    return at && *at < array->size() ? &(*array)[*at] : nullptr;
  }
  if (collection.is_primitive() || !index.is_primitive()) return nullptr;
  if (const auto* name = index.string()) return collection.member(*name);
  return collection.member(index.to_string());
}

bool compare(Operator op, const Value& a, const Value& b) {
  const auto less = [&] { return order(a, b).value_or(0) < 0; };
  const auto greater = [&] { return order(a, b).value_or(0) > 0; };
  switch (op) {
    case Operator::equal:
      return equal(a, b);
    case Operator::not_equal:
      return !equal(a, b);
    case Operator::less:
      return less();
    case Operator::less_equal:
      return equal(a, b) || less();
    case Operator::greater:
      return greater();
    default:
      return equal(a, b) || greater();
  }
}

}  // namespace

void Evaluator::charge(size_t bytes) {
  used_ += bytes;
  if (used_ <= scope_.memory_limit) return;
  throw EvalError("The maximum allowed memory size was exceeded while evaluating the following expression: " +
                  std::string(source_));
}

void Evaluator::charge_text(std::string_view text) { charge(kStringBytes + 2 * utf16_length(text)); }

Evaluator::Result Evaluator::visit(const Ast& node) {
  const auto before = used_;
  auto result = compute(node);
  if (result.value.is_primitive()) used_ = before;
  if (const auto* text = result.value.string()) {
    charge_text(*text);
  } else {
    charge(kOtherBytes);
  }
  return result;
}

Evaluator::Result Evaluator::compute(const Ast& node) {
  switch (node.kind) {
    case Ast::Kind::literal:
      return {node.literal};
    case Ast::Kind::wildcard:
      return {Value("*")};  // only as part of a larger index, as in x[* == 1]
    case Ast::Kind::context: {
      const auto* context = find(scope_.contexts, node.name);
      return {context == nullptr ? Value() : *context};
    }
    case Ast::Kind::index:
      return index(node);
    case Ast::Kind::call:
      return {node.function == nullptr ? call_host(node) : node.function->run(*this, node.children)};
    default:
      return {operate(node)};
  }
}

Value Evaluator::call_host(const Ast& node) {
  std::vector<Value> arguments;
  for (const auto& child : node.children) arguments.push_back(evaluate(child));
  if (!scope_.call) throw EvalError("The function '" + node.name + "' cannot be used here");
  return scope_.call(node.name, arguments);
}

Value Evaluator::operate(const Ast& node) {
  switch (node.op) {
    case Operator::logical_not:
      return !evaluate(node.children[0]).truthy();
    case Operator::logical_and:
      return choose(node, false);
    case Operator::logical_or:
      return choose(node, true);
    default: {
      const auto left = evaluate(node.children[0]);
      return compare(node.op, left, evaluate(node.children[1]));
    }
  }
}

Value Evaluator::choose(const Ast& node, bool until) {
  Value value;
  for (const auto& child : node.children) {
    value = evaluate(child);
    if (value.truthy() == until) break;
  }
  return value;
}

Evaluator::Result Evaluator::index(const Ast& node) {
  const auto base = visit(node.children[0]);
  const auto& by = node.children[1];
  if (by.kind == Ast::Kind::wildcard) return {all_of(base), true};
  if (base.value.is_primitive()) return {};
  if (by.kind == Ast::Kind::literal && !base.filtered) {  // x.name, without a copy of the name
    charge(kStringBytes);
    const auto* found = part(base.value, by.literal);
    return {found == nullptr ? Value() : *found};
  }
  const auto value = evaluate(by);
  if (base.filtered) return {map_filtered(*base.value.array(), value), true};
  const auto* found = part(base.value, value);
  return {found == nullptr ? Value() : *found};
}

// x.*: the parts of a collection; of a filtered array those of its elements.
Value::Array Evaluator::all_of(const Result& base) {
  Value::Array kept;
  const auto keep_parts = [&](const Value& value) {
    if (const auto* array = value.array()) {
      for (const auto& item : *array) keep(kept, item);
    } else if (const auto* object = value.object()) {
      for (const auto& member : *object) keep(kept, member.second);
    }
  };
  if (!base.filtered) {
    keep_parts(base.value);
  } else {
    for (const auto& item : *base.value.array()) keep_parts(item);
  }
  return kept;
}

Value::Array Evaluator::map_filtered(const Value::Array& items, const Value& index) {
  Value::Array kept;
  for (const auto& item : items) {
    if (const auto* found = part(item, index)) keep(kept, *found);
  }
  return kept;
}

void Evaluator::keep(Value::Array& kept, const Value& item) {
  charge(kElementBytes);
  kept.push_back(item);
}

Value evaluate(const Ast& expression, const Scope& scope) {
  return Evaluator(scope, expression.source).evaluate(expression);
}

}  // namespace runner::expr
