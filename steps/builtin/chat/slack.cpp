#include "steps/builtin/chat/slack.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "steps/builtin/chat/cut.hpp"

namespace runner::chat {
namespace {

constexpr size_t kText = 40'000, kBlocks = 50, kAttachments = 100, kSection = 3000, kFields = 10,
                 kField = 2000;
constexpr size_t kHeader = 150, kImageText = 2000, kElements = 10, kReason = 300, kFooter = 300;

void fit_inner(Json& block, const char* name, size_t most, const std::string& where, Cutter& cutter) {
  if (const auto at = block.find(name); at != block.end())
    cutter.text(*at, "text", most, fmt::format("{}.{}", where, name));
}

void fit_block(Json& block, const std::string& where, Cutter& cutter) {
  const auto type = text_member(block, "type");
  if (type == "header") fit_inner(block, "text", kHeader, where, cutter);
  if (type == "context") cutter.list(block, "elements", kElements, where + ".elements");
  if (type == "image") {
    cutter.text(block, "alt_text", kImageText, where + ".alt_text");
    fit_inner(block, "title", kImageText, where, cutter);
  }
  if (type != "section") return;
  fit_inner(block, "text", kSection, where, cutter);
  cutter.list(block, "fields", kFields, where + ".fields");
  if (const auto fields = block.find("fields"); fields != block.end() && fields->is_array()) {
    for (size_t index = 0; index < fields->size(); ++index)
      cutter.text((*fields)[index], "text", kField, fmt::format("{}.fields[{}]", where, index));
  }
}

void fit_blocks(Json& holder, const std::string& where, Cutter& cutter) {
  if (!holder.is_object()) return;
  const auto blocks = holder.find("blocks");
  if (blocks == holder.end() || !blocks->is_array()) return;
  cutter.list(holder, "blocks", kBlocks, where + "blocks");
  for (size_t index = 0; index < blocks->size(); ++index) {
    if ((*blocks)[index].is_object())
      fit_block((*blocks)[index], fmt::format("{}blocks[{}]", where, index), cutter);
  }
}

void fit_attachment(Json& attachment, const std::string& where, Cutter& cutter) {
  fit_blocks(attachment, where, cutter);
  cutter.text(attachment, "footer", kFooter, where + "footer");
}

std::string form_of(const Json& arguments) {
  std::string form;
  for (const auto& [name, value] : arguments.items()) {
    if (value.is_null()) continue;
    const auto text = value.is_structured() ? dump_json(value) : js_text(value);
    form += (form.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(text);
  }
  return form;
}

std::string with_slash(std::string api) {
  if (!api.ends_with('/')) api += '/';
  return api;
}

}  // namespace

std::string text_member(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

std::vector<std::string> fit_slack(Json& message) {
  Cutter cutter;
  cutter.text(message, "text", kText, "text");
  fit_blocks(message, "", cutter);
  cutter.list(message, "attachments", kAttachments, "attachments");
  if (message.is_object() && message.contains("attachments") && message["attachments"].is_array()) {
    auto& attachments = message["attachments"];
    for (size_t index = 0; index < attachments.size(); ++index)
      fit_attachment(attachments[index], fmt::format("attachments[{}].", index), cutter);
  }
  return cutter.lines();
}

size_t slack_length(const Json& message) {
  size_t sum = 0;
  if (!message.is_structured()) return 0;
  for (const auto& [name, value] : message.items()) {
    if (value.is_structured()) {
      sum += slack_length(value);
    } else if (value.is_string() &&
               (name == "text" || name == "title" || name == "value" || name == "pretext")) {
      sum += utf16_length(value.get_ref<const std::string&>());
    }
  }
  return sum;
}

std::string slack_error(const HttpResponse& response) {
  const auto body = read_json(response.body);
  std::string why(trim(response.body));
  if (body.is_object() && body.contains("error") && body["error"].is_string()) why = body["error"];
  const bool page = why.starts_with('<');
  return fmt::format("Slack answered {}{}{}", response.status, why.empty() || page ? "" : ": ",
                     page ? "" : cut(why, kReason));
}

StepResult post_to_slack(StepHost& host, const SlackPost& post, HttpResponse* answer) {
  HttpRequest request;
  request.url = post.url;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = post.body;
  request.proxy = post.proxy;
  try {
    const auto response = chat::post(host, std::move(request), "Slack", post.patience);
    if (answer != nullptr) *answer = response;
    return is_success(response) ? StepResult{} : failure(slack_error(response));
  } catch (const NoAnswer& error) {
    return failure(error.what());
  }
}

StepResult call_slack(StepHost& host, const SlackCall& call, const Json& arguments, Json& answer) {
  answer = Json::object();
  HttpRequest request;
  request.url = with_slash(call.api) + call.method;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Authorization", "Bearer " + call.token}};
  request.body = form_of(arguments);
  request.proxy = call.proxy;
  try {
    const auto response = chat::post(host, std::move(request), "Slack", call.patience);
    if (auto body = read_ordered_json(response.body); body.is_object()) answer = std::move(body);
    if (!is_success(response)) return failure(slack_error(response));
    if (answer.contains("ok") && answer["ok"] == true) return {};
    return failure(fmt::format("Slack refused {}: {}", call.method,
                               answer.contains("error") ? js_text(answer["error"]) : "no reason"));
  } catch (const NoAnswer& error) {
    return failure(error.what());
  }
}

}  // namespace runner::chat
