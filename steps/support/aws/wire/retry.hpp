// steps/support/aws/wire/retry.hpp -- which failures are worth another attempt, and how long to wait before
// it (aws.md 2.6). Knows no network.
#pragma once
#include <chrono>
#include <string_view>

#include "steps/support/aws/session.hpp"

namespace runner::aws {

// A service that fails in earnest is not asked three times for everything: retries cost, successes give back.
class RetryQuota {
 public:
  bool take(bool after_timeout);
  void give_back();  // a call ended well

 private:
  int left_ = 500, taken_ = 0;
};

bool is_transient(int status, std::string_view code);
bool is_clock_skew(std::string_view code);
// Before attempt number `next`, from 2 on: random, at most 20 s.
std::chrono::milliseconds retry_delay(int next);
// As World::sleep says. Throws Error when stop was asked.
void pause(const World& world, std::chrono::milliseconds time);

}  // namespace runner::aws
