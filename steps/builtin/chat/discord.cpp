#include "steps/builtin/chat/discord.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/unicode.hpp"
#include "steps/builtin/chat/cut.hpp"
#include "steps/builtin/chat/post.hpp"
#include "steps/builtin/chat/webhook.hpp"

namespace runner::chat {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kContent = 2000, kUsername = 80, kThreadName = 100, kEmbeds = 10;
constexpr size_t kTitle = 256, kDescription = 4096, kMostFields = 25, kFieldName = 256, kFieldValue = 1024;
constexpr size_t kFooterText = 2048, kAuthor = 256, kSum = 6000, kErrors = 500;

Json* member(Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(name);
  return at == object.end() ? nullptr : &*at;
}

Json* text_member(Json* object, const char* name) {
  auto* found = object == nullptr ? nullptr : member(*object, name);
  return found != nullptr && found->is_string() ? found : nullptr;
}

struct Text {
  Json* text;
  std::string where;
};

// All that counts for the sum, what is missed least first: from the last embed, its description before its
// fields.
std::vector<Text> texts_of(Json& embeds) {
  std::vector<Text> texts;
  const auto add = [&](Json* text, std::string where) {
    if (text != nullptr) texts.push_back({text, std::move(where)});
  };
  for (size_t index = embeds.size(); index-- > 0;) {
    auto& embed = embeds[index];
    const auto name = fmt::format("embeds[{}]", index);
    add(text_member(&embed, "description"), name + ".description");
    if (auto* fields = member(embed, "fields"); fields != nullptr && fields->is_array()) {
      for (size_t field = fields->size(); field-- > 0;) {
        add(text_member(&(*fields)[field], "value"), fmt::format("{}.fields[{}].value", name, field));
        add(text_member(&(*fields)[field], "name"), fmt::format("{}.fields[{}].name", name, field));
      }
    }
    add(text_member(member(embed, "footer"), "text"), name + ".footer.text");
    add(text_member(member(embed, "author"), "name"), name + ".author.name");
    add(text_member(&embed, "title"), name + ".title");
  }
  return texts;
}

size_t length(const Json& text) { return utf16_length(text.get_ref<const std::string&>()); }

void fit_embed(Json& embed, const std::string& where, Cutter& cutter) {
  cutter.text(embed, "title", kTitle, where + ".title");
  cutter.text(embed, "description", kDescription, where + ".description");
  if (auto* author = member(embed, "author")) cutter.text(*author, "name", kAuthor, where + ".author.name");
  if (auto* footer = member(embed, "footer"))
    cutter.text(*footer, "text", kFooterText, where + ".footer.text");
  cutter.list(embed, "fields", kMostFields, where + ".fields");
  auto* fields = member(embed, "fields");
  if (fields == nullptr || !fields->is_array()) return;
  for (size_t index = 0; index < fields->size(); ++index) {
    const auto field = fmt::format("{}.fields[{}]", where, index);
    cutter.text((*fields)[index], "name", kFieldName, field + ".name");
    cutter.text((*fields)[index], "value", kFieldValue, field + ".value");
  }
}

// One character of each text stays: none of them may be empty.
void fit_sum(Json& embeds, Cutter& cutter) {
  const auto texts = texts_of(embeds);
  size_t sum = 0;
  for (const auto& text : texts) sum += length(*text.text);
  for (const auto& text : texts) {
    if (sum <= kSum) return;
    const auto before = length(*text.text);
    if (before <= 1) continue;
    cutter.shorten(*text.text, std::max<size_t>(before - std::min(before - 1, sum - kSum), 1), text.where);
    sum -= before - length(*text.text);
  }
}

}  // namespace

std::vector<std::string> fit_discord(Json& message, const std::string& mark) {
  Cutter cutter(mark);
  cutter.text(message, "content", kContent, "content");
  cutter.text(message, "username", kUsername, "username");
  cutter.text(message, "thread_name", kThreadName, "thread_name");
  cutter.list(message, "embeds", kEmbeds, "embeds");
  if (auto* embeds = member(message, "embeds"); embeds != nullptr && embeds->is_array()) {
    for (size_t index = 0; index < embeds->size(); ++index)
      fit_embed((*embeds)[index], fmt::format("embeds[{}]", index), cutter);
    fit_sum(*embeds, cutter);
  }
  return cutter.lines();
}

size_t discord_length(const Json& message) {
  auto copy = message;
  size_t sum = 0;
  if (const auto* content = text_member(&copy, "content")) sum += length(*content);
  if (auto* embeds = member(copy, "embeds"); embeds != nullptr && embeds->is_array()) {
    for (const auto& text : texts_of(*embeds)) sum += length(*text.text);
  }
  return sum;
}

std::string discord_error(const HttpResponse& response) {
  const auto body = read_json(response.body);
  if (!body.is_object()) return fmt::format("Discord answered {}", response.status);
  const auto message = body.contains("message") && body["message"].is_string()
                           ? body["message"].get<std::string>()
                           : "no reason";
  auto text = fmt::format("Discord answered {}: {}", response.status, message);
  if (body.contains("errors")) text += " " + cut(dump_json(body["errors"]), kErrors);
  return text;
}

StepResult post_to_discord(StepHost& host, DiscordPost post, HttpResponse* answer) {
  HttpRequest request;
  request.url = std::move(post.url);
  request.headers = std::move(post.headers);
  request.headers.insert(request.headers.begin(), {"Content-Type", std::move(post.content_type)});
  request.body = std::move(post.body);
  try {
    auto response = chat::post(host, std::move(request), "Discord");
    if (!is_success(response)) return failure(discord_error(response));
    if (answer != nullptr) *answer = std::move(response);
    return {};
  } catch (const NoAnswer& error) {
    return failure(error.what());
  }
}

std::string discord_effect(const std::vector<std::string>& texts) {
  size_t sum = 0;
  for (const auto& text : texts) {
    if (!known(text)) return "post to Discord webhook";
    sum += utf16_length(text);
  }
  return fmt::format("post to Discord webhook ({} characters)", sum);
}

std::vector<std::string> number_problems(std::string_view name, const std::string& value, long last) {
  if (value.empty() || !known(value)) return {};
  long number = -1;
  const auto* end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, number);
  if (read.ec == std::errc() && read.ptr == end && number >= 0 && number <= last) return {};
  auto text = fmt::format("{}: \"{}\" is no whole number from 0 to {}", name, value, last);
  const auto digits = value.substr(value.starts_with("0x") ? 2 : value.starts_with("#") ? 1 : value.size());
  const auto hex = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (!digits.empty() && hex.ec == std::errc() && hex.ptr == digits.data() + digits.size() && number <= last)
    text += fmt::format("; did you mean {}?", number);
  return {text};
}

}  // namespace runner::chat
