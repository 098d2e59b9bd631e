#include <algorithm>

#include "parser/base/text.hpp"
#include "parser/expr/ast.hpp"
#include "parser/expr/expression.hpp"

namespace runner::expr {
namespace {

struct Path {
  std::string text;
  bool closed = false;  // nothing can be added: a part was computed
};

void collect(const Ast& node, std::vector<std::string>& found);

// The path that a chain of indexes spells; none when it does not start at a context. What stands in computed
// indexes is collected by the way.
std::optional<Path> path_of(const Ast& node, std::vector<std::string>& found) {
  if (node.kind == Ast::Kind::context) return Path{lower(node.name)};
  if (node.kind != Ast::Kind::index) {
    collect(node, found);
    return std::nullopt;
  }
  auto path = path_of(node.children[0], found);
  const auto& by = node.children[1];
  if (by.kind != Ast::Kind::literal) collect(by, found);
  if (!path || path->closed) return path;
  path->closed = by.kind != Ast::Kind::literal;
  path->text += "." + (path->closed ? "*" : lower(by.literal.to_string()));
  return path;
}

void collect(const Ast& node, std::vector<std::string>& found) {
  if (node.kind == Ast::Kind::context || node.kind == Ast::Kind::index) {
    if (auto path = path_of(node, found)) found.push_back(std::move(path->text));
    return;
  }
  for (const auto& child : node.children) collect(child, found);
}

}  // namespace

std::vector<std::string> references(const Ast& expression) {
  std::vector<std::string> found;
  collect(expression, found);
  return found;
}

// Is it missed by nobody when it is empty?
static bool only_asked_for(const Ast& expression, const Ast& child) {
  if (expression.kind != Ast::Kind::operation) return false;
  const bool joins = expression.op == Operator::logical_or || expression.op == Operator::logical_and;
  return !joins || &child != &expression.children.back();
}

std::vector<std::string> names_read(const Ast& expression, std::string_view context, const Scope& scope,
                                    Reads reads, const std::function<bool(const Ast&)>& computable) {
  std::vector<std::string> names;
  if (expression.kind == Ast::Kind::index && expression.children[0].kind == Ast::Kind::context &&
      equal_ignoring_case(expression.children[0].name, context) &&
      expression.children[1].kind != Ast::Kind::wildcard) {
    const auto& name = expression.children[1];
    try {
      if (!computable || computable(name)) names.push_back(evaluate(name, scope).to_string());
    } catch (const EvalError&) {  // known only in the run
    }
  }
  for (const auto& child : expression.children) {
    if (reads == Reads::values && only_asked_for(expression, child)) continue;
    for (auto& name : names_read(child, context, scope, reads, computable)) names.push_back(std::move(name));
  }
  return names;
}

bool calls(const Ast& expression, const std::vector<std::string>& names) {
  const bool is_one = expression.kind == Ast::Kind::call &&
                      std::find(names.begin(), names.end(), lower(expression.name)) != names.end();
  return is_one || std::any_of(expression.children.begin(), expression.children.end(),
                               [&](const Ast& child) { return calls(child, names); });
}

}  // namespace runner::expr
