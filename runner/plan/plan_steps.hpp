// runner/plan/plan_steps.hpp -- the steps of one leg of a job, as far as they are known before the run.
#pragma once
#include <vector>

#include "runner/plan/known_actions.hpp"
#include "runner/plan/plan.hpp"
#include "runner/plan/plan_notes.hpp"

namespace runner {

// `known` has the contexts of the job. `targets` may be null: nothing outside is read then.
std::vector<PlannedStep> plan_steps(const RunRequest& request, const PlannedJob& job, KnownScope known,
                                    PlanNotes& notes, PlanTargets* targets, const KnownActions& actions);

// The members of an env block on top of what is known already.
void add_known_env(KnownScope& known, const Template& env);

}  // namespace runner
