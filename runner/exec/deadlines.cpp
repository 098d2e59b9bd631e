#include "runner/exec/deadlines.hpp"

#include <algorithm>
#include <utility>

namespace runner {

void Deadlines::Handle::reset() {
  if (owner_ != nullptr) owner_->forget(id_);
  owner_ = nullptr;
}

Deadlines::Handle Deadlines::at(Clock::time_point when, std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  const auto id = next_id_++;
  entries_.emplace(when, Entry{id, std::move(call)});
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  changed_.notify_all();
  return {this, id};
}

void Deadlines::forget(uint64_t id) {
  std::unique_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.id == id; });
  changed_.wait(lock, [&] { return in_progress_ != id; });
}

void Deadlines::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (entries_.empty()) {
      changed_.wait(lock, stop, [&] { return !entries_.empty(); });
      continue;
    }
    const auto first = entries_.begin();
    if (first->first > Clock::now()) {
      const auto when = first->first;
      changed_.wait_until(lock, stop, when,
                          [&] { return entries_.empty() || entries_.begin()->first < when; });
      continue;
    }
    const auto entry = std::move(first->second);
    entries_.erase(first);
    in_progress_ = entry.id;
    lock.unlock();
    entry.call();
    lock.lock();
    in_progress_ = 0;
    changed_.notify_all();
  }
}

}  // namespace runner
