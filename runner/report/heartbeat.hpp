// runner/report/heartbeat.hpp -- calls a function again and again from a thread of its own, until stopped.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace runner {

class Heartbeat {
 public:
  Heartbeat() = default;
  ~Heartbeat() { stop(); }
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

  // `beat` must not call stop(). A zero interval: never.
  void start(std::chrono::milliseconds interval, std::function<void()> beat) {
    if (interval.count() == 0 || thread_.joinable()) return;
    thread_ = std::jthread([this, interval, beat = std::move(beat)](const std::stop_token& stop) {
      std::unique_lock lock(mutex_);
      while (!wake_.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); })) {
        if (stop.stop_requested()) return;
        lock.unlock();
        beat();
        lock.lock();
      }
    });
  }
  void stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace runner
