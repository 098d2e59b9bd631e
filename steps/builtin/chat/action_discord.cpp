// Ilshidur/action-discord: posts a message, or the event as Discord shows it; settings come from environment
// variables.
#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/discord.hpp"
#include "steps/builtin/chat/facts.hpp"
#include "steps/builtin/chat/placeholders.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/http.hpp"

namespace runner {
namespace action_discord_action {
namespace {

using chat::Json;

constexpr const char* kAction = "Ilshidur/action-discord";
constexpr const char* kWebhook = "DISCORD_WEBHOOK";

// A container's arguments: words between blanks, double quotes keep blanks; the message is the words with one
// blank between.
std::string joined_words(std::string_view text) {
  std::string joined;
  bool quoted = false, gap = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool escaped = c == '\\' && at + 1 < text.size() && text[at + 1] == '"';
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      gap = !joined.empty();
    } else {
      if (gap) joined += ' ';
      joined += escaped ? text[++at] : c;
      gap = false;
    }
  }
  return joined;
}

// As the template's code would find it: a name nobody set is an error, a missing member is not.
std::string value_of(const std::vector<std::string>& path, const Environment& env, const Json& event) {
  const bool of_event = path[0] == "EVENT_PAYLOAD";
  const auto variable = env.find(path[0]);
  if (!of_event && variable == env.end()) throw InputError(path[0] + " is not defined");
  const Json text = of_event ? Json() : Json(variable->second);
  const Json* value = of_event ? &event : &text;
  for (size_t index = 1; index < path.size(); ++index) {
    if (value == nullptr || value->is_null())
      throw InputError(fmt::format("{} has no value to take {} of",
                                   fmt::join(path.begin(), path.begin() + static_cast<long>(index), "."),
                                   path[index]));
    value = chat::find_member(*value, path[index]);
  }
  return value == nullptr || value->is_null() ? "" : chat::js_text(*value);
}

std::string message_of(const StepInputs& step, const Json& event) {
  const auto args = joined_words(step.input("args"));
  if (args.find("<%") != args.npos)
    throw InputError(fmt::format(
        "args: <% ... %> is code, and {} is built in without a JavaScript engine: write the text", kAction));
  return chat::fill_placeholders(args, "args", kAction,
                                 [&](const auto& path) { return value_of(path, step.env(), event); });
}

Json json_variable(const StepInputs& step, const char* name) {
  const auto text = env_value(step.env(), name);
  auto value = read_ordered_json(text);
  if (value.is_discarded()) throw InputError(fmt::format("{} is not JSON: {}", name, text.substr(0, 80)));
  return value;
}

Json body_of(const StepInputs& step, const Json& event) {
  Json body{{"content", message_of(step, event)}};
  const auto set = [&](const char* name) { return !env_value(step.env(), name).empty(); };
  if (set("DISCORD_MESSAGE_ID"))
    body["message_reference"] = {{"message_id", env_value(step.env(), "DISCORD_MESSAGE_ID")}};
  if (set("DISCORD_EMBEDS")) body["embeds"] = json_variable(step, "DISCORD_EMBEDS");
  if (set("DISCORD_MENTIONS")) body["allowed_mentions"] = json_variable(step, "DISCORD_MENTIONS");
  if (set("DISCORD_USERNAME")) body["username"] = env_value(step.env(), "DISCORD_USERNAME");
  if (set("DISCORD_AVATAR")) body["avatar_url"] = env_value(step.env(), "DISCORD_AVATAR");
  return body;
}

bool shows_event(const StepInputs& step) {
  return step.input("args").empty() && env_value(step.env(), "DISCORD_EMBEDS").empty();
}

chat::DiscordPost make_post(StepHost& host) {
  const auto event = chat::event_of(host);
  auto url = env_value(host.env(), kWebhook);
  auto body = event;
  if (shows_event(host)) {
    url.insert(std::min(url.find('?'), url.size()), "/github");
  } else {
    body = body_of(host, event);
    for (const auto& line : chat::fit_discord(body)) host.log(line);
  }
  return {.url = chat::add_query(url, "wait", "true"),
          .body = dump_json(body),
          .headers = {{"X-GitHub-Event", host.context("github.event_name")}}};
}

StepResult run(StepHost& host) {
  const auto url = env_value(host.env(), kWebhook);
  if (url.empty()) return failure(fmt::format("Env var {} is not defined", kWebhook));
  chat::mask_webhook(host, url);
  if (const auto wrong = chat::address_problems(kWebhook, url); !wrong.empty()) return failure(wrong[0]);
  HttpResponse answer;
  auto result = chat::post_to_discord(host, make_post(host), &answer);
  if (const auto id = read_json(answer.body); id.is_object() && id.contains("id") && id["id"].is_string())
    host.set_output("message_id", id["id"]);
  return result;
}

std::vector<std::string> problems(const StepInputs& step) {
  auto all = chat::address_problems(kWebhook, env_value(step.env(), kWebhook));
  const auto at = step.env().find(kWebhook);  // absent: an earlier step may set it
  if (at != step.env().end() && at->second.empty()) all.push_back(fmt::format("{} is empty", kWebhook));
  for (const auto* name : {"DISCORD_EMBEDS", "DISCORD_MENTIONS"}) {
    const auto text = env_value(step.env(), name);
    if (!text.empty() && chat::known(text) && read_ordered_json(text).is_discarded())
      all.push_back(fmt::format("{} is not JSON", name));
  }
  return all;
}

std::vector<std::string> effects(const StepInputs& step) {
  if (shows_event(step)) return {"post the event to Discord webhook"};
  const auto args = joined_words(step.input("args"));
  if (args.find("{{") != args.npos) return {"post to Discord webhook"};
  return {chat::discord_effect({args})};
}

}  // namespace
}  // namespace action_discord_action

BuiltinAction action_discord() {
  using namespace action_discord_action;
  return {
      .spec = {.uses = "ilshidur/action-discord",
               .doc = "Posts a message or the event to a Discord channel.",
               .inputs = {{.name = "args",
                           .doc =
                               "the message; {{ NAME }} is a variable, {{ EVENT_PAYLOAD.x }} of the event"}},
               .outputs = {{"message_id", "Discord's name for the message"}},
               .first_major = 0,
               .last_major = 0},
      .run = run,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
