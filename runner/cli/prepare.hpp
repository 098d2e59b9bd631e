// runner/cli/prepare.hpp -- from a command line to a run that could begin: repository, workflow, event,
// values, plan.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "parser/filter.hpp"
#include "runner/cli/cli.hpp"
#include "runner/cli/options.hpp"
#include "runner/plan/plan.hpp"

namespace runner {

struct Prepared {
  RunRequest request;
  Plan plan;
  Verdict verdict;  // do the event's filters let it run?
  std::vector<std::string> warnings, notes;
  std::vector<std::string> unmasked;  // warnings of secrets that are not masked, or not in every form
};

// Tells diagnostics on tools.err; from then on tools.masker knows all that is secret. Throws UsageError for
// what must stop a run before it begins.
Prepared prepare_run(const CommandLine& line, Tools& tools);

// Repository, token and the other errors of a workflow that was read: told on `err`; true when there was one.
bool tell(const std::vector<Diagnostic>& diagnostics, const std::string& source, std::ostream& err);

}  // namespace runner
