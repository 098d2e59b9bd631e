// runner/contexts/objects.hpp -- the contexts that are objects of texts (execution.md 2).
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "parser/expr/value.hpp"
#include "runner/order/values.hpp"
#include "steps/step.hpp"

namespace runner {

using Outputs = std::vector<std::pair<std::string, std::string>>;

struct StepRecord {  // a member of the `steps` context
  std::string id;
  Outputs outputs;
  Outcome outcome = Outcome::success, conclusion = Outcome::success;
};

struct NeedRecord {  // a member of the `needs` context
  std::string id;
  Outcome result = Outcome::success;
  Outputs outputs;
};

expr::Value text_object(const NamedValues& values);
expr::Value text_object(const Outputs& values);
expr::Value env_object(const Environment& env);  // the only one whose names have a case
expr::Value steps_object(const std::vector<StepRecord>& steps);
expr::Value needs_object(const std::vector<NeedRecord>& needs);

}  // namespace runner
