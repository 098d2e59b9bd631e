#include "runner/plan/plan_notes.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "runner/plan/plan.hpp"

namespace runner {

void PlanNotes::problem(Pos pos, const char* rule, std::string message, Severity severity) {
  problems_.push_back({request_.call.workflow->path, pos, severity, rule, std::move(message)});
}

void PlanNotes::problems(std::vector<Diagnostic> more) {
  problems_.insert(problems_.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
}

void PlanNotes::will_read(const KnownScope& known, const std::string& environment,
                          std::initializer_list<const Template*> templates) {
  const auto secrets = request_.call.secrets.of(environment);
  for (const auto* node : templates) {
    for_each_expression(*node, [&](const Template& expression) { note(expression, known, secrets); });
  }
}

void PlanNotes::will_fail(Pos pos, const std::string& why) {
  if (told_.insert(pos).second)
    problem(pos, "expression", "this will fail in the run: " + why, Severity::warning);
}

void PlanNotes::note(const Template& node, const KnownScope& known, const NamedValues& secrets) {
  note_token(node);
  try {
    if (is_known(*node.expression, known)) expr::evaluate(*node.expression, known.scope);
  } catch (const expr::EvalError& error) {
    will_fail(node.pos, error.what());
  }
  const auto computable = [&](const expr::Ast& part) { return is_known(part, known); };
  for (const auto& name : expr::names_read(*node.expression, "secrets", known.scope, computable)) {
    if (equal_ignoring_case(name, "GITHUB_TOKEN")) continue;
    if (!secrets_.insert(name).second || secrets.contains(name)) continue;
    unset_.emplace_back(name, node.pos);
  }
}

void PlanNotes::note_token(const Template& node) {
  if (request_.token != kPlaceholderToken) return;
  const auto references = expr::references(*node.expression);
  const bool wanted = std::any_of(references.begin(), references.end(), [](const auto& reference) {
    return reference == "github.token" || reference == "secrets.github_token";
  });
  if (!wanted || !told_.insert(node.pos).second) return;
  problem(node.pos, "token",
          "this wants github.token and there is none: it gets a placeholder that no server takes "
          "(--token, or a secret GITHUB_TOKEN)",
          Severity::warning);
}

void PlanNotes::put_into(Plan& plan) {
  for (const auto& [name, pos] : unset_) {
    plan.unset_secrets.insert(name);
    problem(pos, "secrets",
            fmt::format("the secret {} is not set: it is read as an empty text (--secret {}=…, or a "
                        "line in .secrets)",
                        name, name),
            Severity::warning);
  }
  plan.secrets = std::move(secrets_);
  plan.problems = std::move(problems_);
  tidy(plan.problems);
  if (!request_.care.strict) return;
  for (auto& problem : plan.problems) problem.severity = Severity::error;
}

}  // namespace runner
