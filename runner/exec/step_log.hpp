// runner/exec/step_log.hpp -- the words around a step: its name, the lines its log opens with
// (execution.md 1.5).
#pragma once
#include <string>
#include <string_view>

#include "parser/model/workflow.hpp"
#include "runner/order/request.hpp"

namespace runner {

// `env` for a log: what a file gave and no one has changed since is named with that file, not with its value.
Environment shown_env(const RunRequest& request, const Environment& env);
// "run: systemctl restart app", "uses: a/b@v1".
std::string step_text(const Step& step);
std::string plain_step_name(const Step& step);  // as long as its expressions are not evaluated
std::string script_preamble(std::string_view script, std::string_view shell, const Environment& env);
std::string action_preamble(const Step& step, const NamedValues& with, const Environment& env);

}  // namespace runner
