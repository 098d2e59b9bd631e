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

void Deadlines::hold() {
  const std::lock_guard lock(mutex_);
  held_ = true;
  held_since_ = Clock::now();
}

void Deadlines::release() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(held_, false)) return;
  const auto passed = Clock::now() - held_since_;
  std::multimap<Clock::time_point, Entry> later;
  for (auto& [when, entry] : entries_) later.emplace(when + passed, std::move(entry));
  entries_ = std::move(later);
  changed_.notify_all();
}

void Deadlines::forget(uint64_t id) {
  std::unique_lock lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return entry.second.id == id; });
  changed_.wait(lock, [&] { return in_progress_ != id; });
}

void Deadlines::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (held_ || entries_.empty()) {
      changed_.wait(lock, stop, [&] { return !held_ && !entries_.empty(); });
      continue;
    }
    const auto first = entries_.begin();
    if (first->first > Clock::now()) {
      const auto when = first->first;
      changed_.wait_until(lock, stop, when,
                          [&] { return held_ || entries_.empty() || entries_.begin()->first != when; });
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
