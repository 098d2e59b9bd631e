// Where the nodes of expressions and the pieces of scalars stand.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/expr/ast.hpp"
#include "parser/expr/expression.hpp"
#include "parser/expr/json.hpp"

using namespace runner::expr;

namespace {

const Allowed& names() {
  static const Allowed allowed{{"a", "b", "c", "x"}, {{"success", 0, 0}, {"always", 0, 0}}};
  return allowed;
}

std::string name_of(const Ast& node) {
  constexpr const char* kOperators[] = {"!", ">", ">=", "<", "<=", "==", "!=", "&&", "||"};
  switch (node.kind) {
    case Ast::Kind::literal:
      return to_json_line(node.literal);
    case Ast::Kind::wildcard:
      return "*";
    case Ast::Kind::index:
      return "[]";
    case Ast::Kind::operation:
      return kOperators[static_cast<size_t>(node.op)];
    default:
      return node.name;
  }
}

// "==@0(a@0 1@5)": each node with its place; -: none.
std::string shown(const Ast& node) {
  auto text = name_of(node) + "@" + (node.at == kNowhere ? "-" : std::to_string(node.at));
  std::string inside;
  for (const auto& child : node.children) inside += (inside.empty() ? "" : " ") + shown(child);
  return inside.empty() ? text : text + "(" + inside + ")";
}

// "2+8 b@6": the place of a piece, its size, and the tree of an expression.
std::string pieces(const std::string& text) {
  std::string all;
  for (const auto& piece : parse_scalar(text, names()).pieces) {
    all += fmt::format("{}{}+{}", all.empty() ? "" : ", ", piece.at, piece.size);
    if (piece.expression) all += " " + shown(*piece.expression);
  }
  return all;
}

}  // namespace

TEST_CASE("expr: every node knows where it starts") {
  const std::pair<const char*, const char*> cases[] = {
      {"a", "a@0"},
      {"  a", "a@2"},
      {"a == 1", "==@0(a@0 1@5)"},
      {"!a", "!@0(a@1)"},
      {"a && !(b)", "&&@0(a@0 !@5(b@7))"},
      {"a.b", "[]@0(a@0 \"b\"@2)"},
      {"a . b [ c ]", "[]@0([]@0(a@0 \"b\"@4) c@8)"},
      {"a.*.b", "[]@0([]@0(a@0 *@2) \"b\"@4)"},
      {"a[*]", "[]@0(a@0 *@2)"},
      {"a && b && c", "&&@0(a@0 b@5 c@10)"},
      {"a && (b && c)", "&&@0(a@0 b@6 c@11)"},
      {"(a || b).c", "[]@1(||@1(a@1 b@6) \"c\"@9)"},
      {"a == 1 && b != 2", "&&@0(==@0(a@0 1@5) !=@10(b@10 2@15))"},
      {"format('{0}', a)", "format@0(\"{0}\"@7 a@14)"},
      {"format('x')[a]", "[]@0(format@0(\"x\"@7) a@12)"},
      {"'\u00e9\U0001F600' == a", "==@0(\"\u00e9\U0001F600\"@0 a@12)"},  // bytes
      {"'it''s' == a", "==@0(\"it's\"@0 a@11)"},
      {"a\n\t== b", "==@0(a@0 b@6)"},
      {"\u00a0a", "a@2"},
      {"", "null@-"},
  };
  for (const auto& [source, want] : cases) {
    const std::string shown_source = source;
    CAPTURE(shown_source);
    CHECK(shown(*parse(source, names())) == want);
  }
}

TEST_CASE("expr: a scalar keeps its pieces, each with its place in the whole") {
  const std::pair<const char*, const char*> cases[] = {
      {"plain", ""},
      {"${{ 'text' }}", ""},
      {"${{ insert }}", ""},
      {"${{ a }}", "0+8 a@4"},
      {"a ${{ b }} c", "0+2, 2+8 b@6, 10+2"},
      {"${{a}}${{\n b == 'x' }}", "0+6 a@3, 6+16 ==@11(b@11 \"x\"@16)"},
      {"${{ 'text' }} ", "0+13 \"text\"@4, 13+1"},
      {"${{ '}}' }}${{ a }}", "0+11 \"}}\"@4, 11+8 a@15"},
      {"\u00e9 ${{ a.b }}\n", "0+3, 3+10 []@7(a@7 \"b\"@9), 13+1"},
      {"{0} ${{ a }}'", "0+4, 4+8 a@8, 12+1"},
  };
  for (const auto& [text, want] : cases) {
    const std::string scalar = text;
    CAPTURE(scalar);
    CHECK(pieces(text) == want);
  }
}

TEST_CASE("expr: the expressions of a scalar share its tree and keep their own source") {
  const auto scalar = parse_scalar("x ${{ a.b }}", names());
  CHECK(shown(*scalar.expression) == "format@-(\"x {0}\"@- []@6(a@6 \"b\"@8))");
  CHECK(scalar.pieces.at(1).expression.get() == &scalar.expression->children[1]);
  CHECK(scalar.pieces.at(1).expression->source == "a.b");
  CHECK(scalar.expression->source == "format('x {0}', a.b)");
}

TEST_CASE("expr: what is put around a condition has no place, the condition keeps its own") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "success@-"},
      {"always()", "always@0"},
      {"a", "&&@-(success@- a@0)"},
      {" ${{ a }}", "&&@-(success@- format@-(\" {0}\"@- a@5))"},
      {"${{ a == 1 }}", "&&@-(success@- ==@4(a@4 1@9))"},
      {"a && b", "&&@-(success@- a@0 b@5)"},
      {"(a && b) || c", "&&@-(success@- ||@1(&&@1(a@1 b@6) c@12))"},
      {"${{ 'a' }}", "&&@-(success@- a@5)"},  // the text of a literal alone is the condition
  };
  for (const auto& [text, want] : cases) {
    const std::string scalar = text;
    CAPTURE(scalar);
    CHECK(shown(*parse_condition(text, names())) == want);
  }
}

TEST_CASE("expr: an error knows its place in the scalar") {
  constexpr auto kWhole = std::string::npos;
  const std::pair<std::string, size_t> cases[] = {
      {"${{ nope }}", 4},           {"\u00e9 ${{ a == nope }}", 12},
      {"${{ a }} ${{ b c }}", 15},  {"x ${{ a", 2},
      {"${{ a }} ${{ }}", 9},       {"${{ a }} ${{ insert }}", 9},
      {"${{ contains('a') }}", 12}, {"${{ a }}" + std::string(21'000, '-'), kWhole},
  };
  for (const auto& [text, want] : cases) {
    const auto start = text.substr(0, 40);
    CAPTURE(start);
    try {
      parse_scalar(text, names());
      FAIL("no error");
    } catch (const ParseError& error) {
      CHECK(error.at() == want);
    }
  }
}
