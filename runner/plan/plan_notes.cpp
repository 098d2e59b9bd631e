#include "runner/plan/plan_notes.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"

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
  const auto& values = given(environment);
  for (const auto* node : templates) {
    for_each_expression(*node, [&](const Template& expression) { note(expression, known, values); });
  }
}

const PlanNotes::Given& PlanNotes::given(const std::string& environment) {
  const auto at = given_.find(environment);
  if (at != given_.end()) return at->second;
  return given_[environment] = {request_.call.secrets.of(environment),
                                request_.call.variables.of(environment)};
}

bool PlanNotes::needs(const KnownScope& known, const std::string& environment,
                      std::initializer_list<const Template*> templates, const std::string& by) {
  will_read(known, environment, templates);
  bool found = false;
  const auto mark = [&](Values& values, const NamedValues& given, const Template& expression) {
    for (const auto& name : names_in(values, expr::Reads::values, expression, known)) {
      for (auto& unset : values.unset) {
        if (!equal_ignoring_case(unset.name, name) || given.contains(name)) continue;
        if (unset.needed.empty()) unset.needed = by;
        found = true;
      }
    }
  };
  const auto& [secrets, variables] = given(environment);
  for (const auto* node : templates) {
    for_each_expression(*node, [&, &own = secrets, &vars = variables](const Template& expression) {
      mark(secrets_, own, expression);
      mark(variables_, vars, expression);
    });
  }
  return found;
}

void PlanNotes::needs_in(std::string_view text, const std::string& by) {
  if (!expr::has_expression(text)) return;
  const auto lower_text = lower(text);
  for (auto* values : {&secrets_, &variables_}) {
    for (auto& unset : values->unset) {
      const auto reference = fmt::format("{}.{} }}}}", values->context, lower(unset.name));
      if (unset.needed.empty() && lower_text.find(reference) != std::string::npos) unset.needed = by;
    }
  }
}

void PlanNotes::will_fail(Pos pos, const std::string& why) {
  if (told_.insert(pos).second)
    problem(pos, "expression", "this will fail in the run: " + why, Severity::warning);
}

void PlanNotes::note(const Template& node, const KnownScope& known, const Given& given) {
  note_token(node);
  try {
    if (is_known(*node.expression, known)) expr::evaluate(*node.expression, known.scope);
  } catch (const expr::EvalError& error) {
    will_fail(node.pos, error.what());
  }
  note_values(secrets_, given.secrets, node, known);
  note_values(variables_, given.variables, node, known);
}

std::vector<std::string> PlanNotes::names_in(const Values& values, expr::Reads reads, const Template& node,
                                             const KnownScope& known) {
  const auto computable = [&](const expr::Ast& part) { return is_known(part, known); };
  auto names = expr::names_read(*node.expression, values.context, known.scope, reads, computable);
  std::erase_if(names, [](const auto& name) { return equal_ignoring_case(name, "GITHUB_TOKEN"); });
  return names;
}

void PlanNotes::note_values(Values& values, const NamedValues& given, const Template& node,
                            const KnownScope& known) {
  for (auto& name : names_in(values, expr::Reads::all, node, known)) {
    if (given.contains(name)) values.read.insert(std::move(name));
  }
  for (auto& name : names_in(values, expr::Reads::values, node, known)) {
    values.read.insert(name);
    const auto same = [&](const auto& unset) { return equal_ignoring_case(unset.name, name); };
    if (given.contains(name) || std::any_of(values.unset.begin(), values.unset.end(), same)) continue;
    values.unset.push_back({std::move(name), node.pos, {}});
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
  const auto tell = [&](const std::vector<UnsetValue>& values, const char* rule, const char* noun,
                        const char* remedy) {
    for (const auto& [name, pos, needed] : values) {
      const auto effect = needed.empty() ? "it is read as an empty text" : "needed for " + needed;
      problem(pos, rule,
              fmt::format("the {} {} is not set: {} ({})", noun, name, effect,
                          fmt::format(fmt::runtime(remedy), name)),
              needed.empty() ? Severity::warning : Severity::error);
    }
  };
  tell(secrets_.unset, "secrets", "secret", "--secret {}=…, or a line in .secrets");
  tell(variables_.unset, "vars", "variable", "--var {}=…, or a line in .vars");
  plan.secrets = std::move(secrets_.read), plan.unset_secrets = std::move(secrets_.unset);
  plan.variables = std::move(variables_.read), plan.unset_variables = std::move(variables_.unset);
  plan.problems = std::move(problems_);
  tidy(plan.problems);
  if (!request_.care.strict) return;
  for (auto& problem : plan.problems) problem.severity = Severity::error;
}

}  // namespace runner
