// steps/action_ref.hpp -- is there such a version of a built-in action, and has it such inputs? GitHub looks
// the ref up and fails the job where it is not; here it would go unnoticed.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "parser/model/action_spec.hpp"
#include "parser/model/workflow.hpp"

namespace runner {

struct RefRemark {
  bool exists = true;   // as far as is known here
  std::string message;  // names the nearest right ref where it does not
};

// Nothing where the ref is all right. Branches and full commit ids are taken as they are.
std::optional<RefRemark> ref_remark(const ActionSpec& spec, const Uses& uses);

// Inputs that the action has not: GitHub tells of them when the step runs, and goes on without them.
struct UnknownInput {
  Pos pos;
  std::string message;
};
std::vector<UnknownInput> unknown_inputs(const ActionSpec& spec, const Uses& uses, const Template& with);

}  // namespace runner
