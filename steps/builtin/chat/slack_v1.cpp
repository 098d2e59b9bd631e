#include <ctime>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/facts.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/slack_send.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/system/environment.hpp"

namespace runner::chat {
namespace {

constexpr const char* kWebhook = "SLACK_WEBHOOK_URL";
constexpr const char* kToken = "SLACK_BOT_TOKEN";

// The workflow trigger is what version 1 takes for granted.
bool incoming(const StepInputs& step) {
  return upper(env_value(step.env(), "SLACK_WEBHOOK_TYPE")) == "INCOMING_WEBHOOK";
}

std::vector<std::string> channels_of(const StepInputs& step) {
  const auto input = step.input("channel-id");
  std::vector<std::string> channels;
  for (const auto channel : split(input, ',')) {
    if (const auto name = trim(channel); !name.empty()) channels.emplace_back(name);
  }
  return channels;
}

// Null: there is none.
Json event_payload(StepHost& host) {
  auto text = host.input("payload");
  if (text.empty() && !host.input("payload-file-path").empty()) {
    text = payload_file(host);
    if (host.input("payload-file-path-parsed") != "false") text = filled_text(text, host);
  }
  if (text.empty()) return nullptr;
  auto payload = read_ordered_json(text);
  if (!payload.is_object()) throw InputError("Need to provide valid JSON payload");
  return payload;
}

StepResult send_to_channel(StepHost& host, const std::string& channel, const Json& payload, Json& answer) {
  Json arguments{{"channel", channel}, {"text", host.input("slack-message")}};
  const auto update = host.input("update-ts");
  if (!update.empty()) arguments["ts"] = update;
  if (payload.is_object()) arguments.update(payload);
  for (const auto& line : fit_slack(arguments)) host.log(line);
  return call_slack(
      host,
      {.method = update.empty() ? "chat.postMessage" : "chat.update", .token = env_value(host.env(), kToken)},
      arguments, answer);
}

void set_message_outputs(StepHost& host, const Json& answer) {
  const auto text = [&](const char* name) {
    return answer.contains(name) ? js_text(answer[name]) : std::string();
  };
  const auto ts = text("ts"), thread = text("thread_ts");
  host.set_output("ts", ts);
  host.set_output("thread_ts", thread.empty() ? ts : thread);
  host.set_output("channel_id", text("channel"));
}

StepResult send_to_channels(StepHost& host, const Json& payload) {
  const auto channels = channels_of(host);
  if (channels.empty())
    return failure("Channel ID is required to run this action. An empty one has been provided");
  if (host.input("slack-message").empty() && payload.is_null())
    return failure("Missing message content: neither payload nor slack-message is given, nothing was sent");
  Json answer;
  for (const auto& channel : channels) {
    const auto result = send_to_channel(host, channel, payload, answer);
    if (result.outcome != Outcome::success) return result;
  }
  set_message_outputs(host, answer);
  return {};
}

StepResult send_to_webhook(StepHost& host, const std::string& url, Json payload) {
  if (payload.is_null()) payload = event_of(host);
  if (incoming(host)) {
    for (const auto& line : fit_slack(payload)) host.log(line);
  } else {
    payload = flattened(payload, ".");  // a workflow takes one level of texts
  }
  return post_to_slack(host, {.url = url, .body = dump_json(payload)});
}

}  // namespace

StepResult slack_send_v1(StepHost& host) {
  const auto token = env_value(host.env(), kToken), url = env_value(host.env(), kWebhook);
  mask_webhook(host, url);
  if (!token.empty()) host.add_mask(token);
  if (token.empty() && url.empty()) return failure("Need to provide at least one botToken or webhookUrl");
  if (const auto wrong = address_problems(kWebhook, url); !wrong.empty()) return failure(wrong[0]);
  const auto payload = event_payload(host);
  if (!token.empty()) {
    const auto result = send_to_channels(host, payload);
    if (result.outcome != Outcome::success) return result;
  }
  if (!url.empty()) {
    const auto result = send_to_webhook(host, url, payload);
    if (result.outcome != Outcome::success) return result;
  }
  host.set_output("time", fmt::format("{:%H:%M:%S} GMT+0000 (Coordinated Universal Time)",
                                      fmt::gmtime(std::time(nullptr))));
  return {};
}

std::vector<std::string> slack_v1_problems(const StepInputs& step) {
  auto all = address_problems(kWebhook, env_value(step.env(), kWebhook));
  const auto type = upper(env_value(step.env(), "SLACK_WEBHOOK_TYPE"));
  if (!type.empty()) {
    const auto wrong = choice_problems("SLACK_WEBHOOK_TYPE", type, {"INCOMING_WEBHOOK", "WORKFLOW_TRIGGER"});
    all.insert(all.end(), wrong.begin(), wrong.end());
  }
  const auto payload = step.input("payload");
  if (!payload.empty() && known(payload) && !read_ordered_json(payload).is_object())
    all.push_back("payload: it is not a JSON object");
  const bool empty = step.env().contains(kWebhook) && env_value(step.env(), kWebhook).empty();
  if (empty && env_value(step.env(), kToken).empty()) all.push_back(fmt::format("{} is empty", kWebhook));
  return all;
}

std::vector<std::string> slack_v1_effects(const StepInputs& step) {
  std::vector<std::string> lines;
  const auto length = payload_length(step.input("payload"));
  const auto count = length == 0 ? "" : fmt::format(" ({} characters)", length);
  const auto* verb = step.input("update-ts").empty() ? "post to" : "update a message in";
  if (!env_value(step.env(), kToken).empty()) {
    for (const auto& channel : channels_of(step))
      lines.push_back(fmt::format("{} Slack channel {}{}", verb, channel, count));
  }
  if (!env_value(step.env(), kWebhook).empty())
    lines.push_back(incoming(step) ? "post to Slack webhook" + count
                                   : "start a Slack workflow by its webhook");
  return lines;
}

}  // namespace runner::chat
