#include "steps/builtin/chat/slack_upload.hpp"

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/system/files.hpp"

namespace runner::chat {
namespace {

StepResult send_bytes(StepHost& host, const std::string& url, std::string bytes) {
  HttpRequest request;
  request.url = url;
  request.headers = {{"Content-Type", "application/octet-stream"}};
  request.body = std::move(bytes);
  try {
    const auto response = post(host, std::move(request), "Slack");
    return is_success(response) ? StepResult{} : failure(slack_error(response));
  } catch (const NoAnswer& error) {
    return failure(error.what());
  }
}

std::string text_at(const Json& answer, const char* name) {
  return answer.contains(name) && answer[name].is_string() ? answer[name].get<std::string>() : "";
}

}  // namespace

StepResult upload_to_slack(StepHost& host, const SlackFile& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file.path, ignored))
    return failure(fmt::format("SLACK_FILE_UPLOAD: there is no file {}", file.path.string()));
  auto bytes = read_file(file.path);
  const auto name = file.path.filename().string();
  Json answer;
  SlackCall call{.method = "files.getUploadURLExternal", .token = file.token};
  auto result = call_slack(host, call, {{"filename", name}, {"length", bytes.size()}}, answer);
  if (result.outcome != Outcome::success) return result;
  const auto url = text_at(answer, "upload_url"), id = text_at(answer, "file_id");
  if (url.empty() || id.empty()) return failure("Slack gave no address for the file");
  host.add_mask(url);
  result = send_bytes(host, url, std::move(bytes));
  if (result.outcome != Outcome::success) return result;
  Json arguments{{"files", Json::array({{{"id", id}, {"title", name}}})}, {"channel_id", file.channel}};
  if (!file.thread_ts.empty()) arguments["thread_ts"] = file.thread_ts;
  call.method = "files.completeUploadExternal";
  return call_slack(host, call, arguments, answer);
}

}  // namespace runner::chat
