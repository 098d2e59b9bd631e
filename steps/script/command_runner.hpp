// steps/script/command_runner.hpp -- carries the workflow commands of one step out (execution.md 5.2). Used by
// StepOutput alone, which finds the lines; knows nothing of streams and pieces.
#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "steps/script/command.hpp"
#include "steps/script/output.hpp"

namespace runner {

class CommandRunner {
 public:
  // `clean` masks what is printed.
  CommandRunner(CommandEffects& effects, OutputOptions options,
                std::function<std::string(std::string_view)> clean);
  // The text to print in the line's place, not yet masked; nothing when the line was a command and is
  // consumed.
  std::optional<std::string> handle(std::string_view line);
  bool failed() const { return failed_; }

 private:
  struct Handler;
  static const Handler& handler_of(CommandKind kind);
  void carry_out(const WorkflowCommand& command, std::string_view line);
  void print(std::string_view tag, std::string_view text);
  void report(Annotation annotation);
  void report(AnnotationLevel level, std::string_view message);
  void deprecated(const WorkflowCommand& command, std::string_view file);
  void require_unsecure_commands(const WorkflowCommand& command, std::string_view file) const;

  void add_mask(const WorkflowCommand& command);
  void add_path(const WorkflowCommand& command);
  void annotate(const WorkflowCommand& command);
  void debug(const WorkflowCommand& command);
  void echo(const WorkflowCommand& command);
  void end_group(const WorkflowCommand& command);
  void group(const WorkflowCommand& command);
  void matcher(const WorkflowCommand& command);
  void resume(const WorkflowCommand& command);
  void save_state(const WorkflowCommand& command);
  void set_env(const WorkflowCommand& command);
  void set_output(const WorkflowCommand& command);
  void stop_commands(const WorkflowCommand& command);

  CommandEffects& effects_;
  const OutputOptions options_;
  const std::function<std::string(std::string_view)> clean_;
  std::string stop_token_;  // not empty: nothing is a command until this one comes
  bool echo_ = false, failed_ = false;
  std::set<std::string> warned_;  // commands whose deprecation was told
};

}  // namespace runner
