// runner/exec/step_effects.hpp -- what a step leaves behind while it runs, whoever it comes from: a
// ::command:: of a process or a call of a built-in action.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runner/exec/job_state.hpp"
#include "steps/script/output.hpp"

namespace runner {

class StepEffects : public CommandEffects {
 public:
  StepEffects(JobState& job, const StepInfo& info) : job_(job), info_(info) {}

  void set_output(std::string_view name, std::string value) override;
  void save_state(std::string_view name, std::string value) override;
  void set_env(std::string_view name, std::string value) override;
  void add_path(std::string_view folder) override;
  void add_mask(std::string_view secret) override;
  void annotate(Annotation annotation) override;
  void log(std::string_view masked_lines) override;
  void unfinished(std::string_view text) override;

  void log_text(std::string_view text);  // masks, and completes the last line
  void tell(Annotation annotation);      // and its log lines, ##[error] in front of each
  void error(std::string_view message);
  void warning(std::string_view message);
  const StepInfo& info() const { return info_; }

  std::vector<std::pair<std::string, std::string>> outputs;
  std::map<std::string, std::string> states;  // of this step, from run to post

 private:
  JobState& job_;
  const StepInfo& info_;
  std::mutex mutex_;  // of what follows and the public members
  LineEdge edge_;     // for Masker::mask_view: texts follow each other as one stream
};

}  // namespace runner
