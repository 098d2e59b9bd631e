// runner/cli/plan_view.hpp -- a plan for people (ui.md section 2) and as JSON (cli.md, "Machine-readable
// output").
#pragma once
#include <iosfwd>

#include "parser/filter.hpp"
#include "runner/cli/options.hpp"
#include "runner/cli/values.hpp"
#include "runner/plan/plan.hpp"
#include "runner/report/reporter.hpp"
#include "steps/script/masker.hpp"

namespace runner {

// Where what the plan stands on comes from.
struct PlanSources {
  std::vector<ValueSource> values;
  std::vector<DefaultLine> defaults;
  Uncommitted uncommitted;
};

void write_plan_text(const Plan& plan, const Verdict& verdict, const RunRequest& request,
                     const PlanSources& sources, const Masker& masker, const TextStyle& style,
                     std::ostream& out);
void write_plan_json(const Plan& plan, const Verdict& verdict, const RunRequest& request,
                     const PlanSources& sources, const Masker& masker, std::ostream& out);

}  // namespace runner
