#include "steps/clients/aws/client.hpp"

#include <cassert>
#include <random>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/endpoint.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/clients/aws/wire/wire.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

using namespace std::chrono_literals;

std::string random_uuid() {
  std::random_device device;
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const auto word = device();
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift);
  }
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  auto text = hex(bytes);
  for (const size_t at : {20, 16, 12, 8}) text.insert(at, "-");
  return text;
}

Json with_tokens(const Operation& operation, Json input) {
  if (operation.input == nullptr) return input;
  for (const auto& member : operation.input->members) {
    if (member.fills_itself && !input.contains(member.name)) input[member.name] = random_uuid();
  }
  return input;
}

std::string told(const HttpError& error, const std::string& url) {
  switch (error.failure()) {
    case HttpFailure::connect:
      return fmt::format("Could not connect to the endpoint URL: \"{}\" ({})", url, error.cause());
    case HttpFailure::connect_timeout:
      return fmt::format("Connect timeout on endpoint URL: \"{}\"", url);
    case HttpFailure::timeout:
      return fmt::format("Read timeout on endpoint URL: \"{}\"", url);
    case HttpFailure::tls:
      return fmt::format("SSL validation failed for {} {}", url, error.cause());
    default:
      return fmt::format(
          "Connection was closed before we received a valid response from endpoint URL: \"{}\" ({})", url,
          error.cause());
  }
}

// One call of an operation: attempts, each signed anew, until an answer counts.
class Call {
 public:
  Call(Session& session, const Service& service, const Operation& operation, RetryQuota& quota)
      : session_(session),
        service_(service),
        operation_(operation),
        quota_(quota),
        endpoint_(endpoint_of(session, service)),
        most_(session.max_attempts()) {}

  Json run(const Json& input) {
    wire_ = write_request(service_, operation_, input);
    for (int attempt = 1;; ++attempt) {
      const auto answer = send(attempt);
      if (answer && answer->status < 300) {
        quota_.give_back(paid_);
        return read_answer(service_, operation_, *answer);
      }
      const auto error = answer ? read_error(service_, *answer) : WireError{};
      if (answer && corrected_clock(error, *answer)) {
        --attempt;  // the service never looked at this one
        continue;
      }
      const bool again = !answer || is_transient(answer->status, error.code);
      const bool exhausted = again && attempt >= most_;
      const int price = timed_out_ ? kTimeoutTokens : kRetryTokens;
      if (!again || exhausted || !quota_.take(price)) fail(answer, error, exhausted ? attempt - 1 : 0);
      paid_ = price;
      pause(session_.world(), retry_delay(attempt + 1));
    }
  }

 private:
  // Nothing when no answer came.
  std::optional<HttpResponse> send(int attempt) {
    timed_out_ = false;
    const auto path = endpoint_.path + (endpoint_.path.empty() || wire_.path != "/" ? wire_.path : "");
    const auto address = endpoint_.url + path.substr(endpoint_.path.size());
    auto request = request_for(session_, address + (wire_.query.empty() ? "" : "?" + wire_.query));
    request.method = wire_.method;
    request.body = wire_.body;
    request.headers = wire_.headers;
    if (operation_.is_signed) sign_request(request, path);
    request.headers.emplace_back("amz-sdk-invocation-id", invocation_);
    request.headers.emplace_back("amz-sdk-request", fmt::format("attempt={}; max={}", attempt, most_));
    try {
      return session_.world().http.send(request);
    } catch (const HttpError& error) {
      if (session_.world().stop.stop_requested())
        throw Error("{} {}: cancelled", service_.name, operation_.name);
      timed_out_ = error.failure() == HttpFailure::timeout || error.failure() == HttpFailure::connect_timeout;
      no_answer_ = told(error, address);
      return std::nullopt;
    }
  }

  void sign_request(HttpRequest& request, const std::string& path) {
    const auto credentials = session_.credentials();
    if (!credentials) return;
    const RequestToSign to_sign{.method = request.method,
                                .host = endpoint_.host,
                                .path = path,
                                .query = wire_.query,
                                .headers = request.headers,
                                .payload_hash = hex_sha256(request.body)};
    for (auto& header : sign(to_sign, *credentials, endpoint_.scope, session_.signing_time()))
      request.headers.push_back(std::move(header));
  }

  // Once a call, and only where the clocks really differ: a wrong secret gives the same code.
  bool corrected_clock(const WireError& error, const HttpResponse& answer) {
    if (clock_was_corrected_ || !is_clock_skew(error.code)) return false;
    const auto theirs = read_time(answer.header("Date"));
    if (!theirs) return false;
    const auto apart = *theirs - session_.signing_time();
    if (apart < 4min && apart > -4min) return false;
    clock_was_corrected_ = true;
    session_.set_clock_offset(
        std::chrono::duration_cast<std::chrono::seconds>(*theirs - session_.world().now()));
    return true;
  }

  [[noreturn]] void fail(const std::optional<HttpResponse>& answer, const WireError& error,
                         int retries) const {
    if (!answer) throw Error("{}", no_answer_);
    throw ServiceError(error.code, operation_.name, error.message, answer->status, retries);
  }

  Session& session_;
  const Service& service_;
  const Operation& operation_;
  RetryQuota& quota_;
  Endpoint endpoint_;
  WireRequest wire_;
  int most_, paid_ = 1;
  std::string invocation_ = random_uuid(), no_answer_;
  bool timed_out_ = false, clock_was_corrected_ = false;
};

const Service& table_of(std::string_view name) {
  const auto* service = find_service(name);
  assert(service != nullptr && "there is no table of this service");
  return *service;
}

const Operation& operation_of(const Service& service, std::string_view name) {
  const auto* operation = service.operation(name);
  if (operation == nullptr) throw Error("{} has no operation {} in its table", service.name, name);
  return *operation;
}

}  // namespace

Client::Client(Session& session, std::string_view service) : session_(session), service_(table_of(service)) {}

Json Client::call(std::string_view name, const Json& input) {
  const auto& operation = operation_of(service_, name);
  const auto whole = with_tokens(operation, input.is_null() ? Json::object() : input);
  if (const auto problems = input_problems(operation, whole); !problems.empty())
    throw ConfigurationError(252, "Parameter validation failed:\n" + problems);
  return Call(session_, service_, operation, quota_).run(whole);
}

}  // namespace runner::aws
