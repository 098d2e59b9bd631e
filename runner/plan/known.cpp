#include "runner/plan/known.hpp"

#include <algorithm>

#include "parser/base/text.hpp"

namespace runner {
namespace {

// "steps.login.outputs.registry", in lower case.
bool output_is_known(std::string_view reference, const KnownScope& known) {
  const auto parts = split(reference, '.');
  if (parts.size() != 4 || parts[2] != "outputs") return false;
  const auto step = known.outputs.find(parts[1]);
  return step != known.outputs.end() &&
         std::any_of(step->second.begin(), step->second.end(),
                     [&](const auto& output) { return equal_ignoring_case(output.first, parts[3]); });
}

bool reference_is_known(const std::string& reference, const KnownScope& known) {
  const auto dot = reference.find('.');
  const auto context = reference.substr(0, dot);
  if (context == "steps") return output_is_known(reference, known);
  if (context == "needs" || context == "job" || context == "runner") return false;
  if (context == "github") {
    return reference != "github.workspace" && reference != "github.event_path" &&
           reference != "github.token" && reference != "github.run_id";
  }
  if (context != "env") return true;
  if (dot == std::string::npos) return false;
  const auto name = reference.substr(dot + 1);
  return std::any_of(known.env.begin(), known.env.end(),
                     [&](const auto& entry) { return equal_ignoring_case(entry.first, name); });
}

bool reads_values(const expr::Ast& expression) {
  const auto references = expr::references(expression);
  return std::any_of(references.begin(), references.end(), [](const auto& reference) {
    return reference.starts_with("secrets.") || reference.starts_with("vars.");
  });
}

// The value as text; none where it is known only in the run.
std::optional<std::string> known_value(const expr::Ast& expression, const KnownScope& known, Unset unset) {
  if (!is_known(expression, known)) return std::nullopt;
  try {
    auto value = expr::evaluate(expression, known.scope).to_string();
    if (value.empty() && unset == Unset::as_written && reads_values(expression)) return std::nullopt;
    return value;
  } catch (const expr::EvalError&) {  // told where the plan notes what is read
    return std::nullopt;
  }
}

}  // namespace

bool reads_given_values(const Template& node) {
  bool found = false;
  for_each_expression(node, [&](const Template& part) { found = found || reads_values(*part.expression); });
  return found;
}

bool is_known(const expr::Ast& expression, const KnownScope& known) {
  if (expr::calls(expression, {"hashfiles"})) return false;
  const auto references = expr::references(expression);
  return std::all_of(references.begin(), references.end(),
                     [&](const auto& reference) { return reference_is_known(reference, known); });
}

std::string known_text(const Template& node, const KnownScope& known, Unset unset) {
  if (node.kind != Template::Kind::expression) return node.text;
  std::string result;
  for (const auto& piece : node.pieces) {
    const auto value = piece.expression ? known_value(*piece.expression, known, unset) : std::nullopt;
    result += value ? *value : node.text.substr(piece.at, piece.size);
  }
  return result;
}

StringPairs known_map(const Template& mapping, const KnownScope& known, Unset unset) {
  if (mapping.kind == Template::Kind::expression) {
    if (!is_known(*mapping.expression, known)) return {};
    try {
      return evaluate_string_map(mapping, known.scope);
    } catch (const TemplateError&) {
      return {};
    }
  }
  StringPairs pairs;
  for (const auto& [key, value] : mapping.members) {
    if (key.kind != Template::Kind::insert)
      pairs.emplace_back(known_text(key, known, unset), known_text(value, known, unset));
  }
  return pairs;
}

std::optional<bool> known_condition(const Condition& condition, const KnownScope& known) {
  // Both depend on how earlier steps end.
  if (expr::calls(*condition.expression, {"failure", "cancelled"})) return std::nullopt;
  if (!is_known(*condition.expression, known)) return std::nullopt;
  return expr::evaluate(*condition.expression, known.scope).truthy();
}

}  // namespace runner
