// runner/exec/step_stop.hpp -- what makes the running step of a job end before its time: the job is
// cancelled, the step's own timeout, or a second Ctrl-C. Shared between the job's thread and those that
// cancel.
#pragma once
#include <mutex>
#include <stop_token>
#include <string>

namespace runner {

class StepStop {
 public:
  enum class Reason { none, cancelled, timed_out };
  StepStop() = default;
  // For the steps inside of the step that `outer` watches, made once that has begun: what ends that one ends
  // them all; a cancel that it survives asks each of them. One at a time.
  explicit StepStop(StepStop& outer);
  ~StepStop();
  StepStop(const StepStop&) = delete;
  StepStop& operator=(const StepStop&) = delete;

  // A step begins. `survives_cancel`: its `if` holds in a cancelled job too, so that only the user's second
  // word or its timeout ends it.
  std::stop_token begin(bool survives_cancel);
  void end();
  Reason reason() const;
  bool cancelled() const;   // the job is
  std::string why() const;  // in words, when the cancel came with some

  void cancel(const std::string& why = "");
  void time_out();
  void stop_now();  // also every step that begins from now on

 private:
  void stop(Reason why);
  StepStop* outer_ = nullptr;
  mutable std::mutex mutex_;  // of the rest; an inner one's is taken under its outer one's
  StepStop* inner_ = nullptr;
  std::stop_source source_;
  bool running_ = false, survives_cancel_ = false, cancelled_ = false, now_ = false;
  Reason reason_ = Reason::none;
  std::string why_;
};

}  // namespace runner
