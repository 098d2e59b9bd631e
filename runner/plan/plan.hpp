// runner/plan/plan.hpp -- everything that can be decided before the first step: which jobs and steps would
// run, with what effects, and every reason not to begin. Reads nothing outside unless it is handed targets.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "runner/order/legs.hpp"
#include "steps/catalog.hpp"
#include "steps/requirement.hpp"

namespace runner {

class PlanTargets;

enum class Planned { will_run, skipped, unknown };
std::string_view to_string(Planned planned);

struct PlannedStep {
  const Step* step = nullptr;
  int number = 0;
  std::string name,
      kind;  // run, builtin, composite, javascript, docker; local: an action that is not there yet
  Planned status = Planned::will_run;
  std::vector<std::string> effects;  // of a script: its lines, then what its `aws` commands change
  size_t script_lines = 0;           // how many of them, from the first
  std::vector<Requirement> requirements{};
};

struct PlannedJob {
  JobOrder order;
  Planned status = Planned::will_run;
  bool matrix_unknown = false;  // one entry stands for legs that a needed job decides
  std::vector<std::string> runs_on;
  std::string environment;
  bool checks_out = true;  // else its workspace begins empty and stays without the repository
  std::vector<PlannedStep> steps;
};

// Kinds of problems that are shown in a place of their own.
bool is_unset_value(const Diagnostic& problem);    // UnsetValue
bool is_unread_target(const Diagnostic& problem);  // it stands beside its step

// A secret or variable that is read and has no value.
struct UnsetValue {
  std::string name;
  Pos pos;  // where it is read first
  std::string
      needed;  // "the input host of owner/action": nothing can run without it; empty: an empty text will do
};

struct Plan {
  std::vector<PlannedJob> jobs;
  std::vector<Diagnostic> problems;                        // an error among them: the run is refused, exit 2
  std::set<std::string, IgnoringCase> secrets, variables;  // read by the jobs planned
  std::vector<UnsetValue> unset_secrets, unset_variables;  // of them; each has its problem too
  size_t errors() const;
  bool refused() const { return errors() > 0; }
  size_t unread_targets() const;
};

// With `targets` each step tells what it would change there. Throws TemplateError where a known value cannot
// be evaluated.
Plan make_plan(const RunRequest& request, PlanTargets* targets = nullptr);

}  // namespace runner
