// steps/script/output.hpp -- what a process prints: split into lines, ::commands:: carried out, the rest
// masked and handed on in large pieces (execution.md 5 and 6). One object a step; not thread-safe.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "steps/script/masker.hpp"
#include "steps/step.hpp"
#include "steps/system/process.hpp"

namespace runner {

// What commands do to the job. Implemented by runner/exec. Values are not masked, but for annotations.
class CommandEffects {
 public:
  virtual ~CommandEffects() = default;
  virtual void set_output(std::string_view name, std::string value) = 0;
  virtual void save_state(std::string_view name, std::string value) = 0;
  virtual void set_env(std::string_view name,
                       std::string value) = 0;         // only when unsecure commands are allowed
  virtual void add_path(std::string_view folder) = 0;  // the same
  virtual void add_mask(std::string_view secret) = 0;
  virtual void annotate(Annotation annotation) = 0;
  // Masked, valid UTF-8, whole lines, each ended by '\n' (no CR); often many at once. A line over 1 MiB comes
  // in pieces, as lines of their own.
  virtual void log(std::string_view lines) = 0;
  // What is known of a line that is not at its end, for somebody who watches; empty: it is over. Masked, and
  // without what may be the beginning of a secret.
  virtual void unfinished(std::string_view text) = 0;
};

struct OutputOptions {
  bool debug = false;                    // ::debug:: shown, echo on
  bool allow_unsecure_commands = false;  // ACTIONS_ALLOW_UNSECURE_COMMANDS
  bool allow_unsecure_stop_tokens = false;
  std::string workspace;  // annotations' files are made relative to it
};

class StepOutput {
 public:
  StepOutput(const Masker& masker, CommandEffects& effects, OutputOptions options);
  ~StepOutput();
  void feed(Stream stream, std::string_view piece);  // an empty piece: nothing came for a moment
  void finish();                                     // a last line without its end counts
  // A command could not be carried out: the step fails although its process may have ended well.
  bool failed() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace runner
