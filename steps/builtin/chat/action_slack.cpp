// 8398a7/action-slack: tells a Slack channel how a job went, or what a custom payload says.
#include <algorithm>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/action_slack_fields.hpp"
#include "steps/builtin/chat/js_literal.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace action_slack_action {
namespace {

using chat::Json;

constexpr const char* kWebhook = "SLACK_WEBHOOK_URL";
constexpr const char* kAction = "8398a7/action-slack";

struct Status {
  const char *name, *color, *text;
};
constexpr Status kStatuses[] = {{"success", "good", ":white_check_mark: Succeeded GitHub Actions\n"},
                                {"failure", "danger", ":no_entry: Failed GitHub Actions\n"},
                                {"cancelled", "warning", ":warning: Canceled GitHub Actions\n"}};

const Status* find_status(const std::string& name) {
  for (const auto& status : kStatuses) {
    if (name == status.name) return &status;
  }
  return nullptr;
}

std::string one_mention(std::string_view id) {
  const bool group = id == "here" || id == "channel" || id.find("subteam^") != id.npos;
  return fmt::format("<{}{}>", group ? '!' : '@', id);
}

std::string mentions(const StepInputs& step, const std::string& status) {
  const auto when = lower(step.input("if_mention"));
  if (when != "always" && when.find(status) == when.npos) return {};
  const auto ids = replace_all(step.input("mention"), " ", "");
  if (ids.empty()) return {};
  std::string text;
  for (const auto id : split(ids, ',')) text += one_mention(id) + " ";
  return text;
}

Json message_of(StepHost& host, const Status& status) {
  auto text = host.input("text");
  if (text.empty()) text = status.text;
  Json message{{"text", mentions(host, status.name) + text}};
  for (const auto* name : {"username", "icon_emoji", "icon_url", "channel"}) message[name] = host.input(name);
  auto fields = Json::array();
  for (const auto& field : chat::action_slack_fields(host))
    fields.push_back({{"title", field.title}, {"value", field.value}, {"short", true}});
  message["attachments"] = Json::array(
      {{{"color", status.color}, {"author_name", host.input("author_name")}, {"fields", std::move(fields)}}});
  return message;
}

// The values of the fields that were asked for are variables of the payload.
Json custom_message(StepHost& host) {
  Environment env = host.env();
  for (const auto& field : chat::action_slack_fields(host)) env[field.variable] = field.value;
  try {
    return chat::js_literal(host.input("custom_payload"), [&](const std::string& name) {
      const auto at = env.find(name);
      return at == env.end() ? std::nullopt : std::optional(at->second);
    });
  } catch (const chat::JsError& error) {
    throw InputError(fmt::format(
        "custom_payload: {}; {} is built in without a JavaScript engine: write the values",
        error.what(), kAction));
  }
}

StepResult run(StepHost& host) {
  const auto name = lower(host.input("status"));
  if (name.empty()) return failure("Input required and not supplied: status");
  const auto url = std::string(trim(env_value(host.env(), kWebhook)));
  if (url.empty()) return failure(fmt::format("Specify secrets.{}", kWebhook));
  chat::mask_webhook(host, url);
  if (const auto wrong = chat::address_problems(kWebhook, url); !wrong.empty()) return failure(wrong[0]);
  const auto* status = find_status(name);
  if (status == nullptr && name != "custom")
    return failure("You can specify success or failure or cancelled or custom");
  auto message = status != nullptr ? message_of(host, *status) : custom_message(host);
  for (const auto& line : chat::fit_slack(message)) host.log(line);
  return chat::post_to_slack(host, {.url = url, .body = dump_json(message)});
}

// Code is known before the run, though not the values.
std::vector<std::string> payload_problems(const StepInputs& step) {
  const auto payload = step.input("custom_payload");
  if (!chat::known(payload)) return {};
  if (payload.empty()) return {"custom_payload: status custom needs one"};
  try {
    chat::js_literal(payload, [](const std::string&) { return std::optional<std::string>(""); });
    return {};
  } catch (const chat::JsError& error) {
    return {fmt::format(
        "custom_payload: {}; {} is built in without a JavaScript engine: write the values",
        error.what(), kAction)};
  }
}

std::vector<std::string> problems(const StepInputs& step) {
  const auto url = env_value(step.env(), kWebhook);
  auto all = chat::address_problems(kWebhook, url);
  const auto add = [&](const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  const bool empty = url.empty() && step.env().contains(kWebhook);  // absent: an earlier step may set it
  if (empty) add({fmt::format("{} is empty", kWebhook)});
  const auto status = lower(step.input("status"));
  if (!status.empty())
    add(chat::choice_problems("status", status, {"success", "failure", "cancelled", "custom"}));
  if (status == "custom") add(payload_problems(step));
  add(chat::action_slack_field_problems(step));
  return all;
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto text = step.input("text");
  if (lower(step.input("status")) == "custom") return {"post a custom message to Slack webhook"};
  if (text.empty() || !chat::known(text)) return {"post to Slack webhook"};
  return {fmt::format("post to Slack webhook ({} characters)", chat::slack_length({{"text", text}}))};
}

}  // namespace
}  // namespace action_slack_action

BuiltinAction action_slack() {
  using namespace action_slack_action;
  return {
      .spec =
          {.uses = "8398a7/action-slack",
           .doc = "Tells a Slack channel how a job went.",
           .inputs = {{.name = "status", .doc = "success, failure, cancelled or custom", .required = true},
                      {.name = "fields", .doc = "repo,commit,... or all"},
                      {.name = "text", .doc = "instead of the usual text"},
                      {.name = "mention", .doc = "here, channel or users, with commas"},
                      {.name = "if_mention", .doc = "statuses with commas, or always"},
                      {.name = "author_name", .doc = "above the fields", .fallback = "8398a7@action-slack"},
                      {.name = "username", .doc = "shown as the sender"},
                      {.name = "icon_emoji", .doc = "the sender's icon"},
                      {.name = "icon_url", .doc = "the sender's picture"},
                      {.name = "channel", .doc = "instead of the webhook's own"},
                      {.name = "job_name", .doc = "shown instead of the job's own"},
                      {.name = "custom_payload", .doc = "the whole message, with status custom"},
                      {.name = "payload", .doc = "not used"},
                      {.name = "github_token", .doc = "not needed here"},
                      {.name = "github_base_url", .doc = "of links", .fallback = "${{ github.server_url }}"}},
           .outputs = {},
           .first_major = 3,
           .last_major = 3},
      .run = run,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
