// runner/plan/plan_inputs.hpp -- what a built-in action's effects() and problems() see of a step that has not
// run.
#pragma once
#include <string>

#include "runner/plan/known.hpp"
#include "steps/catalog.hpp"

namespace runner {

class PlanInputs : public StepInputs {
 public:
  // `with` are the given inputs as far as they are known. Keeps references to `request` and `known`.
  PlanInputs(const RunRequest& request, const BuiltinAction& action, const Uses& uses, NamedValues with,
             const KnownScope& known);
  std::string input(std::string_view name) const override;
  std::string raw_input(std::string_view name) const override;
  bool given(std::string_view name) const override { return with_.contains(name); }
  ActionVersion version() const override { return version_; }
  const Environment& env() const override { return env_; }
  const Repository& repository() const override { return request_.repository; }
  std::string context(std::string_view path) const override;
  const std::vector<std::string>& checkouts() const { return known_.checkouts; }
  std::string aws_profile(std::string_view role) const override { return aws_profile_for(request_, role); }

 private:
  const RunRequest& request_;
  ActionVersion version_;
  NamedValues with_;
  const KnownScope& known_;
  NamedValues fallbacks_;
  Environment env_;
};

}  // namespace runner
