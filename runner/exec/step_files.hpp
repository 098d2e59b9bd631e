// runner/exec/step_files.hpp -- the files in which a step leaves environment, outputs, paths, state and a
// summary (execution.md 4): made before it, read after it.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "runner/exec/step_effects.hpp"
#include "steps/script/command_files.hpp"

namespace runner {

class StepFiles {
 public:
  // `key` tells the step from all others of its job: "3", "3.1".
  StepFiles(const JobState& job, StepEffects& effects, std::string key)
      : job_(job), effects_(effects), key_(std::move(key)) {}

  // Throws Error. The folder too: an earlier step may have emptied RUNNER_TEMP.
  void make();
  void add_members(expr::Value::Object& github) const;  // env, output, path, state, step_summary
  void add_variables(Environment& variables) const;     // GITHUB_ENV and its sisters
  // Always, also after a failure. False, and told: one of them was faulty.
  bool take();

 private:
  struct Member {
    const char* name;
    std::filesystem::path CommandFiles::*file;
  };
  static const Member kMembers[5];
  using Take = std::function<void(std::string, std::string)>;
  bool take_pairs(const std::string& command, const std::filesystem::path& file, const Take& take);
  void take_summary();
  bool look_at_sent();
  std::filesystem::path sent() const;  // where `aws` lists the files it sends to S3

  const JobState& job_;
  StepEffects& effects_;
  std::string key_;
  std::optional<CommandFiles> files_;  // none: they could not be made
};

}  // namespace runner
