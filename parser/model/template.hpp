// parser/model/template.hpp -- a part of the workflow file in which ${{ }} may stand: parsed once, evaluated
// as often as needed.
#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "parser/expr/expression.hpp"

namespace runner {

struct Template {
  enum class Kind { absent, null, boolean, number, string, expression, insert, sequence, mapping };
  Kind kind = Kind::absent;
  Pos pos;
  std::string text;  // a scalar's string form; of an expression its source as written, with markers
  bool boolean = false;
  double number = 0;
  expr::AstPtr expression;
  std::vector<expr::Piece> pieces;  // of `text`, where it is an expression
  std::vector<Template> items;
  struct Member;  // first: the key, second: the value
  std::vector<Member> members;

  explicit operator bool() const { return kind != Kind::absent; }
  bool has_expressions() const;                      // here or below
  const Template* find(std::string_view key) const;  // member whose key is this literal text, case ignored
};

struct Template::Member {  // not std::pair, for which clang 14 needs Template to be complete
  Member(Template key, Template value) : first(std::move(key)), second(std::move(value)) {}
  Template first, second;
};

// An evaluation that failed, with the place in the file; what() is "file position"-free.
class TemplateError : public std::runtime_error {
 public:
  TemplateError(Pos where, const std::string& message) : std::runtime_error(message), pos(where) {}
  Pos pos;
};

// Evaluation by wanted type (expressions.md section 1, "Result type"). All throw TemplateError.
expr::Value evaluate(const Template& node, const expr::Scope& scope);
std::string evaluate_string(const Template& node, const expr::Scope& scope);           // absent: ""
bool evaluate_boolean(const Template& node, const expr::Scope& scope, bool fallback);  // absent: fallback
double evaluate_number(const Template& node, const expr::Scope& scope, double fallback);
std::vector<std::string> evaluate_strings(const Template& node,
                                          const expr::Scope& scope);  // scalar: one item
using StringPairs = std::vector<std::pair<std::string, std::string>>;
StringPairs evaluate_string_map(const Template& node, const expr::Scope& scope);  // file order

// Every expression below `node`, for checks that look at what is read.
void for_each_expression(const Template& node, const std::function<void(const Template&)>& visit);

}  // namespace runner
