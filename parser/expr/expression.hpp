// parser/expr/expression.hpp -- ${{ }}: from text to a tree and from a tree to a value (expressions.md).
// Pure: what an expression may see is handed to it.
#pragma once
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "parser/expr/value.hpp"

namespace runner::expr {

struct Ast;  // parser/expr/ast.hpp
using AstPtr = std::shared_ptr<const Ast>;

// A function that the place of an expression adds to those of the language: success(), hashFiles() ...
struct HostFunction {
  std::string name;
  int least = 0, most = 0;  // arguments
};

// Which names an expression may use: one row of the table in expressions.md section 11.
struct Allowed {
  std::vector<std::string> contexts;
  std::vector<HostFunction> functions;
};

// The message is GitHub's: "Unexpected symbol: '='. Located at position 3 within expression: 1 = 2".
class ParseError : public std::runtime_error {
 public:
  explicit ParseError(const std::string& message, const std::string& advice = "",
                      size_t at = std::string::npos)
      : std::runtime_error(message + advice), length_(message.size()), at_(at) {}
  std::string message() const {
    return std::string(what(), length_);
  }                                  // without our advice on the nearest name
  size_t at() const { return at_; }  // counted as Ast::at; npos: it is about all of the text

 private:
  size_t length_, at_;
};
class EvalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Parses the inside of ${{ }}. Blank text gives the value null. Throws ParseError; an unknown name or
// function adds the nearest allowed one.
AstPtr parse(std::string_view source, const Allowed& allowed);
// As parse with every context name allowed and no function but the language's own.
AstPtr parse_any(std::string_view source);

// What an evaluation sees.
struct Scope {
  Value::Object contexts;  // by name; an absent one is null
  // Called for host functions only. May throw EvalError.
  std::function<Value(std::string_view name, const std::vector<Value>& arguments)> call;
  size_t memory_limit = 10'485'760;  // bytes, as accounted in expressions.md section 12
};

// Throws EvalError.
Value evaluate(const Ast& expression, const Scope& scope);

// Literal text or one ${{ }} of a scalar.
struct Piece {
  size_t at = 0, size = 0;  // in the scalar's text, in bytes; of an expression with its markers
  AstPtr expression{};      // null: literal text
};

// A scalar: one expression alone keeps its type, text with expressions in it is format(...). Plain text is
// what has no "${{", and also one string literal alone, ${{ 'a' }}, which is accepted where expressions are
// not (there `allowed` has no contexts). Throws ParseError.
struct Scalar {
  AstPtr expression{};  // null: plain text, in `text`
  std::string text{};
  bool insert = false;          // the directive ${{ insert }}
  std::vector<Piece> pieces{};  // of `expression`, in their order and without gaps
};
Scalar parse_scalar(std::string_view text, const Allowed& allowed);
bool has_expression(std::string_view text);  // contains "${{"

// The condition of an `if:`: markers optional, wrapped as success() && (...) unless a status function is
// called; blank: success() (expressions.md section 1). `suspicious` (may be null) is set when text stands
// around ${{ }}, so that the condition is always true.
AstPtr parse_condition(std::string_view text, const Allowed& allowed, bool* suspicious = nullptr);

// Every context property read, as lower-case paths of literal parts ("secrets.token", "matrix",
// "steps.a.outputs.b"); a part that is computed ends the path with ".*". For finding which secrets a workflow
// reads.
std::vector<std::string> references(const Ast& expression);
// The members of one context that are read, as spelled; computed names (secrets[format(...)]) are evaluated
// with `scope`, and left out where that fails or `computable` says no. Of a dead branch too. `values` leaves
// out what is only asked for: compared, or followed by && or ||.
enum class Reads { all, values };
std::vector<std::string> names_read(const Ast& expression, std::string_view context, const Scope& scope,
                                    Reads reads = Reads::all,
                                    const std::function<bool(const Ast&)>& computable = {});
// Is any of these functions called? Names lower-case.
bool calls(const Ast& expression, const std::vector<std::string>& names);

}  // namespace runner::expr
