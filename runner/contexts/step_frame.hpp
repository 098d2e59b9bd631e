// runner/contexts/step_frame.hpp -- what steps that follow each other share: those of a job, or those inside
// of an action that is one step of a job. Frames nest as such actions do.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "runner/contexts/objects.hpp"

namespace runner {

struct StepInfo;

struct StepFrame : std::enable_shared_from_this<StepFrame> {
  expr::Value inputs{};               // the `inputs` context
  Outcome status = Outcome::success;  // of these steps so far; in a job's own frame it is job.status
  std::vector<StepRecord> steps{};    // the `steps` context
  std::string failure{};              // why `status` is failure
  // Null, and empty, in a job's own frame.
  const StepFrame* outer = nullptr;
  std::shared_ptr<const void> kept[2]{};  // the outer one, and what the steps are read from
  // The step that these are inside, while it runs: what they log is its log.
  const StepInfo* step = nullptr;
  std::string key{};          // "3.": names of files begin with it
  std::string action_path{};  // github.action_path
  std::string action_id{};    // github.action: the outermost step's
  std::string file{};         // the action.yml, for messages
  Environment env{};          // the `env:` of the steps around these, the outer one's first
};

}  // namespace runner
