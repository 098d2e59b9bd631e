#include "steps/clients/aws/wire/retry.hpp"

#include <algorithm>
#include <array>
#include <random>

#include "steps/system/sleep.hpp"

namespace runner::aws {
namespace {

constexpr std::array<std::string_view, 13> kThrottles{
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
constexpr std::array<std::string_view, 4> kTransient{"RequestTimeout", "RequestTimeoutException",
                                                     "PriorRequestNotComplete", "IDPCommunicationError"};
constexpr std::array<std::string_view, 4> kClockSkew{"RequestTimeTooSkewed", "SignatureDoesNotMatch",
                                                     "InvalidSignatureException", "RequestExpired"};

bool contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool RetryQuota::take(int tokens) {
  const std::lock_guard lock(mutex_);
  if (tokens_ < tokens) return false;
  tokens_ -= tokens;
  return true;
}

void RetryQuota::give_back(int tokens) {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min(kMost, tokens_ + tokens);
}

bool is_throttle(std::string_view code) { return contains(kThrottles, code); }

bool is_transient(int status, std::string_view code) {
  return status == 500 || status == 502 || status == 503 || status == 504 || is_throttle(code) ||
         contains(kTransient, code);
}

bool is_clock_skew(std::string_view code) { return contains(kClockSkew, code); }

std::chrono::milliseconds retry_delay(int next) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double longest = std::min(20.0, static_cast<double>(1 << std::min(next - 2, 10)));
  return std::chrono::milliseconds(
      static_cast<int>(std::uniform_real_distribution<>(0, longest * 1000)(random)));
}

void wait(const World& world, std::chrono::milliseconds time) {
  if (world.sleep) return world.sleep(time);
  sleep_for(time, world.stop);
}

void pause(const World& world, std::chrono::milliseconds time) {
  wait(world, time);
  if (world.stop.stop_requested()) throw Error("cancelled");
}

}  // namespace runner::aws
