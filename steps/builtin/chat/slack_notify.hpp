// steps/builtin/chat/slack_notify.hpp -- the message of rtCamp/action-slack-notify, from its environment
// variables, the run and .github/hosts.yml.
#pragma once
#include "steps/builtin/chat/js_value.hpp"
#include "steps/step.hpp"

namespace runner::chat {

Json slack_notify_message(StepHost& host);

}  // namespace runner::chat
