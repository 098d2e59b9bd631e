#include "runner/exec/step_stop.hpp"

namespace runner {

std::stop_token StepStop::begin(bool survives_cancel) {
  const std::lock_guard lock(mutex_);
  source_ = std::stop_source();
  running_ = true, survives_cancel_ = survives_cancel;
  reason_ = Reason::none;
  if (now_ || (cancelled_ && !survives_cancel)) stop(Reason::cancelled);
  return source_.get_token();
}

void StepStop::end() {
  const std::lock_guard lock(mutex_);
  running_ = false;
}

StepStop::Reason StepStop::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

std::string StepStop::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

void StepStop::cancel(const std::string& why) {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  if (why_.empty()) why_ = why;
  if (running_ && !survives_cancel_) stop(Reason::cancelled);
}

void StepStop::time_out() {
  const std::lock_guard lock(mutex_);
  if (running_) stop(Reason::timed_out);
}

void StepStop::stop_now() {
  const std::lock_guard lock(mutex_);
  now_ = true;
  if (running_) stop(Reason::cancelled);
}

void StepStop::stop(Reason why) {  // the first reason stays
  if (reason_ == Reason::none) reason_ = why;
  source_.request_stop();
}

}  // namespace runner
