// steps/builtin/chat/slack_send.hpp -- slackapi/slack-github-action: version 1, and what its second and later
// versions made of it.
#pragma once
#include "steps/builtin/chat/js_value.hpp"
#include "steps/step.hpp"

namespace runner::chat {

constexpr const char* kSlackSend = "slackapi/slack-github-action";

StepResult slack_send_v1(StepHost& host);
std::vector<std::string> slack_v1_problems(const StepInputs& step);
std::vector<std::string> slack_v1_effects(const StepInputs& step);

StepResult slack_send_v2(StepHost& host);
std::vector<std::string> slack_v2_problems(const StepInputs& step);
std::vector<std::string> slack_v2_effects(const StepInputs& step);

// What `github` is in a template, and what is sent where there is no payload: payload, eventName, sha, ...
Json toolkit_context(const StepInputs& step);
// The templates in every text of a payload filled from env and github: {{ github.payload.x }}, with or
// without the $. Throws InputError.
Json filled_payload(const Json& payload, const StepInputs& step);
std::string filled_text(const std::string& text, const StepInputs& step);
// The text of a payload file; throws InputError.
std::string payload_file(StepHost& host);
size_t payload_length(const std::string& payload);  // of the texts in it, 0 when only a run knows

}  // namespace runner::chat
