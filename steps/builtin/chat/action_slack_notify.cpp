// rtCamp/action-slack-notify: tells a Slack channel of a run; settings come from environment variables.
#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/slack_notify.hpp"
#include "steps/builtin/chat/slack_upload.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace action_slack_notify_action {
namespace {

using chat::Json;

std::string setting(const StepInputs& step, const char* name) {
  return std::string(trim(env_value(step.env(), name)));
}

struct Target {
  std::string webhook, token, channel;
};

Target target_of(const StepInputs& step) {
  Target target{setting(step, "SLACK_WEBHOOK"), setting(step, "SLACK_TOKEN"), setting(step, "SLACK_CHANNEL")};
  return target;
}

// Nothing: it can be sent.
std::string missing(const Target& target) {
  if (!target.webhook.empty()) return {};
  if (target.channel.empty())
    return "Channel is required for sending message using a token: SLACK_CHANNEL is empty, and so is "
           "SLACK_WEBHOOK";
  return target.token.empty() ? "URL is required: SLACK_WEBHOOK and SLACK_TOKEN are empty" : "";
}

StepResult send(StepHost& host, const Target& target, const Json& message) {
  if (!target.webhook.empty())
    return chat::post_to_slack(host, {.url = target.webhook, .body = dump_json(message)});
  Json answer;
  return chat::call_slack(host, {.method = "chat.postMessage", .token = target.token}, message, answer);
}

StepResult upload(StepHost& host, const Target& target) {
  const auto file = setting(host, "SLACK_FILE_UPLOAD");
  if (file.empty()) return {};
  if (target.token.empty() || target.channel.empty())
    return failure("SLACK_FILE_UPLOAD needs SLACK_TOKEN and SLACK_CHANNEL");
  return chat::upload_to_slack(
      host, {host.workspace() / file, target.token, target.channel, setting(host, "SLACK_THREAD_TS")});
}

Json message_of(StepHost& host) {
  const auto custom = setting(host, "SLACK_CUSTOM_PAYLOAD");
  if (custom.empty()) return chat::slack_notify_message(host);
  auto message = read_ordered_json(custom);
  if (!message.is_object()) throw InputError("SLACK_CUSTOM_PAYLOAD is not a JSON object");
  return message;
}

StepResult run(StepHost& host) {
  const auto target = target_of(host);
  chat::mask_webhook(host, target.webhook);
  if (!target.token.empty()) host.add_mask(target.token);
  if (const auto what = missing(target); !what.empty()) return failure(what);
  if (const auto wrong = chat::address_problems("SLACK_WEBHOOK", target.webhook); !wrong.empty())
    return failure(wrong[0]);
  auto message = message_of(host);
  if (target.webhook.empty() && !message.contains("channel")) message["channel"] = target.channel;
  for (const auto& line : chat::fit_slack(message)) host.log(line);
  const auto result = send(host, target, message);
  return result.outcome == Outcome::success ? upload(host, target) : result;
}

std::vector<std::string> problems(const StepInputs& step) {
  auto all = chat::address_problems("SLACK_WEBHOOK", setting(step, "SLACK_WEBHOOK"));
  const auto& env = step.env();
  const auto target = target_of(step);
  const bool told = env.contains("SLACK_WEBHOOK") || env.contains("SLACK_TOKEN");  // else an earlier step may
  if (const auto what = missing(target); told && !what.empty()) all.push_back(what);
  const auto custom = setting(step, "SLACK_CUSTOM_PAYLOAD");
  if (!custom.empty() && chat::known(custom) && !read_ordered_json(custom).is_object())
    all.push_back("SLACK_CUSTOM_PAYLOAD is not a JSON object");
  return all;
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto target = target_of(step);
  const auto where =
      target.webhook.empty() ? "Slack channel " + target.channel : std::string("Slack webhook");
  const auto text = setting(step, "SLACK_MESSAGE");
  const bool counted = !text.empty() && chat::known(text) && setting(step, "SLACK_CUSTOM_PAYLOAD").empty();
  std::vector<std::string> lines{"post to " + where};
  if (counted) lines[0] += fmt::format(" ({} characters)", chat::slack_length({{"text", text}}));
  if (const auto file = setting(step, "SLACK_FILE_UPLOAD"); !file.empty())
    lines.push_back(fmt::format("upload {} to Slack channel {}", file, target.channel));
  return lines;
}

}  // namespace
}  // namespace action_slack_notify_action

BuiltinAction action_slack_notify() {
  using namespace action_slack_notify_action;
  return {.spec = {.uses = "rtcamp/action-slack-notify",
                   .doc = "Tells a Slack channel of a run.",
                   .inputs = {},
                   .outputs = {},
                   .first_major = 2,
                   .last_major = 2},
          .run = run,
          .effects = effects,
          .problems = problems};
}

}  // namespace runner
