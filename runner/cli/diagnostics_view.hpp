// runner/cli/diagnostics_view.hpp -- diagnostics in the forms that machines read. For people: render().
#pragma once
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "parser/base/diagnostic.hpp"

namespace runner {

// [{"file","line","column","message","rule","severity"}]
nlohmann::ordered_json problems_json(const std::vector<Diagnostic>& diagnostics);
// {"errors":[{"file","line","column","message","rule","severity"}]}, one line.
std::string diagnostics_json(const std::vector<Diagnostic>& diagnostics);
// SARIF 2.1.0, as code scanning takes it.
std::string diagnostics_sarif(const std::vector<Diagnostic>& diagnostics, const std::string& version);
// Workflow commands that GitHub Actions shows as annotations, one a line.
std::string diagnostics_github(const std::vector<Diagnostic>& diagnostics);

}  // namespace runner
