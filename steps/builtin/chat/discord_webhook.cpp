// tsickert/discord-webhook: posts a message, an embed or a file to a Discord channel.
#include <algorithm>
#include <cstdlib>
#include <span>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/chat/discord.hpp"
#include "steps/builtin/chat/form.hpp"
#include "steps/builtin/chat/post.hpp"
#include "steps/builtin/chat/webhook.hpp"
#include "steps/formats/date.hpp"
#include "steps/step.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace discord_webhook_action {
namespace {

using Json = nlohmann::ordered_json;

constexpr long kLastFlag = 1L << 30;

std::string file_text(StepHost& host, const std::string& input) {
  const auto path = host.workspace() / host.input(input);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored))
    throw InputError(fmt::format("{}: there is no file {}", input, path.string()));
  return read_file(path);
}

// A decimal number, or text as it is: Discord says what is wrong with it.
Json number_or_text(const std::string& text) {
  const bool digits =
      !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? Json(std::atol(text.c_str())) : Json(text);
}

void add(Json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

void add_part(Json& embed, const char* name, Json part) {
  if (!part.empty()) embed[name] = std::move(part);
}

// What an embed is made for, and what only comes along with it.
constexpr const char* kEmbedTexts[] = {"embed-title", "embed-description", "embed-url", "embed-timestamp",
                                       "embed-color"};
constexpr const char* kEmbedParts[] = {"embed-author-name",  "embed-author-url",      "embed-author-icon-url",
                                       "embed-footer-text",  "embed-footer-icon-url", "embed-image-url",
                                       "embed-thumbnail-url"};

const char* first_given_input(const StepInputs& inputs, std::span<const char* const> names) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const char* name) { return !inputs.input(name).empty(); });
  return found == names.end() ? nullptr : *found;
}

// The first of the inputs that come to nothing because no embed is made; null. Up to version 4 one was made
// for them too.
const char* part_without_embed(const StepInputs& inputs) {
  const bool may_be = inputs.version().at_least(5) && inputs.input("raw-data").empty();
  if (!may_be || first_given_input(inputs, kEmbedTexts) != nullptr) return nullptr;
  return first_given_input(inputs, kEmbedParts);
}

std::string no_embed_text(const char* part) {
  return fmt::format(
      "{} alone makes no embed: give embed-title, embed-description, embed-url, embed-timestamp or "
      "embed-color too",
      part);
}

Json make_embed(const StepInputs& inputs) {
  auto embed = Json::object();
  if (part_without_embed(inputs) != nullptr) return embed;
  add(embed, "title", inputs.input("embed-title"));
  add(embed, "description", inputs.input("embed-description"));
  add(embed, "url", inputs.input("embed-url"));
  if (const auto when = inputs.input("embed-timestamp"); !when.empty())
    embed["timestamp"] = iso_timestamp(when).value_or(when);
  if (const auto color = inputs.input("embed-color"); !color.empty()) embed["color"] = number_or_text(color);
  auto author = Json::object(), footer = Json::object(), image = Json::object(), thumbnail = Json::object();
  add(author, "name", inputs.input("embed-author-name"));
  add(author, "url", inputs.input("embed-author-url"));
  add(author, "icon_url", inputs.input("embed-author-icon-url"));
  add(footer, "text", inputs.input("embed-footer-text"));
  add(footer, "icon_url", inputs.input("embed-footer-icon-url"));
  add(image, "url", inputs.input("embed-image-url"));
  add(thumbnail, "url", inputs.input("embed-thumbnail-url"));
  add_part(embed, "author", author);
  add_part(embed, "footer", footer);
  add_part(embed, "image", image);
  add_part(embed, "thumbnail", thumbnail);
  return embed;
}

Json make_body(const StepInputs& inputs) {
  auto body = Json::object();
  add(body, "content", inputs.input("content"));
  add(body, "username", inputs.input("username"));
  add(body, "avatar_url", inputs.input("avatar-url"));
  if (is_true(inputs.input("tts"))) body["tts"] = true;
  const auto flags = inputs.input("flags");
  if (!flags.empty() && inputs.version().at_least(7)) body["flags"] = number_or_text(flags);
  add(body, "thread_name", inputs.input("thread-name"));
  // Versions before 4 had no embeds.
  if (auto embed = make_embed(inputs); !embed.empty()) body["embeds"] = Json::array({embed});
  return body;
}

// Text of the file as it is, unless it has to be cut.
std::string payload(StepHost& host) {
  const bool raw = !host.input("raw-data").empty();
  auto text = raw ? file_text(host, "raw-data") : std::string();
  auto body = raw ? read_ordered_json(text) : make_body(host);
  if (body.is_discarded()) throw InputError(fmt::format("raw-data: {} is not JSON", host.input("raw-data")));
  const auto cuts = chat::fit_discord(body);
  for (const auto& line : cuts) host.log(line);
  return raw && cuts.empty() ? text : dump_json(body);
}

std::string address(const StepInputs& inputs) {
  auto url = inputs.input("webhook-url");
  if (const auto thread = inputs.input("thread-id"); !thread.empty())
    url = chat::add_query(url, "thread_id", thread);
  // Before version 6 there was no choice: the answer was always waited for.
  return boolean_input(inputs, "wait") ? chat::add_query(url, "wait", "true") : url;
}

