#include "steps/clients/aws/s3/wire.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "parser/base/text.hpp"
#include "steps/clients/aws/endpoint.hpp"
#include "steps/clients/aws/s3/address.hpp"
#include "steps/clients/aws/s3/verdict.hpp"
#include "steps/clients/aws/sigv4.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/clients/aws/wire/retry.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/http.hpp"

namespace runner::aws::s3 {
namespace {

constexpr uint64_t kMemory = 40 << 20;
constexpr std::string_view kUnsigned = "UNSIGNED-PAYLOAD";
// We ask with more connections than the CLI does: when that is too much, it is ours to be patient.
constexpr int kThrottledAttempts = 10;
constexpr std::chrono::seconds kLastWords{5};

std::string query_text(const Headers& query) {
  std::string text;
  for (const auto& [name, value] : query)
    text.append(text.empty() ? "" : "&")
        .append(percent_encode(name))
        .append("=")
        .append(percent_encode(value));
  return text;
}

// How often one call has been tried, and what has been tried to help it.
struct Tries {
  int attempt = 1, throttled = 0;
  bool moved = false, clock_set = false;
};

}  // namespace

struct Wire::State {
  Session& session;
  Settings settings;
  std::string region;
  Connections connections;
  Throttle throttle;
  MemoryBudget memory{kMemory};
  RetryQuota quota{};
  mutable std::mutex mutex{};
  std::map<std::string, std::string> regions{};  // by bucket, as answers told

  static ConnectionOptions connection_options(Session& session, const Settings& settings) {
    const auto any = address_of(settings, "us-east-1", "", "");
    return {request_for(session, any.url()),
            settings.bytes_per_second / std::max<size_t>(1, settings.connections)};
  }

  State(Session& s, Settings settings_given, std::string region_given)
      : session(s),
        settings(std::move(settings_given)),
        region(std::move(region_given)),
        connections(connection_options(s, settings)),
        throttle(settings.connections) {
    if (region.empty()) region = session.region();
    if (region.empty() || region == "aws-global") region = "us-east-1";
  }

  std::string region_of(const std::string& bucket) const {
    const std::lock_guard lock(mutex);
    const auto at = regions.find(bucket);
    return at == regions.end() ? region : at->second;
  }

  Exchange prepared(const Call& call) {
    const auto where = region_of(call.bucket);
    const auto address = address_of(settings, where, call.bucket, call.key);
    RequestToSign request{call.method, address.host, address.path, query_text(call.query), {}, {}};
    for (const auto& header : call.headers) {
      if (!header.second.empty()) request.headers.push_back(header);
    }
    const bool unsigned_body = call.covered && !call.body.empty() && address.scheme == "https";
    request.payload_hash = unsigned_body ? std::string(kUnsigned) : hex_sha256(call.body);
    request.headers.emplace_back("x-amz-content-sha256", request.payload_hash);
    Exchange exchange{call.method, address.url(), {}, call.body, call.on_data ? &call.on_data : nullptr};
    if (!request.query.empty()) exchange.url += "?" + request.query;
    exchange.headers = request.headers;
    if (const auto credentials = session.credentials()) {
      for (auto& header : sign(request, *credentials, {where, "s3"}, session.signing_time()))
        exchange.headers.push_back(std::move(header));
    }
    return exchange;
  }

  Answer attempt(const Call& call) {
    const auto exchange = prepared(call);
    const Throttle::Turn turn(throttle);
    return connections.exchange(exchange);
  }

  // Says whether the call is worth another try, and prepares it.
  bool help(const Call& call, const Verdict& verdict, const Answer& answer, Tries& tries) {
    switch (verdict.remedy) {
      case Remedy::none:
        return false;
      case Remedy::other_region:
        return !std::exchange(tries.moved, true) && learn_region(call, verdict.region);
      case Remedy::other_clock:
        return !std::exchange(tries.clock_set, true) && learn_clock(answer);
      case Remedy::slower:
        throttle.slow_down();
        if (++tries.throttled >= std::max(session.max_attempts(), kThrottledAttempts)) return false;
        wait(session.world(), retry_delay(tries.throttled + 1));
        return true;
      case Remedy::again:
        return another_attempt(tries, kRetryTokens);
    }
    return false;
  }

