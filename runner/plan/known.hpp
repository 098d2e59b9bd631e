// runner/plan/known.hpp -- evaluates what is known before a run, and leaves the rest as it is written.
#pragma once
#include <optional>
#include <string>

#include "runner/order/legs.hpp"

namespace runner {

// What a step's expressions see in a plan.
struct KnownScope {
  expr::Scope scope;
  Environment env;  // what workflow, job and step set; other names may come from earlier steps
  std::map<std::string, Environment, IgnoringCase>
      outputs{};                         // by step: what is known of them, in a plan of targets
  std::vector<std::string> checkouts{};  // of the run's commit, so far: "", or a folder below the workspace
  Environment unset_env{};  // as written, where a value of `env` is empty for want of a secret or variable
};

// What becomes of an expression that gives nothing for want of a secret or variable.
enum class Unset { empty, as_written };  // as a run has it; for people

bool reads_given_values(const Template& node);  // secrets, vars
bool is_known(const expr::Ast& expression, const KnownScope& known);
// Each ${{ }} whose value is known is replaced, the others stay as they are written.
std::string known_text(const Template& text, const KnownScope& known, Unset unset = Unset::empty);
// The members of a mapping such as `with:` or `env:`; one unknown expression in its place gives none.
StringPairs known_map(const Template& mapping, const KnownScope& known, Unset unset = Unset::empty);
// Nothing when it depends on what only a run can know. Throws EvalError.
std::optional<bool> known_condition(const Condition& condition, const KnownScope& known);

}  // namespace runner
