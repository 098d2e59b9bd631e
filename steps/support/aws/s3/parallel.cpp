#include "steps/support/aws/s3/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace runner::aws::s3 {

void in_parallel(size_t count, size_t width, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr first;
  const auto rounds = [&] {
    for (size_t round = next++; round < count; round = next++) {
      try {
        work(round);
      } catch (...) {
        next = count;
        const std::lock_guard lock(mutex);
        if (!first) first = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t thread = 1; thread < std::min(width, count); ++thread) threads.emplace_back(rounds);
    rounds();
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace runner::aws::s3