chat::DiscordPost make_post(StepHost& host) {
  const auto body = payload(host);
  const auto filename = host.input("filename");
  if (filename.empty()) return {.url = address(host), .body = body};
  chat::Form form;
  form.file("upload-file", std::filesystem::path(filename).filename().string(), file_text(host, "filename"));
  form.field("payload_json", body, "application/json");
  return {.url = address(host), .body = form.body(), .content_type = form.content_type()};
}

std::vector<std::string> timestamp_problems(const StepInputs& inputs) {
  const auto when = inputs.input("embed-timestamp");
  if (when.empty() || !chat::known(when) || iso_timestamp(when)) return {};
  return {fmt::format("embed-timestamp: \"{}\" is not a date such as 2025-03-11T00:22:15Z", when)};
}

std::vector<std::string> wait_problems(const StepInputs& inputs) {
  const auto wait = inputs.input("wait");
  if (!chat::known(wait) || equal_ignoring_case(wait, "true") || equal_ignoring_case(wait, "false"))
    return {};
  return {fmt::format("wait: \"{}\" is neither true nor false", wait)};
}

std::vector<std::string> emptiness_problems(const StepInputs& inputs) {
  for (const auto* name : {"content", "raw-data", "filename"}) {
    if (!inputs.input(name).empty()) return {};
  }
  if (!make_embed(inputs).empty()) return {};
  if (const auto* part = part_without_embed(inputs)) return {"nothing to post: " + no_embed_text(part)};
  return {"nothing to post: it has no content, embed-..., filename or raw-data"};
}

std::vector<std::string> problems(const StepInputs& inputs) {
  auto all = chat::address_problems("webhook-url", inputs.input("webhook-url"));
  const auto add_all = [&](std::vector<std::string> more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  add_all(timestamp_problems(inputs));
  add_all(chat::number_problems("embed-color", inputs.input("embed-color"), chat::kLastColor));
  add_all(chat::number_problems("flags", inputs.input("flags"), kLastFlag));
  add_all(wait_problems(inputs));
  add_all(emptiness_problems(inputs));
  return all;
}

StepResult run(StepHost& host) {
  const auto url = host.input("webhook-url");
  if (url.empty()) return failure("Input required and not supplied: webhook-url");
  chat::mask_webhook(host, url);
  if (const auto wrong = problems(host); !wrong.empty()) return failure(wrong.front());
  if (const auto* part = part_without_embed(host)) host.warn(no_embed_text(part));
  return chat::post_to_discord(host, make_post(host));
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::vector<std::string> texts{inputs.input("content")};
  for (const auto* name : {"embed-title", "embed-description", "embed-author-name", "embed-footer-text"}) {
    if (part_without_embed(inputs) == nullptr) texts.push_back(inputs.input(name));
  }
  std::vector<std::string> lines{chat::discord_effect(texts)};
  if (const auto file = inputs.input("raw-data"); !file.empty())
    lines[0] = fmt::format("post {} to Discord webhook", file);
  if (const auto file = inputs.input("filename"); !file.empty())
    lines[0] += fmt::format(", with the file {}", file);
  return lines;
}

std::vector<InputSpec> inputs_of_spec() {
  return {{.name = "webhook-url", .doc = "from the channel's settings", .required = true, .secret = true},
          {.name = "content", .doc = "the text"},
          {.name = "username", .doc = "shown as the sender"},
          {.name = "avatar-url", .doc = "the sender's picture"},
          {.name = "tts", .doc = "read aloud"},
          {.name = "raw-data", .doc = "JSON file that replaces the whole message"},
          {.name = "filename", .doc = "file to attach"},
          {.name = "thread-id", .doc = "thread to post in"},
          {.name = "thread-name", .doc = "thread to open"},
          {.name = "flags", .doc = "of the message"},
          {.name = "wait", .doc = "wait until the message is stored", .fallback = "true"},
          {.name = "embed-title", .doc = "title"},
          {.name = "embed-description", .doc = "text, cut at 4096 characters"},
          {.name = "embed-url", .doc = "link of the title"},
          {.name = "embed-timestamp", .doc = "a date"},
          {.name = "embed-color", .doc = "decimal number"},
          {.name = "embed-author-name", .doc = "author"},
          {.name = "embed-author-url", .doc = "author's link"},
          {.name = "embed-author-icon-url", .doc = "author's picture"},
          {.name = "embed-footer-text", .doc = "footer"},
          {.name = "embed-footer-icon-url", .doc = "footer's picture"},
          {.name = "embed-image-url", .doc = "picture"},
          {.name = "embed-thumbnail-url", .doc = "small picture"}};
}

}  // namespace
}  // namespace discord_webhook_action

BuiltinAction discord_webhook() {
  using namespace discord_webhook_action;
  return {.spec = {.uses = "tsickert/discord-webhook",
                   .doc = "Posts a message to a Discord channel.",
                   .inputs = inputs_of_spec(),
                   .outputs = {},
                   .first_major = 1,
                   .last_major = 7},
          .run = run,
          .post = nullptr,
          .effects = effects,
          .problems = problems};
}

}  // namespace runner
