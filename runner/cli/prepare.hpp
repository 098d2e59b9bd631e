// runner/cli/prepare.hpp -- a command line as an order, and what prepare() says of it told to a person.
#pragma once
#include <string>
#include <vector>

#include "runner/cli/cli.hpp"
#include "runner/cli/options.hpp"
#include "runner/plan/prepare.hpp"

namespace runner {

// `warnings`: of files that others can read. Throws UsageError.
RunOrder order_of(const RunOptions& run, const Tools& tools, std::vector<std::string>& warnings);
Machine machine_of(const Tools& tools, bool planned);

// `planned`: nothing is to run. Tells diagnostics on tools.err; from then on tools.masker knows all that is
// secret. Throws as prepare().
Prepared prepare_run(const RunOrder& order, bool planned, Tools& tools);

// Told on `err`; true when there was an error among them.
bool tell(const std::vector<Diagnostic>& diagnostics, const std::string& source, std::ostream& err);

}  // namespace runner
