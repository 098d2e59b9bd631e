// runner/cli/plan_view.hpp -- a plan as people read it (ui.md section 2) and as JSON (cli.md). Decides nothing: all it
// shows is in the plan. Everything goes through the masker.
#pragma once
#include <iosfwd>

#include "parser/filter.hpp"
#include "runner/exec/request.hpp"
#include "runner/plan/plan.hpp"
#include "runner/report/reporter.hpp"
#include "steps/run/masker.hpp"

namespace runner {

// `verdict`: would the event start this workflow by itself?
void write_plan_text(const Plan& plan, const RunRequest& request, const Verdict& verdict, const TextStyle& style,
                     const Masker& masker, std::ostream& out);
void write_plan_json(const Plan& plan, const RunRequest& request, const Verdict& verdict, const Masker& masker,
                     std::ostream& out);

}  // namespace runner
