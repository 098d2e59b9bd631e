// runner/exec/pause.hpp -- Ctrl-Z: the program is stopped by its shell, and goes on with `fg`. What steps
// have started is stopped with it, the live display leaves a clean line, and no timeout counts the time.
#pragma once
#include <functional>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include "runner/exec/services.hpp"

namespace runner {

// Between those that take the signal and the run that there may be.
class Pauses {
 public:
  // Between `before` and `after` the program is stopped. One at a time; both empty: none.
  void watch(std::function<void()> before, std::function<void()> after) {
    const std::lock_guard lock(mutex_);
    before_ = std::move(before), after_ = std::move(after);
  }
  void around(const std::function<void()>& stop) {
    const std::lock_guard lock(mutex_);
    if (before_) before_();
    stop();
    if (after_) after_();
  }

 private:
  std::mutex mutex_;
  std::function<void()> before_, after_;
};

// As long as it lives, a pause is one of the run's.
class RunPause {
 public:
  RunPause(Pauses* pauses, const RunServices& services);
  ~RunPause();
  RunPause(const RunPause&) = delete;
  RunPause& operator=(const RunPause&) = delete;

 private:
  void stop_steps();
  void tell(Turn turn, const char* text);
  Pauses* pauses_;
  const RunServices& services_;
  std::vector<int> stopped_;
  std::future<void> told_;  // last: what it waits for is there
};

}  // namespace runner
