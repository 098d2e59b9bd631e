// steps/clients/aws/s3/throttle.hpp -- how many requests go at once and how much is in memory: what all
// threads of a transfer share.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace runner::aws::s3 {

// As many as help: more when answers take long, which is when others can be under way meanwhile; half of them
// when the service says "slow down", and then one more after each round without it.
class Throttle {
 public:
  explicit Throttle(size_t most);

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
  void went_well(std::chrono::milliseconds took);
  size_t limit() const;

 private:
  void enter();
  void leave();

  mutable std::mutex mutex_;
  std::condition_variable free_;
  const size_t most_;
  size_t limit_, under_way_ = 0, well_ = 0, late_ = 0;
  bool slowed_ = false;
};

// Bodies held at once. One that is larger than all of it waits until it is alone. Large buffers are kept for
// the next: given back to malloc, each thread's arena would keep its own, and be given fresh pages every
// time.
class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t most) : most_(most) {}

  class Buffer {
   public:
    Buffer(MemoryBudget& budget, size_t size) : budget_(budget), size_(size), bytes_(budget_.take(size_)) {}
    ~Buffer() { budget_.give_back(size_, std::move(bytes_)); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    char* data() { return bytes_.get(); }  // not filled with zeros

   private:
    MemoryBudget& budget_;
    const size_t size_;
    std::unique_ptr<char[]> bytes_;
  };

 private:
  struct Kept {
    size_t size;
    std::unique_ptr<char[]> bytes;
  };
  std::unique_ptr<char[]> take(size_t size);
  void give_back(size_t size, std::unique_ptr<char[]> bytes);

  std::mutex mutex_;
  std::condition_variable freed_;
  const uint64_t most_;
  uint64_t taken_ = 0;
  std::vector<Kept> kept_;
};

}  // namespace runner::aws::s3
