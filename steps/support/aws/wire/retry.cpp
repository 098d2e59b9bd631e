#include "steps/support/aws/wire/retry.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <random>

namespace runner::aws {
namespace {

constexpr int kCapacity = 500, kCost = 5, kTimeoutCost = 10;

constexpr std::array<std::string_view, 17> kTransient{
    "RequestTimeout",
    "RequestTimeoutException",
    "PriorRequestNotComplete",
    "IDPCommunicationError",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "RequestThrottled",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "EC2ThrottledException",
};
constexpr std::array<std::string_view, 4> kClockSkew{"RequestTimeTooSkewed", "SignatureDoesNotMatch",
                                                     "InvalidSignatureException", "RequestExpired"};

bool contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool RetryQuota::take(bool after_timeout) {
  const int cost = after_timeout ? kTimeoutCost : kCost;
  if (left_ < cost) return false;
  left_ -= cost;
  taken_ = cost;
  return true;
}

void RetryQuota::give_back() {
  left_ = std::min(kCapacity, left_ + std::max(taken_, 1));
  taken_ = 0;
}

bool is_transient(int status, std::string_view code) {
  return status == 500 || status == 502 || status == 503 || status == 504 || contains(kTransient, code);
}

bool is_clock_skew(std::string_view code) { return contains(kClockSkew, code); }

std::chrono::milliseconds retry_delay(int next) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double longest = std::min(20.0, static_cast<double>(1 << std::min(next - 2, 10)));
  return std::chrono::milliseconds(
      static_cast<int>(std::uniform_real_distribution<>(0, longest * 1000)(random)));
}

void pause(const World& world, std::chrono::milliseconds time) {
  if (world.sleep) {
    world.sleep(time);
  } else {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, world.stop, time, [] { return false; });
  }
  if (world.stop.stop_requested()) throw Error("cancelled");
}

}  // namespace runner::aws
