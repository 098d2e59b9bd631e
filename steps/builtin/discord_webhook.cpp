// tsickert/discord-webhook: posts a message, an embed or a file to a Discord channel.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/step.hpp"
#include "steps/support/date.hpp"
#include "steps/support/http.hpp"
#include "steps/support/sleep.hpp"

namespace runner {
namespace {

using nlohmann::json;

constexpr int kTries = 3;
constexpr size_t kLongestContent = 2000, kLongestDescription = 4096;
constexpr std::chrono::milliseconds kLongestWait{60'000};

struct Message {
  std::string content_type, body;
};

std::string read_file(StepHost& host, const std::string& input) {
  const auto path = host.workspace() / host.input(input);
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad())
    throw InputError(fmt::format("{}: cannot read the file {}", input, path.string()));
  return bytes;
}

// A decimal number, or text as it is: Discord says what is wrong with it.
json number_or_text(const std::string& text) {
  const bool digits =
      !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? json(std::atol(text.c_str())) : json(text);
}

// Cuts after `most` characters, as Discord counts them: UTF-16 units.
std::string cut(const std::string& text, size_t most) {
  size_t units = 0;
  for (size_t at = 0; at < text.size();) {
    const auto length = std::max<size_t>(utf8_length(text, at), 1);
    units += length == 4 ? 2 : 1;
    if (units > most) return text.substr(0, at);
    at += length;
  }
  return text;
}

size_t character_count(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void add(json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = value;
}

void add_part(json& embed, const char* name, json part) {
  if (!part.empty()) embed[name] = std::move(part);
}

json make_embed(const StepInputs& inputs) {
  auto embed = json::object();
  add(embed, "title", inputs.input("embed-title"));
  add(embed, "description", cut(inputs.input("embed-description"), kLongestDescription));
  add(embed, "url", inputs.input("embed-url"));
  if (const auto when = inputs.input("embed-timestamp"); !when.empty()) {
    const auto iso = iso_timestamp(when);
    if (!iso)
      throw InputError(
          fmt::format("embed-timestamp: \"{}\" is not a date such as 2025-03-11T00:22:15Z", when));
    embed["timestamp"] = *iso;
  }
  if (const auto color = inputs.input("embed-color"); !color.empty()) embed["color"] = number_or_text(color);
  auto author = json::object(), footer = json::object(), image = json::object(), thumbnail = json::object();
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

json make_body(const StepInputs& inputs) {
  auto body = json::object();
  add(body, "content", inputs.input("content"));
  add(body, "username", inputs.input("username"));
  add(body, "avatar_url", inputs.input("avatar-url"));
  if (is_true(inputs.input("tts"))) body["tts"] = true;
  const auto flags = inputs.input("flags");
  if (!flags.empty() && inputs.version().at_least(7)) body["flags"] = number_or_text(flags);
  add(body, "thread_name", inputs.input("thread-name"));
  // Versions before 4 had no embeds.
  if (auto embed = make_embed(inputs); !embed.empty()) body["embeds"] = json::array({embed});
  return body;
}

std::string payload(StepHost& host) {
  if (host.input("raw-data").empty())
    return make_body(host).dump(-1, ' ', false, json::error_handler_t::replace);
  const auto text = read_file(host, "raw-data");
  if (!json::accept(text)) throw InputError(fmt::format("raw-data: {} is not JSON", host.input("raw-data")));
  return text;
}

Message make_message(StepHost& host) {
  const auto body = payload(host);
  if (host.input("filename").empty()) return {"application/json", body};
  std::random_device random;
  const auto boundary = fmt::format("runner-{:08x}{:08x}{:08x}", random(), random(), random());
  auto name = std::filesystem::path(host.input("filename")).filename().string();
  std::replace(name.begin(), name.end(), '"', '_');
  const auto part = [&](std::string_view head, std::string_view content) {
    return fmt::format("--{}\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", boundary, head, content);
  };
  const auto type = "name=\"payload_json\"\r\nContent-Type: application/json";
  const auto file =
      fmt::format("name=\"upload-file\"; filename=\"{}\"\r\nContent-Type: application/octet-stream", name);
  return {"multipart/form-data; boundary=" + boundary,
          part(file, read_file(host, "filename")) + part(type, body) + fmt::format("--{}--\r\n", boundary)};
}

std::string address(const StepInputs& inputs) {
  auto url = inputs.input("webhook-url");
  const auto add_query = [&](const std::string& text) {
    url += (url.find('?') == std::string::npos ? "?" : "&") + text;
  };
  if (const auto thread = inputs.input("thread-id"); !thread.empty())
    add_query("thread_id=" + percent_encode(thread));
  // Before version 6 there was no choice: the answer was always waited for.
  if (boolean_input(inputs, "wait")) add_query("wait=true");
  return url;
}

// The last part of the URL's path is the secret; it may show up without the rest.
void mask_webhook(StepHost& host) {
  const auto url = host.input("webhook-url");
  host.add_mask(url);
  const auto path = url.substr(0, url.find_first_of("?#"));
  const auto token = path.substr(path.rfind('/') + 1);
  if (token.size() >= 16) host.add_mask(token);
}

std::chrono::milliseconds retry_after(const HttpResponse& response, int tries) {
  double seconds = tries;
  if (const auto header = response.header("Retry-After"); !header.empty())
    seconds = std::atof(header.c_str());
  const auto body = read_json(response.body);
  if (body.is_object() && body.contains("retry_after") && body["retry_after"].is_number())
    seconds = body["retry_after"];
  return std::min(kLongestWait,
                  std::chrono::milliseconds(static_cast<int64_t>(std::clamp(seconds, 0.0, 3600.0) * 1000)));
}

std::string error_text(const HttpResponse& response) {
  const auto body = read_json(response.body);
  if (!body.is_object()) return fmt::format("Discord answered {}", response.status);
  std::string text =
      fmt::format("Discord answered {}: {}", response.status, body.value("message", "no reason"));
  if (body.contains("errors"))
    text += " " + cut(body["errors"].dump(-1, ' ', false, json::error_handler_t::replace), 500);
  return text;
}

StepResult post_message(StepHost& host) {
  const auto message = make_message(host);
  HttpRequest request;
  request.method = "POST";
  request.url = address(host);
  request.headers = {{"Content-Type", message.content_type}};
  request.body = message.body;
  request.timeout = std::chrono::seconds(60);
  request.stop = host.stop();
  for (int tries = 1;; ++tries) {
    const auto response = host.http().send(request);
    host.log(fmt::format("HTTP {}", response.status));
    if (response.status >= 200 && response.status < 300) return {};
    const bool may_help = response.status == 429 || response.status >= 500;
    if (!may_help || tries == kTries) return failure(error_text(response));
    const auto time = retry_after(response, tries);
    host.log(fmt::format("Trying again in {} s", static_cast<double>(time.count()) / 1000));
    if (!sleep_for(time, host.stop())) return {Outcome::cancelled, "cancelled"};
  }
}

StepResult run(StepHost& host) {
  const auto url = host.input("webhook-url");
  if (url.empty()) return failure("Input required and not supplied: webhook-url");
  mask_webhook(host);
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    return failure("webhook-url: an address that starts with https:// was expected");
  }
  try {
    return post_message(host);
  } catch (const HttpError& error) {  // not its whole text: the path of the URL is the secret
    if (host.stop().stop_requested()) return {Outcome::cancelled, "cancelled"};
    return failure(fmt::format("post to the Discord webhook: {}", error.cause()));
  } catch (const InputError& error) {
    return failure(error.what());
  }
}

std::vector<std::string> effects(const StepInputs& inputs) {
  size_t count = 0;
  for (const auto* name :
       {"content", "embed-title", "embed-description", "embed-author-name", "embed-footer-text"}) {
    count += character_count(inputs.input(name));
  }
  return {fmt::format("post to Discord webhook ({} characters)", count)};
}

std::vector<std::string> problems(const StepInputs& inputs) {
  const auto content = inputs.input("content");
  const auto count = character_count(content);
  if (content.find("${{") != std::string::npos || count <= kLongestContent) return {};
  return {fmt::format("content: Discord takes {} characters, these are {}", kLongestContent, count)};
}

std::vector<InputSpec> inputs_of_spec() {
  return {{.name = "webhook-url", .doc = "from the channel's settings", .required = true},
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

BuiltinAction discord_webhook() {
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
