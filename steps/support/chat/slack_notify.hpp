// steps/support/chat/slack_notify.hpp -- the message of rtCamp/action-slack-notify, from its environment
// variables, the run and .github/hosts.yml.
#pragma once
#include "steps/step.hpp"
#include "steps/support/chat/js_value.hpp"

namespace runner::chat {

Json slack_notify_message(StepHost& host);

}  // namespace runner::chat
