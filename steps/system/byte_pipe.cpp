#include "steps/system/byte_pipe.hpp"

#include <algorithm>
#include <utility>

namespace runner {

bool BytePipe::write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    changed_.wait(lock, [&] { return given_up_ || bytes_.size() - taken_ < capacity_; });
    if (given_up_) return false;
    if (taken_ == bytes_.size()) bytes_.clear(), taken_ = 0;
    const auto count = std::min(bytes.size(), capacity_ - (bytes_.size() - taken_));
    bytes_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    changed_.notify_all();
  }
  return true;
}

void BytePipe::close(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  error_ = std::move(error);
  changed_.notify_all();
}

size_t BytePipe::read(char* buffer, size_t size) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || taken_ < bytes_.size(); });
  return take(buffer, size);
}

std::optional<size_t> BytePipe::read_now(char* buffer, size_t size) {
  const std::lock_guard lock(mutex_);
  if (!closed_ && taken_ == bytes_.size()) return std::nullopt;
  return take(buffer, size);
}

size_t BytePipe::take(char* buffer, size_t size) {
  if (taken_ == bytes_.size()) {
    if (error_) std::rethrow_exception(error_);
    return 0;
  }
  const auto count = std::min(size, bytes_.size() - taken_);
  bytes_.copy(buffer, count, taken_);
  taken_ += count;
  // What was taken is cut off now and then only: cutting moves the rest.
  if (taken_ >= capacity_) bytes_.erase(0, taken_), taken_ = 0;
  changed_.notify_all();
  return count;
}

void BytePipe::give_up() {
  const std::lock_guard lock(mutex_);
  given_up_ = true;
  changed_.notify_all();
}

}  // namespace runner
