// steps/clients/aws/wire/retry.hpp -- which failures are worth another attempt, and how long to wait before
// it (aws.md 2.6). Knows no network.
#pragma once
#include <chrono>
#include <mutex>
#include <string_view>

#include "steps/clients/aws/session.hpp"

namespace runner::aws {

constexpr int kRetryTokens = 5, kTimeoutTokens = 10;

// So that a service which is down is not asked three times for everything: retries cost, successes give back.
// Safe to use from several threads.
class RetryQuota {
 public:
  bool take(int tokens);
  void give_back(int tokens);  // a call ended well: what its last retry took, or 1

 private:
  static constexpr int kMost = 500;
  std::mutex mutex_;
  int tokens_ = kMost;
};

bool is_throttle(std::string_view code);
bool is_transient(int status, std::string_view code);
bool is_clock_skew(std::string_view code);
// Before attempt number `next`, from 2 on: random, at most 20 s.
std::chrono::milliseconds retry_delay(int next);
// As World::sleep says.
void wait(const World& world, std::chrono::milliseconds time);
// The same; throws Error when stop was asked.
void pause(const World& world, std::chrono::milliseconds time);

}  // namespace runner::aws
