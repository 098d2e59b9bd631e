// slackapi/slack-github-action: sends a message or any data to Slack, by a webhook or a method of its API.
#include "steps/builtin/chat/slack_send.hpp"
#include "steps/step.hpp"

namespace runner {
namespace slack_github_action_action {
namespace {

// Version 1 took its address and token from the environment.
bool is_first(const StepInputs& step) { return !step.version().at_least(2); }

StepResult run(StepHost& host) {
  return is_first(host) ? chat::slack_send_v1(host) : chat::slack_send_v2(host);
}

std::vector<std::string> effects(const StepInputs& step) {
  return is_first(step) ? chat::slack_v1_effects(step) : chat::slack_v2_effects(step);
}

std::vector<std::string> problems(const StepInputs& step) {
  return is_first(step) ? chat::slack_v1_problems(step) : chat::slack_v2_problems(step);
}

}  // namespace
}  // namespace slack_github_action_action

BuiltinAction slack_github_action() {
  using namespace slack_github_action_action;
  return {.spec = {.uses = "slackapi/slack-github-action",
                   .doc = "Sends a message or data to Slack.",
                   .inputs = {{.name = "payload", .doc = "YAML or JSON; version 1: JSON"},
                              {.name = "payload-file-path", .doc = "file with the payload"},
                              {.name = "payload-templated",
                               .doc = "fill {{ env.X }} and {{ github.x }} in the payload",
                               .fallback = "false"},
                              {.name = "payload-delimiter",
                               .doc = "flatten the payload, with this between names"},
                              {.name = "webhook",
                               .doc = "address; else SLACK_WEBHOOK_URL of the environment",
                               .secret = true},
                              {.name = "webhook-type", .doc = "incoming-webhook or webhook-trigger"},
                              {.name = "method", .doc = "of Slack's API, such as chat.postMessage"},
                              {.name = "token",
                               .doc = "for a method; else SLACK_TOKEN of the environment",
                               .secret = true},
                              {.name = "api", .doc = "address of the API, instead of Slack's own"},
                              {.name = "errors", .doc = "a refusal fails the step", .fallback = "false"},
                              {.name = "retries", .doc = "0, 5, 10 or rapid", .fallback = "5"},
                              {.name = "proxy", .doc = "address of a proxy"},
                              {.name = "channel-id", .doc = "version 1: channels, with commas"},
                              {.name = "slack-message", .doc = "version 1: the text"},
                              {.name = "update-ts", .doc = "version 1: the message to change"},
                              {.name = "payload-file-path-parsed",
                               .doc = "version 1: fill templates of the file",
                               .fallback = "true"}},
                   .outputs = {{"ok", "true when Slack took it"},
                               {"response", "Slack's answer as JSON"},
                               {"channel_id", "of the message"},
                               {"ts", "of the message"},
                               {"thread_ts", "of the thread"},
                               {"time", "when it was sent"}},
                   .first_major = 1,
                   .last_major = 4},
          .run = run,
          .effects = effects,
          .problems = problems};
}

}  // namespace runner
