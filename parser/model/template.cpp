#include "parser/model/template.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

using expr::Value;
using Kind = Template::Kind;

[[noreturn]] void unexpected(const Template& node, const Value& value, std::string_view wanted) {
  if (value.array() != nullptr)
    throw TemplateError(node.pos, fmt::format("A list was not expected; expected {}", wanted));
  if (value.object() != nullptr)
    throw TemplateError(node.pos, fmt::format("A mapping was not expected; expected {}", wanted));
  throw TemplateError(node.pos, fmt::format("Unexpected value '{}'; expected {}", value.to_string(), wanted));
}

Value evaluate_expression(const Template& node, const expr::Scope& scope) {
  try {
    return expr::evaluate(*node.expression, scope);
  } catch (const expr::EvalError& error) {
    throw TemplateError(node.pos, error.what());
  }
}

Value evaluate_sequence(const Template& node, const expr::Scope& scope) {
  Value::Array items;
  for (const auto& item : node.items) {
    auto value = evaluate(item, scope);
    const auto* spliced = item.kind == Kind::expression ? value.array() : nullptr;
    if (spliced != nullptr) {
      items.insert(items.end(), spliced->begin(), spliced->end());
    } else {
      items.push_back(std::move(value));
    }
  }
  return items;
}

std::string evaluate_key(const Template& key, const expr::Scope& scope) {
  if (key.kind != Kind::expression) return key.text;
  const auto value = evaluate_expression(key, scope);
  if (!value.is_primitive()) unexpected(key, value, "a string");
  return value.to_string();
}

void add_member(Value::Object& object, std::string key, Value value, Pos pos) {
  if (expr::find(object, key) != nullptr)
    throw TemplateError(pos, fmt::format("'{}' is already defined", key));
  object.emplace_back(std::move(key), std::move(value));
}

Value evaluate_mapping(const Template& node, const expr::Scope& scope) {
  Value::Object object;
  for (const auto& [key, content] : node.members) {
    auto value = evaluate(content, scope);
    if (key.kind != Kind::insert) {
      add_member(object, evaluate_key(key, scope), std::move(value), key.pos);
      continue;
    }
    const auto* inserted = value.object();
    if (inserted == nullptr) unexpected(content, value, "a mapping");
    for (const auto& [name, member] : *inserted) add_member(object, name, member, key.pos);
  }
  return object;
}

std::string to_text(const Value& value, const Template& node) {
  if (!value.is_primitive()) unexpected(node, value, "a string");
  return value.to_string();
}

}  // namespace

bool Template::has_expressions() const {
  if (kind == Kind::expression || kind == Kind::insert) return true;
  return std::any_of(items.begin(), items.end(), [](const auto& item) { return item.has_expressions(); }) ||
         std::any_of(members.begin(), members.end(), [](const auto& member) {
           return member.first.has_expressions() || member.second.has_expressions();
         });
}

const Template* Template::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name.kind == Kind::string && equal_ignoring_case(name.text, key)) return &value;
  }
  return nullptr;
}

Value evaluate(const Template& node, const expr::Scope& scope) {
  switch (node.kind) {
    case Kind::boolean:
      return node.boolean;
    case Kind::number:
      return node.number;
    case Kind::string:
      return node.text;
    case Kind::expression:
      return evaluate_expression(node, scope);
    case Kind::sequence:
      return evaluate_sequence(node, scope);
    case Kind::mapping:
      return evaluate_mapping(node, scope);
    case Kind::absent:
    case Kind::null:
    case Kind::insert:
      break;
  }
  return {};
}

std::string evaluate_string(const Template& node, const expr::Scope& scope) {
  if (node.kind == Kind::string) return node.text;
  return to_text(evaluate(node, scope), node);
}

bool evaluate_boolean(const Template& node, const expr::Scope& scope, bool fallback) {
  if (!node) return fallback;
  const auto value = evaluate(node, scope);
  if (const auto* boolean = value.boolean()) return *boolean;
  unexpected(node, value, "a boolean (fromJSON makes one of a string)");
}

double evaluate_number(const Template& node, const expr::Scope& scope, double fallback) {
  if (!node) return fallback;
  const auto value = evaluate(node, scope);
  if (const auto* number = value.number()) return *number;
  unexpected(node, value, "a number (fromJSON makes one of a string)");
}

std::vector<std::string> evaluate_strings(const Template& node, const expr::Scope& scope) {
  if (!node) return {};
  const auto value = evaluate(node, scope);
  const auto* items = value.array();
  if (items == nullptr) return {to_text(value, node)};
  std::vector<std::string> result;
  for (const auto& item : *items) result.push_back(to_text(item, node));
  return result;
}

StringPairs evaluate_string_map(const Template& node, const expr::Scope& scope) {
  if (!node) return {};
  const auto value = evaluate(node, scope);
  const auto* object = value.object();
  if (object == nullptr) unexpected(node, value, "a mapping");
  StringPairs pairs;
  for (const auto& [key, member] : *object) {
    const auto* place = node.find(key);
    pairs.emplace_back(key, to_text(member, place != nullptr ? *place : node));
  }
  return pairs;
}

void for_each_expression(const Template& node, const std::function<void(const Template&)>& visit) {
  if (node.kind == Kind::expression) visit(node);
  for (const auto& item : node.items) for_each_expression(item, visit);
  for (const auto& [key, value] : node.members) {
    for_each_expression(key, visit);
    for_each_expression(value, visit);
  }
}

}  // namespace runner
