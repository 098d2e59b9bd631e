#include "runner/exec/step_stop.hpp"

namespace runner {

StepStop::StepStop(StepStop& outer) : outer_(&outer) {
  const std::lock_guard lock(outer.mutex_);
  cancelled_ = outer.cancelled_;
  now_ = outer.source_.stop_requested();
  outer.inner_ = this;
}

StepStop::~StepStop() {
  if (outer_ == nullptr) return;
  const std::lock_guard lock(outer_->mutex_);
  outer_->inner_ = nullptr;
}

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

bool StepStop::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

std::string StepStop::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

void StepStop::cancel(const std::string& why) {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  if (why_.empty()) why_ = why;
  if (!running_) return;
  if (!survives_cancel_) return stop(Reason::cancelled);
  if (inner_ != nullptr) inner_->cancel(why);
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
  if (inner_ != nullptr) inner_->stop_now();
}

}  // namespace runner
