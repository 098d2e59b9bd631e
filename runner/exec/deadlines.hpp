// runner/exec/deadlines.hpp -- calls a function at a time: timeouts of steps and jobs, the end of a cancel's
// grace.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace runner {

inline constexpr double kMostMinutes = 1e7;  // of a timeout; with more there is none

class Deadlines {
 public:
  using Clock = std::chrono::steady_clock;
  // As long as it lives the call is due; afterwards it is not made any more (one in progress is waited for).
  class Handle {
   public:
    Handle() = default;
    Handle(Deadlines* owner, uint64_t id) : owner_(owner), id_(id) {}
    Handle(Handle&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)), id_(other.id_) {}
    Handle& operator=(Handle&& other) noexcept {
      reset();
      owner_ = std::exchange(other.owner_, nullptr), id_ = other.id_;
      return *this;
    }
    ~Handle() { reset(); }
    void reset();

   private:
    Deadlines* owner_ = nullptr;
    uint64_t id_ = 0;
  };

  // `call` must be quick and must not drop its own handle. It may make further deadlines.
  Handle at(Clock::time_point when, std::function<void()> call);
  // While the program is stopped (Ctrl-Z) no time passes: nothing becomes due from hold() to release(), and
  // all that is due later comes later by as much.
  void hold();
  void release();

 private:
  struct Entry {
    uint64_t id;
    std::function<void()> call;
  };
  void work(const std::stop_token& stop);
  void forget(uint64_t id);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::multimap<Clock::time_point, Entry> entries_;
  uint64_t next_id_ = 1, in_progress_ = 0;
  bool held_ = false;
  Clock::time_point held_since_;
  std::jthread thread_;  // started by the first deadline; last member: ends before the others
};

}  // namespace runner
