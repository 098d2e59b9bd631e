// steps/clients/aws/types.hpp -- the small values that all of steps/clients/aws speaks in.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "parser/base/error.hpp"

namespace runner::aws {

using Time = std::chrono::system_clock::time_point;

struct Credentials {
  std::string access_key_id, secret_access_key, session_token{};
  std::optional<Time> expires{};
  std::string source{};  // for messages: "environment", "profile dev", "role arn:... of profile dev"
  bool operator==(const Credentials&) const = default;
};

// An answer of a service that is an error, in the service's own words, or a request that got no answer.
// what() is the CLI's form (aws.md 2.5): An error occurred (CODE) when calling the OPERATION operation:
// MESSAGE. With an empty code, of a waiter that failed, it is the message alone.
class ServiceError : public Error {
 public:
  ServiceError(std::string code, std::string operation, std::string message, int status = 0, int retries = 0);
  const std::string& code() const {
    return code_;
  }  // "NoSuchBucket"; "503" where the body named none; "": a waiter
  const std::string& operation() const { return operation_; }
  const std::string& message() const { return message_; }
  int status() const { return status_; }

 private:
  std::string code_, operation_, message_;
  int status_;
};

// Nothing was sent: no credentials, no region, a profile that is not there, a broken configuration file.
// status(): the CLI's exit code for it, 253 or 255 (aws.md 1.5).
class ConfigurationError : public Error {
 public:
  ConfigurationError(int status, std::string text) : Error("{}", std::move(text)), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

}  // namespace runner::aws
