// steps/support/aws/s3/throttle.hpp -- how many requests go at once, how much is in memory, how often is
// tried again: what all threads of a transfer share.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace runner::aws::s3 {

// As many as allowed; half of them when the service says "slow down", one more after each round without it.
class Throttle {
 public:
  explicit Throttle(size_t most) : most_(most), limit_(most) {}

  class Turn {
   public:
    explicit Turn(Throttle& throttle) : throttle_(throttle) { throttle_.enter(); }
    ~Turn() { throttle_.leave(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Throttle& throttle_;
  };

  void slow_down();
  void went_well();
  size_t limit() const;

 private:
  void enter();
  void leave();

  mutable std::mutex mutex_;
  std::condition_variable free_;
  const size_t most_;
  size_t limit_, under_way_ = 0, well_ = 0, late_ = 0;
};

// Bytes of bodies held at once. One that is larger than all of it waits until it is alone.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t most) : most_(most) {}

  class Share {
   public:
    Share(MemoryBudget& budget, uint64_t size) : budget_(budget), size_(size) { budget_.take(size_); }
    ~Share() { budget_.give_back(size_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

   private:
    MemoryBudget& budget_;
    const uint64_t size_;
  };

 private:
  void take(uint64_t size);
  void give_back(uint64_t size);

  std::mutex mutex_;
  std::condition_variable freed_;
  const uint64_t most_;
  uint64_t taken_ = 0;
};

// So that a service which is down is not asked three times for each of a thousand files (aws.md 2.6).
class RetryQuota {
 public:
  bool take(int tokens);
  void give_back(int tokens);

 private:
  static constexpr int kMost = 500;
  std::mutex mutex_;
  int tokens_ = kMost;
};

}  // namespace runner::aws::s3
