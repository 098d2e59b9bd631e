// Parses any text as an expression, as a scalar and as a condition, and evaluates what is right. Nothing may
// crash, hang, or throw anything but the two errors of the language.
#include "parser/expr/expression.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "parser/expr/ast.hpp"
#include "parser/expr/json.hpp"

using namespace runner::expr;

namespace {

const Allowed& allowed() {
  static const Allowed names{{"github", "env", "matrix", "secrets", "a"},
                             {{"success", 0, 9}, {"hashFiles", 1, 255}}};
  return names;
}

const Scope& scope() {
  static const Scope made = [] {
    Scope scope;
    scope.contexts = *from_json(R"({
        "github": {"ref": "refs/heads/main", "event": {"commits": [{"id": "1"}, {"id": "2", "n": null}], "n": 3}},
        "matrix": {"os": ["x", "y"], "deep": [[[1], [2]], [[3]]], "text": "é😀ß"},
        "a": {"b": {"C": [{"D": 1}]}, "json": "{\"k\": [1, 2]}"}})")
                          .object();
    scope.contexts.emplace_back("env", Value::case_sensitive({{"A", "1"}, {"a", "2"}}));
    scope.call = [](std::string_view name, const std::vector<Value>& arguments) -> Value {
      return arguments.empty() ? Value(name.empty()) : arguments.back();
    };
    scope.memory_limit = 100'000;
    return scope;
  }();
  return made;
}

void use(const AstPtr& tree) {
  if (!tree) return;
  references(*tree);
  calls(*tree, {"success"});
  const auto value = evaluate(*tree, scope());
  to_json(value);
  try {
    from_json(to_json_line(value));
  } catch (const EvalError&) {
    std::abort();  // what `eval` prints has to be JSON
  }
}

void check_places(const Ast& node, const std::string& text) {
  if (node.at != kNowhere && node.at >= text.size()) std::abort();
  for (const auto& child : node.children) check_places(child, text);
}

// The pieces are the whole scalar, one behind the other.
void check_pieces(const Scalar& scalar, const std::string& text) {
  size_t at = 0;
  for (const auto& piece : scalar.pieces) {
    if (piece.at != at || piece.size == 0) std::abort();
    at += piece.size;
    if (piece.expression) check_places(*piece.expression, text);
  }
  if (at != (scalar.expression ? text.size() : 0)) std::abort();
}

template <class Work>
void attempt(const Work& work) {
  try {
    work();
  } catch (const ParseError&) {  // NOLINT(bugprone-empty-catch)
  } catch (const EvalError&) {   // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  attempt([&] { use(parse(text, allowed())); });
  attempt([&] {
    const auto scalar = parse_scalar(text, allowed());
    check_pieces(scalar, text);
    use(scalar.expression);
  });
  attempt([&] {
    const auto condition = parse_condition(text, allowed());
    check_places(*condition, text);
    use(condition);
  });
  attempt([&] { from_json(text); });
  return 0;
}
