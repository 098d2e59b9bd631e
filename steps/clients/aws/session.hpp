// steps/clients/aws/session.hpp -- whose account, which region, which address: settings from a command line,
// the environment and the configuration files, and the credentials chain (aws.md 2.2, 2.6 to 2.8).
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "steps/clients/aws/types.hpp"
#include "steps/step.hpp"

namespace runner {
class Http;
}

namespace runner::aws {

struct Service;

// What a command line or an action's inputs say. Empty: the environment, then the profile, then the default.
struct Options {
  std::string profile{}, region{}, endpoint_url{}, ca_bundle{};
  bool sign = true, verify_tls = true;
  std::chrono::milliseconds connect_timeout{60'000}, read_timeout{60'000};
  std::optional<Credentials> credentials{};  // instead of the chain
};

// What differs between the world and a test.
struct World {
  const Environment& env;  // AWS_* and HOME (whose .aws is read)
  Http& http;
  std::stop_token stop{};
  std::function<Time()> now = std::chrono::system_clock::now;
  // Waits, or returns early when stop is asked. Tests make it short.
  std::function<void(std::chrono::milliseconds)> sleep{};  // empty: really waits
};

// Reads the files at first need and keeps the answers. Safe to use from several threads. Throws
// ConfigurationError.
class Session {
 public:
  Session(Options options, World world);
  ~Session();

  const std::string& profile() const;  // "default" when none is named
  std::string region() const;          // "" when none is configured
  // A value of the profile: "region", "max_attempts", "s3.max_concurrent_requests". "" when absent.
  std::string setting(std::string_view name) const;
  // A configured endpoint without its last '/', or "". `endpoint_key` as in Service.
  std::string configured_endpoint(std::string_view endpoint_key) const;
  // Nothing with Options::sign off. Throws when there are none. Renewed in time; the same until then.
  std::optional<Credentials> credentials();
  // The server's clock differed: what later signatures add to the time. Kept for all calls of this session.
  Time signing_time() const;
  void set_clock_offset(std::chrono::seconds offset);

  int max_attempts() const;       // 3 unless configured
  std::string ca_bundle() const;  // "" for the system's
  const Options& options() const;
  const World& world() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace runner::aws
