// runner/cli/prepare.hpp -- a command line as an order, and what prepare() says of it told to a person.
#pragma once
#include <string>
#include <vector>

#include "runner/cli/cli.hpp"
#include "runner/cli/options.hpp"
#include "runner/cli/values.hpp"
#include "runner/plan/prepare.hpp"

namespace runner {

// Where the values of an order come from, to be told.
struct Origins {
  std::vector<ValueSource> files;
  std::vector<std::string> warnings;  // files that others can read
};

// Throws UsageError.
RunOrder order_of(const RunOptions& run, const Tools& tools, Origins& origins);
Machine machine_of(const Tools& tools, bool planned);

// `planned`: nothing is to run. Tells diagnostics on tools.err; from then on tools.masker knows all that is
// secret. Throws as prepare().
Prepared prepare_run(const RunOrder& order, bool planned, Tools& tools);

// What speaks against the plan; values that are not set in one list.
void tell_problems(const Prepared& prepared, const TextStyle& style, std::ostream& err);

// In all that is shown from now on a secret of the order has its name instead of ***.
void call_secrets_by_name(const RunRequest& request, Masker& masker);

// Told on `err`; true when there was an error among them.
bool tell(const std::vector<Diagnostic>& diagnostics, const std::string& source, std::ostream& err);

}  // namespace runner
