#include "steps/clients/aws/jmespath/jmespath.hpp"

#include "steps/clients/aws/jmespath/functions.hpp"
#include "steps/clients/aws/jmespath/parser.hpp"

namespace runner::aws {

struct Query::Node {
  jmespath::Node tree;
};

namespace jmespath {
namespace {

using Kind = Node::Kind;

Json evaluate(const Node& node, const Json& value);

bool is_false(const Json& value) {
  if (value.is_number()) return false;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.is_boolean() ? !value.get<bool>() : value.empty();
}

Json item_at(const Json& list, int64_t index) {
  const auto size = static_cast<int64_t>(list.is_array() ? list.size() : 0);
  if (index < 0) index += size;
  return index >= 0 && index < size ? list[static_cast<size_t>(index)] : Json();
}

// As Python slices: bounds beyond the ends are the ends.
Json slice(const Node& node, const Json& list) {
  if (!list.is_array()) return {};
  const auto step = node.numbers[2].value_or(1);
  if (step == 0) throw QueryError("Invalid jmespath expression: the step of a slice is 0");
  const auto size = static_cast<int64_t>(list.size());
  const int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? size : size - 1;
  const auto bound = [&](std::optional<int64_t> given, int64_t otherwise) {
    if (!given) return otherwise;
    return std::clamp(*given < 0 ? *given + size : *given, lowest, highest);
  };
  const auto begin = bound(node.numbers[0], step > 0 ? lowest : highest);
  const auto end = bound(node.numbers[1], step > 0 ? highest : lowest);
  auto result = Json::array();
  for (auto i = begin; step > 0 ? i < end : i > end;) {
    result.push_back(list[static_cast<size_t>(i)]);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return result;
}

Json flatten(const Json& list) {
  if (!list.is_array()) return {};
  auto flat = Json::array();
  for (const auto& item : list) {
    if (item.is_array()) {
      flat.insert(flat.end(), item.begin(), item.end());
    } else {
      flat.push_back(item);
    }
  }
  return flat;
}

// What gives null is left out.
Json project(const Node& node, const Json& base) {
  auto result = Json::array();
  const bool filters = node.kind == Kind::filter_projection;
  for (const auto& item : base) {
    if (filters && is_false(evaluate(node.children[2], item))) continue;
    auto made = evaluate(node.children[1], item);
    if (!made.is_null()) result.push_back(std::move(made));
  }
  return result;
}

Json compare(Word sign, const Json& a, const Json& b) {
  if (sign == Word::equal) return same(a, b);
  if (sign == Word::unequal) return !same(a, b);
  if (!(a.is_number() && b.is_number()) && !(a.is_string() && b.is_string())) return {};
  switch (sign) {
    case Word::less:
      return a < b;
    case Word::less_equal:
      return a <= b;
    case Word::greater:
      return a > b;
    default:
      return a >= b;
  }
}

Json multiple(const Node& node, const Json& value) {
  if (value.is_null()) return {};
  auto result = node.kind == Kind::list ? Json::array() : Json::object();
  for (size_t i = 0; i < node.children.size(); ++i) {
    auto made = evaluate(node.children[i], value);
    if (node.kind == Kind::list) {
      result.push_back(std::move(made));
    } else {
      result[node.keys[i]] = std::move(made);
    }
  }
  return result;
}

Json call(const Node& node, const Json& value) {
  std::vector<Argument> arguments;
  for (const auto& child : node.children) {
    if (child.kind == Kind::expref) {
      const auto* expression = &child.children[0];
      arguments.push_back(
          {.expression = [expression](const Json& item) { return evaluate(*expression, item); }});
    } else {
      arguments.push_back({.value = evaluate(child, value)});
    }
  }
  return call_function(node.text, std::move(arguments));
}

Json evaluate(const Node& node, const Json& value) {
  const auto child = [&](size_t i) { return evaluate(node.children[i], value); };
  switch (node.kind) {
    case Kind::identity:
      return value;
    case Kind::field: {
      const auto at = value.is_object() ? value.find(node.text) : value.end();
      return value.is_object() && at != value.end() ? *at : Json();
    }
    case Kind::literal:
      return node.value;
    case Kind::index:
      return item_at(value, node.numbers[0].value_or(0));
    case Kind::slice:
      return slice(node, value);
    case Kind::chain:
      return evaluate(node.children[1], child(0));
    case Kind::flatten:
      return flatten(child(0));
    case Kind::projection:
    case Kind::filter_projection: {
      const auto base = child(0);
      return base.is_array() ? project(node, base) : Json();
    }
    case Kind::value_projection: {
      const auto base = child(0);
      return base.is_object() ? project(node, base) : Json();
    }
    case Kind::comparison:
      return compare(node.sign, child(0), child(1));
    case Kind::either: {
      auto left = child(0);
      return is_false(left) ? child(1) : left;
    }
    case Kind::both: {
      auto left = child(0);
      return is_false(left) ? left : child(1);
    }
    case Kind::negate:
      return is_false(child(0));
    case Kind::list:
    case Kind::object:
      return multiple(node, value);
    case Kind::call:
      return call(node, value);
    case Kind::expref:
      return {};
  }
  return {};
}

}  // namespace
}  // namespace jmespath

Query::Query(std::string_view expression)
    : root_(std::make_unique<const Node>(Node{jmespath::parse(expression)})) {}
Query::~Query() = default;
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;

nlohmann::ordered_json Query::search(const nlohmann::ordered_json& value) const {
  return jmespath::evaluate(root_->tree, value);
}

}  // namespace runner::aws
