// runner/plan/plan_targets.hpp -- `plan --targets`: a step sees its targets, to read them; what it would
// leave for later steps of its job is kept with what is known there.
#pragma once
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "runner/plan/plan_inputs.hpp"
#include "steps/script/masker.hpp"

namespace runner {

class Guard;

// What of the world a plan may read. Holds a private folder for as long as it lives.
class PlanTargets {
 public:
  PlanTargets(Http& plan_http, Masker& plan_masker, std::stop_token stop_of_plan, const Guard* guard)
      : http(plan_http), masker(plan_masker), stop(std::move(stop_of_plan)), guard_(guard) {}
  ~PlanTargets();
  PlanTargets(const PlanTargets&) = delete;
  PlanTargets& operator=(const PlanTargets&) = delete;

  Http& http;
  Masker& masker;
  std::stop_token stop;
  const std::filesystem::path& temp();  // made at first use
  // What a job has after these checkouts ("" or a folder below the workspace): the files of the commit, with
  // --dirty those of the work tree. What lies in the work tree beside them is not there in the run either.
  const std::filesystem::path& workspace(const RunRequest& request,
                                         const std::vector<std::string>& checkouts);

 private:
  const Guard* guard_;
  std::filesystem::path temp_;
  std::map<std::vector<std::string>, std::filesystem::path> workspaces_;
};

// What a step left, as far as it is known: env by name, outputs.
struct LeftByStep {
  Environment env, outputs;
  void add_to(KnownScope& known, const std::string& step_id) const;
};

// Its lines, or what could not be read and why; `otherwise` are the effects that need no target.
std::vector<std::string> differences_of(const RunRequest& request, const BuiltinAction& action,
                                        const PlanInputs& inputs, PlanTargets& targets,
                                        std::vector<std::string> otherwise, LeftByStep& left);

// What a process of the job would find, but for PATH additions: the job's HOME is not the user's.
Environment planned_environment(const RunRequest& request, const KnownScope& known, PlanTargets& targets);

}  // namespace runner
