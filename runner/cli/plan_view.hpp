// runner/cli/plan_view.hpp -- a plan for people (ui.md section 2) and as JSON (cli.md, "Machine-readable
// output").
#pragma once
#include <iosfwd>

#include "parser/filter.hpp"
#include "runner/plan/plan.hpp"
#include "runner/report/reporter.hpp"
#include "steps/script/masker.hpp"

namespace runner {

void write_plan_text(const Plan& plan, const Verdict& verdict, const RunRequest& request,
                     const Masker& masker, const TextStyle& style, std::ostream& out);
void write_plan_json(const Plan& plan, const Verdict& verdict, const RunRequest& request,
                     const Masker& masker, std::ostream& out);

}  // namespace runner