  bool another_attempt(Tries& tries, int tokens) {
    if (tries.attempt >= session.max_attempts() || !quota.take(tokens)) return false;
    wait(session.world(), retry_delay(++tries.attempt));
    return !session.world().stop.stop_requested();
  }

  bool learn_region(const Call& call, std::string found) {
    if (found.empty()) found = asked_region(call.bucket);
    if (found.empty() || found == region_of(call.bucket)) return false;
    const std::lock_guard lock(mutex);
    regions[call.bucket] = found;
    return true;
  }

  std::string asked_region(const std::string& bucket) {
    const Call head{.operation = "HeadBucket", .method = "HEAD", .bucket = bucket};
    return attempt(head).header("x-amz-bucket-region");
  }

  bool learn_clock(const Answer& answer) {
    const auto theirs = read_time(answer.header("date"));
    if (!theirs) return false;
    session.set_clock_offset(std::chrono::round<std::chrono::seconds>(*theirs - session.world().now()));
    return true;
  }
};

Wire::Wire(Session& session, Settings settings, std::string region)
    : state_(std::make_unique<State>(session, std::move(settings), std::move(region))) {}
Wire::~Wire() = default;

Answer Wire::call(const Call& call) {
  auto& state = *state_;
  for (Tries tries;;) {
    if (state.session.world().stop.stop_requested()) throw Cancelled();
    try {
      auto answer = state.attempt(call);
      auto verdict = judge(answer, call.error_in_200);
      if (verdict.success) {
        state.throttle.went_well(answer.took);
        state.quota.give_back(tries.attempt > 1 ? kRetryTokens : 1);
        return answer;
      }
      if (state.help(call, verdict, answer, tries)) continue;
      if (state.session.world().stop.stop_requested()) throw Cancelled();
      const bool exhausted = verdict.remedy == Remedy::again || verdict.remedy == Remedy::slower;
      throw ServiceError(verdict.code, call.operation, verdict.message, answer.status,
                         exhausted ? std::max(tries.attempt, tries.throttled) - 1 : 0);
    } catch (const NoAnswer& error) {
      if (!state.another_attempt(tries, error.timed_out ? kTimeoutTokens : kRetryTokens)) throw;
    }
  }
}

void Wire::last_call(const Call& call) {
  auto options = State::connection_options(state_->session, state_->settings);
  options.like.stop = {};
  options.like.connect_timeout = options.like.read_timeout = kLastWords;
  Connections(options).exchange(state_->prepared(call));
}

std::string Wire::presigned_url(const std::string& bucket, const std::string& key,
                                std::chrono::seconds lifetime) {
  const auto region = state_->region_of(bucket);
  const auto address = address_of(state_->settings, region, bucket, key);
  const auto credentials = state_->session.credentials();
  if (!credentials) return address.url();
  const RequestToSign request{"GET", address.host, address.path, {}, {}, {}};
  return address.url() + "?" +
         presigned_query(request, *credentials, {region, "s3"}, state_->session.signing_time(), lifetime);
}

const Settings& Wire::settings() const { return state_->settings; }
Session& Wire::session() const { return state_->session; }
bool Wire::secure(const std::string& bucket) const {
  return address_of(state_->settings, region_of(bucket), bucket, "").scheme == "https";
}
std::string Wire::region_of(const std::string& bucket) const { return state_->region_of(bucket); }
Throttle& Wire::throttle() { return state_->throttle; }
MemoryBudget& Wire::memory() { return state_->memory; }

}  // namespace runner::aws::s3
