// https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#functions
#include "parser/expr/functions.hpp"

#include <algorithm>
#include <array>

#include "parser/base/text.hpp"
#include "parser/expr/evaluator.hpp"
#include "parser/expr/format.hpp"
#include "parser/expr/json.hpp"

namespace runner::expr {
namespace {

using Arguments = std::span<const Ast>;

bool text_contains(const Value& text, const Value& part) {
  if (!part.is_primitive()) return false;
  return fold_case(text.to_string()).find(fold_case(part.to_string())) != std::string::npos;
}

Value contains(Evaluator& evaluator, Arguments arguments) {
  const auto where = evaluator.evaluate(arguments[0]);
  if (where.is_primitive()) return text_contains(where, evaluator.evaluate(arguments[1]));
  const auto* array = where.array();
  if (array == nullptr || array->empty()) return false;
  const auto wanted = evaluator.evaluate(arguments[1]);
  return std::any_of(array->begin(), array->end(), [&](const Value& item) { return equal(item, wanted); });
}

// The two texts of startsWith and endsWith, folded; none when either is no primitive.
std::optional<std::pair<std::string, std::string>> two_texts(Evaluator& evaluator, Arguments arguments) {
  const auto text = evaluator.evaluate(arguments[0]);
  if (!text.is_primitive()) return std::nullopt;
  const auto part = evaluator.evaluate(arguments[1]);
  if (!part.is_primitive()) return std::nullopt;
  return std::pair(fold_case(text.to_string()), fold_case(part.to_string()));
}

Value starts_with(Evaluator& evaluator, Arguments arguments) {
  const auto texts = two_texts(evaluator, arguments);
  return texts && texts->first.starts_with(texts->second);
}

Value ends_with(Evaluator& evaluator, Arguments arguments) {
  const auto texts = two_texts(evaluator, arguments);
  return texts && texts->first.ends_with(texts->second);
}

std::string separator(Evaluator& evaluator, Arguments arguments) {
  if (arguments.size() < 2) return ",";
  const auto value = evaluator.evaluate(arguments[1]);
  return value.is_primitive() ? value.to_string() : ",";
}

Value join(Evaluator& evaluator, Arguments arguments) {
  const auto items = evaluator.evaluate(arguments[0]);
  if (items.is_primitive()) return items.to_string();
  const auto* array = items.array();
  if (array == nullptr) return "";
  const auto between = array->size() > 1 ? separator(evaluator, arguments) : "";
  std::string text;
  const auto append = [&](const std::string& piece) {
    evaluator.charge_text(piece);
    text += piece;
  };
  for (size_t i = 0; i < array->size(); ++i) {
    if (i > 0) append(between);
    append((*array)[i].to_string());
  }
  return text;
}

Value to_json_function(Evaluator& evaluator, Arguments arguments) {
  auto text = to_json(evaluator.evaluate(arguments[0]));
  evaluator.charge_text(text);
  return text;
}

Value from_json_function(Evaluator& evaluator, Arguments arguments) {
  return from_json(evaluator.evaluate(arguments[0]).to_string());
}

Value pick_case(Evaluator& evaluator, Arguments arguments) {
  for (size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const auto predicate = evaluator.evaluate(arguments[i]);
    if (predicate.boolean() == nullptr) throw EvalError("case predicate must evaluate to a boolean value");
    if (*predicate.boolean()) return evaluator.evaluate(arguments[i + 1]);
  }
  return evaluator.evaluate(arguments.back());
}

constexpr std::array kFunctions{
    Function{"contains", 2, 2, contains},
    Function{"startsWith", 2, 2, starts_with},
    Function{"endsWith", 2, 2, ends_with},
    Function{"format", 1, 255, format},
    Function{"join", 1, 2, join},
    Function{"toJSON", 1, 1, to_json_function},
    Function{"fromJSON", 1, 1, from_json_function},
    Function{.name = "case", .least = 3, .most = 255, .run = pick_case, .odd = true},
};

}  // namespace

std::span<const Function> functions() { return kFunctions; }

const Function* find_function(std::string_view name) {
  const auto found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                  [&](const Function& f) { return equal_ignoring_case(f.name, name); });
  return found == kFunctions.end() ? nullptr : &*found;
}

}  // namespace runner::expr
