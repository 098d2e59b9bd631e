#include "steps/clients/aws/s3/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace runner::aws::s3 {

namespace {

class Team {
 public:
  Team(size_t count, const std::function<size_t()>& width, const std::function<void(size_t)>& work)
      : count_(count), width_(width), work_(work) {}

  void run() {
    rounds();
    while (auto thread = take_one()) thread->join();
    if (first_) std::rethrow_exception(first_);
  }

 private:
  void rounds() {
    for (size_t round = next_++; round < count_; round = next_++) {
      grow();
      try {
        work_(round);
      } catch (...) {
        next_ = count_;
        const std::lock_guard lock(mutex_);
        if (!first_) first_ = std::current_exception();
      }
    }
  }

  // Each thread begins one more as long as that is allowed and there is work for it.
  void grow() {
    const auto allowed = std::min(width_(), count_);
    const std::lock_guard lock(mutex_);
    if (begun_ >= allowed || next_ >= count_) return;
    ++begun_;
    threads_.emplace_back([this] { rounds(); });
  }

  std::optional<std::thread> take_one() {
    const std::lock_guard lock(mutex_);
    if (threads_.empty()) return std::nullopt;
    auto thread = std::move(threads_.back());
    threads_.pop_back();
    return thread;
  }

  const size_t count_;
  const std::function<size_t()>& width_;
  const std::function<void(size_t)>& work_;
  std::atomic<size_t> next_ = 0;
  std::mutex mutex_;
  size_t begun_ = 1;  // the caller's own
  std::vector<std::thread> threads_;
  std::exception_ptr first_;
};

}  // namespace

void in_parallel(size_t count, size_t width, const std::function<void(size_t)>& work) {
  in_parallel(
      count, [width] { return width; }, work);
}

void in_parallel(size_t count, const std::function<size_t()>& width,
                 const std::function<void(size_t)>& work) {
  Team(count, width, work).run();
}

}  // namespace runner::aws::s3
