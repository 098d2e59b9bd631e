#include "steps/builtin/chat/js_literal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/js_scan.hpp"

namespace runner::chat {
namespace {

constexpr int kDeepest = 100;

using Value = std::optional<Json>;  // nothing: undefined

std::string text_of(const Value& value) { return value ? js_text(*value) : "undefined"; }
bool truthy(const Value& value) { return value && js_truthy(*value); }
bool equal(const Value& a, const Value& b) { return a && b ? js_equal(*a, *b) : !a && !b; }

Value sum(const Value& a, const Value& b) {
  if (!a || !b || !a->is_number() || !b->is_number()) return Json(text_of(a) + text_of(b));
  if (a->is_number_integer() && b->is_number_integer()) return Json(a->get<int64_t>() + b->get<int64_t>());
  return Json(a->get<double>() + b->get<double>());
}

// Nothing is run that a choice leaves out, for nothing has an effect; but all of it has to be understood.
class Reader {
 public:
  Reader(std::string_view text, const JsEnvironment& env) : scan_(text), env_(env) {}

  Json whole() {
    const auto value = choice();
    scan_.take(";");
    if (!scan_.at_end()) scan_.refuse();
    if (!value) throw JsError("it is undefined");
    return *value;
  }

 private:
  Value choice() {
    const auto condition = any();
    if (!scan_.take("?")) return condition;
    const auto yes = choice();
    scan_.expect(":");
    const auto no = choice();
    return truthy(condition) ? yes : no;
  }

  Value any() {
    auto value = all();
    while (true) {
      if (scan_.take("||")) {
        const auto other = all();
        if (!truthy(value)) value = other;
      } else if (scan_.take("??")) {
        const auto other = all();
        if (!value || value->is_null()) value = other;
      } else {
        return value;
      }
    }
  }

  Value all() {
    auto value = equality();
    while (scan_.take("&&")) {
      const auto other = equality();
      if (truthy(value)) value = other;
    }
    return value;
  }

  Value equality() {
    auto value = additions();
    while (true) {
      if (scan_.take("===") || scan_.take("==")) {
        value = Json(equal(value, additions()));
      } else if (scan_.take("!==") || scan_.take("!=")) {
        value = Json(!equal(value, additions()));
      } else {
        return value;
      }
    }
  }

  Value additions() {
    auto value = primary();
    while (scan_.take("+")) value = sum(value, primary());
    return value;
  }

  Value primary() {
    if (++depth_ > kDeepest) throw JsError("it is nested deeper than {} levels", kDeepest);
    auto value = primary_inside();
    --depth_;
    return value;
  }

  Value primary_inside() {
    const char c = scan_.peek();
    if (scan_.take("!")) return Json(!truthy(primary()));
    if (scan_.take("(")) {
      auto value = choice();
      scan_.expect(")");
      return value;
    }
    if (c == '{') return object();
    if (c == '[') return array();
    if (c == '\'' || c == '"') return Json(scan_.quoted());
    if (c == '`') return template_literal();
    if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) return scan_.number();
    return named();
  }

  Value named() {
    struct {
      const char* name;
      Value value;
    } const words[] = {
        {"true", Json(true)}, {"false", Json(false)}, {"null", Json()}, {"undefined", std::nullopt}};
    const auto place = scan_.here();
    const auto word = scan_.name();
    for (const auto& known : words) {
      if (word == known.name) return known.value;
    }
    if (word != "process" || !scan_.take(".") || scan_.name() != "env") scan_.refuse_at(place);
    return variable();
  }

  Value variable() {
    std::string name;
    if (scan_.take("[")) {
      name = scan_.quoted();
      scan_.expect("]");
    } else {
      scan_.expect(".");
      name = scan_.name();
    }
    const auto value = env_(name);
    return value ? Value(Json(*value)) : std::nullopt;
  }

  Value template_literal() {
    std::string text;
    scan_.begin_template();
    while (scan_.template_text(text)) {  // up to ${
      text += text_of(choice());
      scan_.expect("}");
    }
    return Json(text);
  }

  Value object() {
    auto result = Json::object();
    scan_.expect("{");
    while (!scan_.take("}")) {
      const auto key = scan_.key();
      scan_.expect(":");
      if (auto value = choice()) result[key] = std::move(*value);
      if (scan_.take(",")) continue;
      scan_.expect("}");
      break;
    }
    return result;
  }

  Value array() {
    auto result = Json::array();
    scan_.expect("[");
    while (!scan_.take("]")) {
      result.push_back(choice().value_or(Json()));
      if (scan_.take(",")) continue;
      scan_.expect("]");
      break;
    }
    return result;
  }

  JsScan scan_;
  const JsEnvironment& env_;
  int depth_ = 0;
};

}  // namespace

Json js_literal(std::string_view text, const JsEnvironment& env) { return Reader(text, env).whole(); }

}  // namespace runner::chat
