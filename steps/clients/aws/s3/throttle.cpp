#include "steps/clients/aws/s3/throttle.hpp"

#include <algorithm>

namespace runner::aws::s3 {
namespace {

constexpr size_t kAtFirst = 16;
constexpr std::chrono::milliseconds kLongAnswer{8};
constexpr size_t kKeptFrom = 1 << 20;

}  // namespace

Throttle::Throttle(size_t most) : most_(most), limit_(std::min(most, kAtFirst)) {}

void Throttle::enter() {
  std::unique_lock lock(mutex_);
  free_.wait(lock, [this] { return under_way_ < limit_; });
  ++under_way_;
}

void Throttle::leave() {
  const std::lock_guard lock(mutex_);
  --under_way_;
  free_.notify_one();
}

void Throttle::slow_down() {
  const std::lock_guard lock(mutex_);
  well_ = 0;
  slowed_ = true;
  // All that were under way when the service had enough say the same: it counts once.
  if (late_ > 0) {
    --late_;
    return;
  }
  limit_ = std::max<size_t>(1, limit_ / 2);
  late_ = under_way_;
}

void Throttle::went_well(std::chrono::milliseconds took) {
  const std::lock_guard lock(mutex_);
  if (late_ > 0) --late_;
  if (limit_ == most_ || took < kLongAnswer) return;
  if (slowed_ && ++well_ < limit_) return;
  well_ = 0;
  ++limit_;
  free_.notify_one();
}

size_t Throttle::limit() const {
  const std::lock_guard lock(mutex_);
  return limit_;
}

std::unique_ptr<char[]> MemoryBudget::take(size_t size) {
  std::unique_lock lock(mutex_);
  freed_.wait(lock, [&] { return taken_ == 0 || taken_ + size <= most_; });
  taken_ += size;
  const auto fitting = std::ranges::find(kept_, size, &Kept::size);
  if (fitting == kept_.end()) {
    if (size >= kKeptFrom) kept_.clear();  // the parts of another file were of another size
    return std::make_unique_for_overwrite<char[]>(size);
  }
  auto bytes = std::move(fitting->bytes);
  kept_.erase(fitting);
  return bytes;
}

void MemoryBudget::give_back(size_t size, std::unique_ptr<char[]> bytes) {
  const std::lock_guard lock(mutex_);
  taken_ -= size;
  if (size >= kKeptFrom) kept_.push_back({size, std::move(bytes)});
  freed_.notify_all();
}

}  // namespace runner::aws::s3
