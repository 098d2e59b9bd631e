#include <chrono>
#include <cmath>
#include <ctime>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/slack_send.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/formats/yaml_json.hpp"
#include "steps/system/environment.hpp"

namespace runner::chat {
namespace {

constexpr auto kLongestWait = std::chrono::minutes(5);

struct Retries {
  const char* name;
  int count;
  double first, factor;  // seconds before the second try, and how much longer each further time
};
constexpr Retries kRetries[] = {
    {"0", 0, 0, 0}, {"5", 5, 1, 3.86}, {"10", 10, 1, 1.96821}, {"RAPID", 10, 0, 1}};

std::string from_either(const StepInputs& step, const char* input, const char* variable) {
  const auto value = step.input(input);
  return value.empty() ? env_value(step.env(), variable) : value;
}
std::string token_of(const StepInputs& step) { return from_either(step, "token", "SLACK_TOKEN"); }
std::string webhook_of(const StepInputs& step) { return from_either(step, "webhook", "SLACK_WEBHOOK_URL"); }

Patience patience_of(const StepInputs& step) {
  Patience patience{.delays = {}, .longest_wait = kLongestWait, .retry_unanswered = true};
  const auto name = upper(step.input("retries"));
  for (const auto& retries : kRetries) {
    if (name != retries.name) continue;
    for (int number = 0; number < retries.count; ++number) {
      const auto seconds = retries.first * std::pow(retries.factor, number);
      patience.delays.emplace_back(static_cast<int64_t>(seconds * 1000));
    }
  }
  return patience;
}

std::optional<HttpProxy> proxy_of(const StepInputs& step) {
  const auto proxy = step.input("proxy");
  return proxy.empty() ? std::nullopt : std::optional(HttpProxy{proxy, ""});
}

// What js-yaml cannot read is tried as JSON once more, for which a key may be there twice.
Json json_payload(std::string_view text) {
  if (text.starts_with('{') || text.ends_with('}')) return read_ordered_json(text);
  if (text.ends_with(',')) text.remove_suffix(1);
  return read_ordered_json(fmt::format("{{{}}}", text));
}

// YAML, JSON, or, but in a file, the inside of a JSON object.
Json parse_payload(const std::string& text, const std::string& name, bool is_file) {
  std::string why = "it is no mapping";
  try {
    auto value = parse_json_or_yaml(text, name);
    if (value.is_object()) return value;
  } catch (const Error& error) {
    why = error.what();
  }
  auto value = is_file ? Json() : json_payload(trim(text));
  if (value.is_object()) return value;
  throw InputError(fmt::format("Invalid input! Failed to parse contents of the provided {}: {}", name, why));
}

Json file_payload(StepHost& host) {
  const auto path = host.input("payload-file-path");
  const bool json = path.ends_with("json");
  if (!json && !path.ends_with("yaml") && !path.ends_with("yml"))
    throw InputError(
        fmt::format("Invalid input! Failed to parse file extension {}: json, yaml or yml is read", path));
  const auto text = payload_file(host);
  if (!json) return parse_payload(text, path, true);
  auto value = read_ordered_json(text);
  if (value.is_discarded())
    throw InputError(fmt::format(
        "Invalid input! Failed to parse contents of the provided payload file: {} is not JSON", path));
  return value;
}

Json request_payload(StepHost& host) {
  auto payload = Json();
  if (!host.input("payload").empty()) {
    payload = parse_payload(host.input("payload"), "payload", false);
  } else {
    payload = host.input("payload-file-path").empty() ? toolkit_context(host) : file_payload(host);
  }
  if (boolean_input(host, "payload-templated")) payload = filled_payload(payload, host);
  if (const auto delimiter = host.raw_input("payload-delimiter"); !delimiter.empty())
    payload = flattened(payload, delimiter);
  return payload;
}

void set_call_outputs(StepHost& host, const Json& answer) {
  const auto channel = answer.contains("channel") ? answer["channel"] : Json();
  if (channel.is_object() && channel.contains("id")) {
    host.set_output("channel_id", js_text(channel["id"]));
  } else if (channel.is_string()) {
    host.set_output("channel_id", channel);
  }
  const Json::json_pointer thread("/message/thread_ts");
  if (answer.contains(thread)) host.set_output("thread_ts", js_text(answer.at(thread)));
  if (answer.contains("ts")) host.set_output("ts", js_text(answer["ts"]));
}

StepResult call_method(StepHost& host, Json payload) {
  const auto api = host.input("api");
  SlackCall call{.method = host.input("method"),
                 .token = token_of(host),
                 .api = api.empty() ? kSlackApi : api,
                 .proxy = proxy_of(host),
                 .patience = patience_of(host)};
  Json answer;
  auto result = call_slack(host, call, payload, answer);
  host.set_output("ok", result.outcome == Outcome::success ? "true" : "false");
  host.set_output("response", answer.empty() ? dump_json(Json(result.message)) : dump_json(answer));
  if (result.outcome == Outcome::success) set_call_outputs(host, answer);
  return result;
}

StepResult post_webhook(StepHost& host, const Json& payload) {
  HttpResponse answer;
  auto result = post_to_slack(host,
                              {.url = webhook_of(host),
                               .body = dump_json(payload),
                               .proxy = proxy_of(host),
                               .patience = patience_of(host)},
                              &answer);
  const bool ok = result.outcome == Outcome::success;
  const auto body = read_ordered_json(answer.body);
  host.set_output("ok", ok ? "true" : "false");
  host.set_output("response", !ok                   ? dump_json(Json(result.message))
                              : body.is_discarded() ? dump_json(Json(answer.body))
                                                    : dump_json(body));
  return result;
}

StepResult send(StepHost& host) {
  auto payload = request_payload(host);
  const bool message = host.input("webhook-type") != "webhook-trigger";
  if (message) {
    for (const auto& line : fit_slack(payload)) host.log(line);
  }
  return host.input("method").empty() ? post_webhook(host, payload) : call_method(host, std::move(payload));
}

std::vector<std::string> technique_problems(const StepInputs& step) {
  const auto method = step.input("method"), webhook = webhook_of(step);
  if (!step.input("token").empty() && !step.input("webhook").empty())
    return {"Invalid input! Either the token or webhook is required - not both"};
  if (!method.empty()) {
    if (token_of(step).empty()) return {"Missing input! A token must be provided to use the method decided"};
    return {};
  }
  if (webhook.empty()) return {"Missing input! Either a method or webhook is required to take action"};
  const auto type = step.input("webhook-type");
  if (type.empty())
    return {"Missing input! The webhook type must be 'incoming-webhook' or 'webhook-trigger'"};
  if (auto wrong = choice_problems("webhook-type", type, {"incoming-webhook", "webhook-trigger"});
      !wrong.empty())
    return wrong;
  return address_problems("webhook", webhook);
}

std::vector<std::string> payload_problems(const StepInputs& step) {
  const auto payload = step.input("payload");
  if (!payload.empty() && !step.input("payload-file-path").empty())
    return {"Invalid input! Just the payload or payload file path is required"};
  if (payload.empty() || !known(payload)) return {};
  try {
    parse_payload(payload, "payload", false);
    return {};
  } catch (const InputError& error) {
    return {error.what()};
  }
}

bool may_be_set_later(const StepInputs& step) {  // by an earlier step, for this one
  const auto& env = step.env();
  return step.input("method").empty() ? !env.contains("SLACK_WEBHOOK_URL") && !step.given("webhook")
                                      : !env.contains("SLACK_TOKEN") && !step.given("token");
}

std::vector<std::string> input_problems(const StepInputs& step) {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  add(choice_problems("retries", upper(step.input("retries")), {"0", "5", "10", "RAPID"}));
  for (const auto* name : {"errors", "payload-templated"}) {
    const auto value = step.input(name);
    if (known(value) && !equal_ignoring_case(value, "true") && !equal_ignoring_case(value, "false"))
      add({fmt::format("{}: \"{}\" is neither true nor false", name, value)});
  }
  add(address_problems("api", step.input("api")));
  add(address_problems("proxy", step.input("proxy")));
  add(payload_problems(step));
  return all;
}

}  // namespace

StepResult slack_send_v2(StepHost& host) {
  mask_webhook(host, webhook_of(host));
  if (const auto token = token_of(host); !token.empty()) host.add_mask(token);
  for (const auto& wrong : {technique_problems(host), input_problems(host)}) {
    if (!wrong.empty()) return failure(wrong[0]);
  }
  auto result = send(host);
  host.set_output("time", std::to_string(std::time(nullptr)));
  if (result.outcome != Outcome::failure || boolean_input(host, "errors")) return result;
  host.warn(result.message);
  return {};
}

std::vector<std::string> slack_v2_problems(const StepInputs& step) {
  auto all = input_problems(step);
  const auto wrong = technique_problems(step);
  if (!wrong.empty() && !(wrong[0].starts_with("Missing input!") && may_be_set_later(step)))
    all.insert(all.begin(), wrong.begin(), wrong.end());
  return all;
}

std::vector<std::string> slack_v2_effects(const StepInputs& step) {
  const auto length = payload_length(step.input("payload"));
  const auto count = length == 0 ? "" : fmt::format(" ({} characters)", length);
  if (const auto method = step.input("method"); !method.empty())
    return {fmt::format("call Slack's {}{}", method, count)};
  if (step.input("webhook-type") == "webhook-trigger") return {"start a Slack workflow by its webhook"};
  return {"post to Slack webhook" + count};
}

}  // namespace runner::chat
