// sarisia/actions-status-discord: tells Discord channels how a job went.
#include <chrono>
#include <cstdlib>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/discord.hpp"
#include "steps/builtin/chat/facts.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace actions_status_discord_action {
namespace {

using chat::Json;

struct Status {
  const char *name, *word;
  long color;
};
constexpr Status kStatuses[] = {
    {"success", "Success", 0x28A745}, {"failure", "Failure", 0xCB2431}, {"cancelled", "Cancelled", 0xDBAB09}};
constexpr const char* kNoDetail = "No further information";
constexpr size_t kShortSha = 7;

const Status* find_status(const std::string& name) {
  for (const auto& status : kStatuses) {
    if (name == status.name) return &status;
  }
  return nullptr;
}

bool yes(const StepInputs& inputs, const char* name) { return is_true(inputs.input(name)); }

std::string title_of(const StepInputs& inputs) {
  const auto job = inputs.input("job");
  return job.empty() ? inputs.input("title") : job;
}

// Leading digits count, decimal or 0x...; nothing: the colour of the status.
std::optional<long> color_of(const std::string& text) {
  const bool hex = lower(text.substr(0, 2)) == "0x";
  char* end = nullptr;
  const auto* begin = text.c_str() + (hex ? 2 : 0);
  const long number = std::strtol(begin, &end, hex ? 16 : 10);
  if (end == begin) return std::nullopt;
  return number;
}

std::string push_detail(const Json& event) {
  const auto id = chat::event_text(event, "/head_commit/id");
  if (id.empty()) return {};
  return fmt::format("[`{}`]({}) {}", id.substr(0, kShortSha), chat::event_text(event, "/head_commit/url"),
                     chat::event_text(event, "/head_commit/message"));
}

std::string pull_request_detail(const Json& event) {
  const auto number = chat::event_text(event, "/pull_request/number");
  if (number.empty()) return {};
  return fmt::format("[`#{}`]({}) {}", number, chat::event_text(event, "/pull_request/html_url"),
                     chat::event_text(event, "/pull_request/title"));
}

std::string release_detail(const Json& event) {
  const auto name = chat::event_text(event, "/release/name"), body = chat::event_text(event, "/release/body");
  const auto bold = name.empty() ? name : "**" + name + "**";
  return bold + (name.empty() || body.empty() ? "" : "\n") + body;
}

std::string event_detail(const std::string& name, const Json& event) {
  struct {
    const char* event;
    std::string (*detail)(const Json&);
  } constexpr details[] = {
      {"push", push_detail}, {"pull_request", pull_request_detail}, {"release", release_detail}};
  std::string text;
  for (const auto& detail : details) {
    if (name == detail.event) text = detail.detail(event);
  }
  return text.empty() ? kNoDetail : text;
}

Json context_fields(const StepInputs& step) {
  const auto facts = chat::facts_of(step);
  const auto field = [](std::string name, std::string value, bool short_one) {
    return Json{
        {"name", std::move(name)}, {"value", value.empty() ? "-" : std::move(value)}, {"inline", short_one}};
  };
  return Json::array(
      {field("Repository", fmt::format("[{}]({})", facts.repository, facts.repository_url()), true),
       field("Ref", facts.ref, true),
       field("Event - " + facts.event_name, event_detail(facts.event_name, chat::event_of(step)), false),
       field("Triggered by", facts.actor, true),
       field("Workflow", fmt::format("[{}]({})", facts.workflow, facts.run_url()), true)});
}

std::string now() {
  const auto time = std::chrono::system_clock::now();
  const auto part = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()) % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     part.count());
}

Json embed_of(const StepInputs& step, const Status& status) {
  const bool bare = yes(step, "nodetail");
  auto embed = Json{{"color", color_of(step.input("color")).value_or(status.color)}};
  if (!yes(step, "notimestamp")) embed["timestamp"] = now();
  auto title = title_of(step);
  if (!bare && !yes(step, "noprefix"))
    title = title.empty() ? status.word : fmt::format("{}: {}", status.word, title);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) embed[name] = value;
  };
  add("title", title);
  add("url", step.input("url"));
  if (const auto image = step.input("image"); !image.empty()) embed["image"] = {{"url", image}};
  add("description", step.input("description"));
  if (!bare && !yes(step, "nocontext")) embed["fields"] = context_fields(step);
  return embed;
}

Json payload_of(const StepInputs& step, const Status& status) {
  auto payload = Json{{"embeds", Json::array({embed_of(step, status)})}};
  for (const auto* name : {"content", "username", "avatar_url"}) {
    if (const auto value = step.input(name); !value.empty()) payload[name] = value;
  }
  return payload;
}

std::vector<std::string> webhooks_of(const StepInputs& step) {
  auto text = step.input("webhook");
  if (text.empty()) text = env_value(step.env(), "DISCORD_WEBHOOK");
  std::vector<std::string> webhooks;
  for (const auto line : split_lines(text)) {
    if (const auto webhook = trim(line); !webhook.empty()) webhooks.emplace_back(webhook);
  }
  return webhooks;
}

