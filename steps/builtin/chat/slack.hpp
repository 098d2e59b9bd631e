// steps/builtin/chat/slack.hpp -- messages to Slack: incoming webhooks and methods of its API, within the
// lengths its documentation allows: https://docs.slack.dev/reference/block-kit/blocks
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "steps/builtin/chat/js_value.hpp"
#include "steps/builtin/chat/post.hpp"
#include "steps/step.hpp"

namespace runner::chat {

constexpr const char* kSlackApi = "https://slack.com/api/";

// Cuts what is too long; a line for the log for each cut.
std::vector<std::string> fit_slack(Json& message);
size_t slack_length(const Json& message);  // of all that is shown as text
std::string text_member(const Json& object, const char* name);  // "" where there is none

// "Slack answered 404: no_service".
std::string slack_error(const HttpResponse& response);

// A JSON body to a webhook. The answer of any status goes into `answer`.
struct SlackPost {
  std::string url, body;
  std::optional<HttpProxy> proxy{};
  Patience patience{};
};
StepResult post_to_slack(StepHost& host, const SlackPost& post, HttpResponse* answer = nullptr);

struct SlackCall {
  std::string method, token;
  std::string api = kSlackApi;
  std::optional<HttpProxy> proxy{};
  Patience patience{};
};
// Arguments as a form, for not every method takes JSON. `answer`: what came, {} when it was no JSON.
StepResult call_slack(StepHost& host, const SlackCall& call, const Json& arguments, Json& answer);

}  // namespace runner::chat
