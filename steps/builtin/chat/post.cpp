#include "steps/builtin/chat/post.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/core.h>

#include "parser/base/json.hpp"

namespace runner::chat {
namespace {

using std::chrono::milliseconds;

double in_seconds(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

// The body says it more exactly than the header, in Discord's answers.
std::optional<milliseconds> asked_wait(const HttpResponse& response) {
  std::optional<double> seconds;
  if (const auto header = response.header("Retry-After"); !header.empty())
    seconds = std::atof(header.c_str());
  const auto body = read_json(response.body);
  if (body.is_object() && body.contains("retry_after") && body["retry_after"].is_number())
    seconds = body["retry_after"];
  if (!seconds) return std::nullopt;
  return milliseconds(static_cast<int64_t>(std::clamp(*seconds, 0.0, 1e6) * 1000));
}

bool is_global(const HttpResponse& response) {
  const auto body = read_json(response.body);
  return body.is_object() && body.value("global", nlohmann::json(false)) == true;
}

std::string reason(const HttpResponse& response, const std::string& service) {
  if (response.status != 429) return fmt::format("{} answered {}", service, response.status);
  return fmt::format("{} takes no more messages {}", service,
                     is_global(response) ? "from here" : "for this address");
}

// Before the next try; nothing when there is none.
std::optional<milliseconds> next_delay(const HttpResponse& response, size_t tries, const Patience& patience) {
  if (response.status != 429 && response.status < 500) return std::nullopt;
  if (tries > patience.delays.size()) return std::nullopt;
  const auto asked = asked_wait(response);
  if (asked > patience.longest_wait) return std::nullopt;
  return asked.value_or(patience.delays[tries - 1]);
}

void wait(StepHost& host, const std::string& why, milliseconds time) {
  host.log(fmt::format("{}: trying again in {} s", why, in_seconds(time)));
  host.sleep(time);
}

bool never_arrived(const HttpError& error) {
  return error.failure() == HttpFailure::connect || error.failure() == HttpFailure::connect_timeout;
}

// Nothing: no connection, and there is another try.
std::optional<HttpResponse> send(StepHost& host, const HttpRequest& request, const std::string& service,
                                 size_t tries, const Patience& patience) {
  try {
    return host.http().send(request);
  } catch (const HttpError& error) {  // not its whole text: the path of the URL is a secret
    const bool again = patience.retry_unanswered && never_arrived(error) && tries <= patience.delays.size();
    if (!again || host.stop().stop_requested()) throw NoAnswer("post to {}: {}", service, error.cause());
    wait(host, fmt::format("{}: {}", service, error.cause()), patience.delays[tries - 1]);
    return std::nullopt;
  }
}

}  // namespace

HttpResponse post(StepHost& host, HttpRequest request, const std::string& service, const Patience& patience) {
  request.method = "POST";
  request.timeout = std::chrono::seconds(60);
  request.stop = host.stop();
  for (size_t tries = 1;; ++tries) {
    auto response = send(host, request, service, tries, patience);
    if (!response) continue;
    host.log(fmt::format("HTTP {}", response->status));
    const auto delay = next_delay(*response, tries, patience);
    if (!delay) return *response;
    wait(host, reason(*response, service), *delay);
    if (host.stop().stop_requested()) return *response;
  }
}

bool is_success(const HttpResponse& response) { return response.status >= 200 && response.status < 300; }

}  // namespace runner::chat