void check_webhooks(StepHost& host, const std::vector<std::string>& webhooks) {
  for (size_t index = 0; index < webhooks.size(); ++index) {
    chat::mask_webhook(host, webhooks[index]);
    if (!webhooks[index].ends_with("/github")) continue;
    host.warn(
        fmt::format("webhook {} of {} ends in /github: Discord takes only GitHub's own "
                    "messages there",
                    index + 1, webhooks.size()));
  }
  if (webhooks.empty() && !yes(host, "ack_no_webhook"))
    throw InputError("No webhook is given. With ack_no_webhook: true that is no error");
}

// A failed one does not keep the others from hearing.
StepResult post_all(StepHost& host, const std::vector<std::string>& webhooks, const std::string& body) {
  StepResult all;
  for (const auto& webhook : webhooks) {
    const auto wrong = chat::address_problems("webhook", webhook);
    const auto result =
        wrong.empty() ? chat::post_to_discord(host, {.url = webhook, .body = body}) : failure(wrong[0]);
    if (result.outcome == Outcome::success) continue;
    all.outcome = result.outcome;
    all.message += (all.message.empty() ? "" : "\n") + result.message;
    if (result.outcome == Outcome::cancelled) break;
  }
  return all;
}

StepResult notify(StepHost& host) {
  const auto webhooks = webhooks_of(host);
  check_webhooks(host, webhooks);
  const auto name = lower(host.input("status"));
  const auto* status = find_status(name);
  if (status == nullptr) throw InputError("invalid status value: " + name);
  if (const auto color = host.input("color"); !color.empty() && !color_of(color))
    host.log(fmt::format("color: \"{}\" is no number; the status' own is taken", color));
  auto payload = payload_of(host, *status);
  for (const auto& line : chat::fit_discord(payload, "...")) host.log(line);
  const auto body = dump_json(payload);
  host.set_output("payload", body);
  return post_all(host, webhooks, body);
}

StepResult run(StepHost& host) {
  StepResult result;
  try {
    result = notify(host);
  } catch (const std::exception& error) {
    result = failure(error.what());
  }
  if (result.outcome != Outcome::failure || !yes(host, "nofail")) return result;
  host.annotate({.level = AnnotationLevel::error, .message = result.message});
  return {};
}

std::vector<std::string> problems(const StepInputs& step) {
  std::vector<std::string> all;
  const auto add = [&](const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (const auto status = lower(step.input("status")); step.given("status") && !status.empty())
    add(chat::choice_problems("status", status, {"success", "failure", "cancelled"}));
  const auto color = step.input("color");
  if (const auto number = color_of(color);
      chat::known(color) && number && (*number < 0 || *number > chat::kLastColor))
    add({fmt::format("color: {} is not between 0 and 0xFFFFFF", color)});
  for (const auto& webhook : webhooks_of(step)) add(chat::address_problems("webhook", webhook));
  return all;
}

std::vector<std::string> effects(const StepInputs& step) {
  return std::vector<std::string>(
      webhooks_of(step).size(),
      chat::discord_effect({step.input("content"), title_of(step), step.input("description")}));
}

}  // namespace
}  // namespace actions_status_discord_action

BuiltinAction actions_status_discord() {
  using namespace actions_status_discord_action;
  return {
      .spec = {.uses = "sarisia/actions-status-discord",
               .doc = "Tells Discord channels how a job went.",
               .inputs = {{.name = "webhook",
                           .doc = "addresses, a line each; else DISCORD_WEBHOOK of the environment",
                           .secret = true},
                          {.name = "status",
                           .doc = "success, failure or cancelled",
                           .fallback = "${{ job.status }}"},
                          {.name = "content", .doc = "text above the embed"},
                          {.name = "title", .doc = "of the embed", .fallback = "${{ github.workflow }}"},
                          {.name = "job", .doc = "older name of title"},
                          {.name = "description", .doc = "text of the embed"},
                          {.name = "image", .doc = "address of a picture"},
                          {.name = "color", .doc = "instead of the status' own: decimal or 0x..."},
                          {.name = "url", .doc = "link of the title"},
                          {.name = "username", .doc = "shown as the sender"},
                          {.name = "avatar_url", .doc = "the sender's picture"},
                          {.name = "nofail", .doc = "errors fail nothing", .fallback = "true"},
                          {.name = "nocontext", .doc = "no fields of the run", .fallback = "false"},
                          {.name = "noprefix", .doc = "no status before the title", .fallback = "false"},
                          {.name = "nodetail", .doc = "nocontext and noprefix", .fallback = "false"},
                          {.name = "notimestamp", .doc = "no time", .fallback = "false"},
                          {.name = "ack_no_webhook", .doc = "no webhook is no error", .fallback = "false"}},
               .outputs = {{"payload", "the message as JSON"}}},
      .run = run,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
