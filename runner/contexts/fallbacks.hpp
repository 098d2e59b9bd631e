// runner/contexts/fallbacks.hpp -- inputs of an action that are declared and not given.
#pragma once
#include "parser/expr/expression.hpp"
#include "parser/model/action_spec.hpp"
#include "runner/order/request.hpp"

namespace runner {

// Their fallbacks, evaluated ("${{ github.token }}").
NamedValues evaluated_fallbacks(const ActionSpec& spec, const NamedValues& given, const expr::Scope& scope);

}  // namespace runner
