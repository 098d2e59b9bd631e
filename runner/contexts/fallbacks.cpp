#include "runner/contexts/fallbacks.hpp"

namespace runner {
namespace {

const expr::Allowed& fallback_names() {  // expressions.md 11: action.yml inputs.*.default
  static const expr::Allowed allowed{{"github", "strategy", "matrix", "job", "runner"}, {}};
  return allowed;
}

}  // namespace

NamedValues evaluated_fallbacks(const ActionSpec& spec, const NamedValues& given, const expr::Scope& scope) {
  NamedValues values;
  for (const auto& input : spec.inputs) {
    if (given.contains(input.name)) continue;
    auto& value = values[input.name] = input.fallback;
    if (!expr::has_expression(value)) continue;
    const auto scalar = expr::parse_scalar(value, fallback_names());
    value = scalar.expression ? expr::evaluate(*scalar.expression, scope).to_string() : scalar.text;
    value = without_placeholder(std::move(value));
  }
  return values;
}

}  // namespace runner
