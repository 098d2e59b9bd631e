// runner/contexts/step_frame.hpp -- what steps that follow each other share: those of a job, or those inside
// of an action that is one step of a job. Frames nest as such actions do.
#pragma once
#include <string>
#include <vector>

#include "runner/contexts/objects.hpp"

namespace runner {

struct StepInfo;

struct StepFrame {
  expr::Value inputs{};               // the `inputs` context
  Outcome status = Outcome::success;  // of these steps so far; in a job's own frame it is job.status
  std::vector<StepRecord> steps{};    // the `steps` context
  // Null, and empty, in a job's own frame.
  const StepFrame* outer = nullptr;
  const StepInfo* step = nullptr;  // the step that these are inside: what they log is its log
  std::string key{};               // "3.": names of files begin with it
  std::string action_path{};       // github.action_path
};

}  // namespace runner
