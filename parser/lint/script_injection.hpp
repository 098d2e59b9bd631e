// parser/lint/script_injection.hpp -- texts of strangers that are put into a script before a shell reads it:
// the message of a commit, the title of a pull request, the name of its branch.
#pragma once
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "parser/model/workflow.hpp"

namespace runner {

// A warning each, with the way to hand the text over as a variable. Rule "script-injection".
std::vector<Diagnostic> script_injections(const Workflow& workflow);

}  // namespace runner
