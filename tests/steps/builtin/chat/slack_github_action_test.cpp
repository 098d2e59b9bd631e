#include <doctest/doctest.h>

#include "tests/steps/builtin/chat/chat_step.hpp"

namespace runner {

BuiltinAction slack_github_action();

namespace {

using test::ChatStep;
using test::header_of;
using test::Json;
using test::kSlackHook;
using test::With;
using Lines = std::vector<std::string>;

struct GithubActionStep : ChatStep {
  explicit GithubActionStep(With with = {}, const Environment& env = {})
      : ChatStep(slack_github_action(), std::move(with), env) {
    host.version_ = {2, 1, 0};
  }
};

struct WebhookStep : GithubActionStep {
  explicit WebhookStep(With with = {}) : GithubActionStep(completed(std::move(with))) {}
  static With completed(With with) {
    with.emplace("webhook", kSlackHook);
    with.emplace("webhook-type", "incoming-webhook");
    with.emplace("errors", "true");
    return with;
  }
};

struct MethodStep : GithubActionStep {
  explicit MethodStep(With with = {}) : GithubActionStep(completed(std::move(with))) {
    usual = {200, {}, R"({"ok":true,"channel":"C9","ts":"1.2","message":{"thread_ts":"1.1"}})"};
  }
  static With completed(With with) {
    with.emplace("method", "chat.postMessage");
    with.emplace("token", "xoxb-0123456789");
    with.emplace("payload", "{channel: C1, text: hi}");
    with.emplace("errors", "true");
    return with;
  }
};

struct FirstStep : GithubActionStep {
  explicit FirstStep(With with, const Environment& env) : GithubActionStep(std::move(with), env) {
    host.version_ = {1, 0, 0, 1};
  }
};

}  // namespace

TEST_CASE("slack-github-action: how a payload may be written") {
  struct Case {
    const char *why, *payload;
    Json want;
  };
  for (const auto& c : {
           Case{"JSON", R"({"text": "a"})", {{"text", "a"}}},
           Case{"YAML",
                "text: a\nblocks:\n  - type: divider",
                {{"text", "a"}, {"blocks", {{{"type", "divider"}}}}}},
           Case{"without braces", R"("text": "a", "mrkdwn": true)", {{"text", "a"}, {"mrkdwn", true}}},
           Case{"JSON with a key twice: the last counts", R"({"text": "a", "text": "b"})", {{"text", "b"}}},
           Case{"without braces, with a last comma", R"("text": "a",)", {{"text", "a"}}},
       }) {
    SUBCASE(c.why) {
      WebhookStep step(With{{"payload", c.payload}});
      CHECK(step.host.run().message == "");
      CHECK(step.sent().at(0).url == kSlackHook);
      CHECK(step.body() == c.want);
      CHECK(step.host.outputs["ok"] == "true");
      CHECK(step.host.outputs["response"] == "\"ok\"");
      CHECK(step.host.outputs["time"].size() == 10);
      CHECK(step.host.masks == Lines{kSlackHook, "0123456789abcdef0123"});
    }
  }
}

TEST_CASE("slack-github-action: a key of YAML that is there twice is refused, with its line") {
  WebhookStep step(With{{"payload", "text: a\nchannel: c\ntext: b"}});
  CHECK(step.host.run().message ==
        "Invalid input! Failed to parse contents of the provided payload: read payload: line 3, column 1: "
        "the key "
        "\"text\" is there already, in line 1");
}

TEST_CASE("slack-github-action: payloads of files") {
  WebhookStep step;
  SUBCASE("a key twice, in a file of YAML") {
    std::ofstream(step.host.workspace() / "p.yml") << R"({"text": "a", "text": "b"})";
    step.host.with["payload-file-path"] = "p.yml";
    CHECK(step.host.run().message ==
          "Invalid input! Failed to parse contents of the provided p.yml: read p.yml: line 1, column 15: the "
          "key "
          "\"text\" is there already, in line 1");
  }
  SUBCASE("YAML") {
    std::ofstream(step.host.workspace() / "p.yml") << "text: a";
    step.host.with["payload-file-path"] = "p.yml";
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"text", "a"}});
  }
  SUBCASE("JSON") {
    std::ofstream(step.host.workspace() / "p.json") << R"({"text":"a"})";
    step.host.with["payload-file-path"] = "p.json";
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"text", "a"}});
  }
  SUBCASE("broken JSON") {
    std::ofstream(step.host.workspace() / "p.json") << "text: a";
    step.host.with["payload-file-path"] = "p.json";
    CHECK(step.host.run().message ==
          "Invalid input! Failed to parse contents of the provided payload file: p.json is not JSON");
  }
  SUBCASE("something else") {
    step.host.with["payload-file-path"] = "p.txt";
    CHECK(step.host.run().message ==
          "Invalid input! Failed to parse file extension p.txt: json, yaml or yml is read");
  }
  SUBCASE("missing") {
    step.host.with["payload-file-path"] = "p.json";
    CHECK(step.host.run().message.starts_with("payload-file-path: there is no file "));
  }
  SUBCASE("and another one") {
    step.host.with["payload-file-path"] = "p.json";
    step.host.with["payload"] = "text: a";
    CHECK(step.host.run().message == "Invalid input! Just the payload or payload file path is required");
  }
}

TEST_CASE("slack-github-action: without a payload the context is sent") {
  WebhookStep step(With{{"payload-delimiter", "_"}, {"webhook-type", "webhook-trigger"}});
  step.event({{"ref", "refs/heads/main"}});
  step.host.contexts["github.run_number"] = "5";
  CHECK(step.host.run().message == "");
  const auto body = step.body();
  CHECK(body["payload_ref"] == "refs/heads/main");
  CHECK(body["eventName"] == "push");
  CHECK(body["runNumber"] == "5");
}

TEST_CASE("slack-github-action: templates in the payload") {
  struct Case {
    const char *why, *templated, *payload, *want;
  };
  for (const auto& c : {
           Case{"filled", "true", "text: \"${{ env.WHO }} {{github.actor}} {{ github.payload.n.0 }}\"",
                "me ada 7"},
           Case{"what does not exist", "true", "text: \"{{ env.NOBODY }}\"", "???"},
           Case{"only when asked", "false", "text: \"{{ env.WHO }}\"", "{{ env.WHO }}"},
       }) {
    SUBCASE(c.why) {
      WebhookStep step(With{{"payload", c.payload}, {"payload-templated", c.templated}});
      step.host.env_["WHO"] = "me";
      step.event({{"n", {7}}});
      CHECK(step.host.run().message == "");
      CHECK(step.body() == Json{{"text", c.want}});
    }
  }
  WebhookStep code(With{{"payload", "text: \"{{ env.A|upcase }}\""}, {"payload-templated", "true"}});
  CHECK(code.host.run().message ==
        "payload: {{ env.A|upcase }} is more than the path of a value, and "
        "slackapi/slack-github-action is built in without a JavaScript engine");
}

TEST_CASE("slack-github-action: a method of the API") {
  MethodStep step(With{
      {"payload", R"({"channel":"C1","text":"a b","unfurl_links":false,"thread_ts":null,"blocks":[]})"}});
  CHECK(step.host.run().message == "");
  const auto& request = step.sent().at(0);
  CHECK(request.url == "https://slack.com/api/chat.postMessage");
  CHECK(header_of(request, "Authorization") == "Bearer xoxb-0123456789");
  CHECK(header_of(request, "Content-Type") == "application/x-www-form-urlencoded");
  CHECK(request.body == "channel=C1&text=a%20b&unfurl_links=false&blocks=%5B%5D");
  CHECK(step.host.outputs["ok"] == "true");
  CHECK(step.host.outputs["channel_id"] == "C9");
  CHECK(step.host.outputs["ts"] == "1.2");
  CHECK(step.host.outputs["thread_ts"] == "1.1");
  CHECK(Json::parse(step.host.outputs["response"])["ok"] == true);
  CHECK(step.host.masks == Lines{"xoxb-0123456789"});
}

TEST_CASE("slack-github-action: another API, another channel's form, a proxy") {
  MethodStep step(With{
      {"api", "https://slack.test/api"}, {"method", "conversations.create"}, {"proxy", "http://p:3128"}});
  step.usual = {200, {}, R"({"ok":true,"channel":{"id":"C7","name":"x"}})"};
  CHECK(step.host.run().message == "");
  CHECK(step.sent().at(0).url == "https://slack.test/api/conversations.create");
  CHECK(step.sent()[0].proxy->url == "http://p:3128");
  CHECK(step.host.outputs["channel_id"] == "C7");
}

TEST_CASE("slack-github-action: a refusal is a warning, unless errors are asked for") {
  for (const bool errors : {true, false}) {
    MethodStep step(With{{"errors", errors ? "true" : "false"}});
    step.usual = {200, {}, R"({"ok":false,"error":"channel_not_found"})"};
    const auto result = step.host.run();
    CHECK(result.outcome == (errors ? Outcome::failure : Outcome::success));
    const auto text = errors ? result.message : step.host.annotations.at(0).message;
    CHECK(text == "Slack refused chat.postMessage: channel_not_found");
    CHECK(step.host.outputs["ok"] == "false");
    CHECK(step.host.outputs["response"] == R"({"ok":false,"error":"channel_not_found"})");
    CHECK(step.host.outputs.contains("time"));
  }
  WebhookStep hook(With{{"payload", "text: a"}});
  hook.usual = {404, {}, "no_service"};
  CHECK(hook.host.run().message == "Slack answered 404: no_service");
  CHECK(hook.host.outputs["response"] == "\"Slack answered 404: no_service\"");
}

TEST_CASE("slack-github-action: how often it is tried") {
  struct Case {
    const char* retries;
    size_t tries;
    std::chrono::milliseconds slept;
  };
  for (const auto& c :
       {Case{"0", 1, std::chrono::milliseconds(0)}, Case{"5", 6, std::chrono::milliseconds(299270)},
        Case{"rapid", 11, std::chrono::milliseconds(0)}}) {
    SUBCASE(c.retries) {
      WebhookStep step(With{{"payload", "text: a"}, {"retries", c.retries}});
      step.usual = {500, {}, "rollup_error"};
      CHECK(step.host.run().message == "Slack answered 500: rollup_error");
      CHECK(step.sent().size() == c.tries);
      CHECK(std::chrono::abs(step.host.slept - c.slept) < std::chrono::seconds(1));
    }
  }
}

TEST_CASE("slack-github-action: inputs that cannot be") {
  struct Case {
    const char* why;
    With with;
    const char* want;
  };
  for (const auto& c : {
           Case{"nothing", {}, "Missing input! Either a method or webhook is required to take action"},
           Case{"both",
                {{"webhook", kSlackHook}, {"token", "x"}},
                "Invalid input! Either the token or webhook is required - not both"},
           Case{"no token",
                {{"method", "chat.postMessage"}},
                "Missing input! A token must be provided to use the method decided"},
           Case{"no kind of webhook",
                {{"webhook", kSlackHook}},
                "Missing input! The webhook type must be 'incoming-webhook' or 'webhook-trigger'"},
           Case{"another kind",
                {{"webhook", kSlackHook}, {"webhook-type", "incoming"}},
                "webhook-type: \"incoming\" is none of incoming-webhook, webhook-trigger"},
           Case{"retries",
                {{"webhook", kSlackHook}, {"webhook-type", "webhook-trigger"}, {"retries", "3"}},
                "retries: \"3\" is none of 0, 5, 10, RAPID"},
           Case{"errors",
                {{"webhook", kSlackHook}, {"webhook-type", "webhook-trigger"}, {"errors", "yes"}},
                "errors: \"yes\" is neither true nor false"},
           Case{"a payload that is none",
                {{"webhook", kSlackHook}, {"webhook-type", "webhook-trigger"}, {"payload", "{a: ["}},
                "Invalid input! Failed to parse contents of the provided payload: "},
       }) {
    SUBCASE(c.why) {
      GithubActionStep step(c.with);
      CHECK(step.host.run().message.starts_with(c.want));
      CHECK(step.sent().empty());
      const auto problems = slack_github_action().problems(step.host);
      const bool later = std::string_view(c.why) == "nothing" || std::string_view(c.why) == "no token";
      REQUIRE(problems.size() == (later ? 0 : 1));  // the environment may still bring it
      if (!later) CHECK(problems[0].starts_with(c.want));
    }
  }
}

TEST_CASE("slack-github-action: address and token of the environment") {
  GithubActionStep step(With{{"webhook-type", "incoming-webhook"}, {"payload", "text: a"}},
                        {{"SLACK_WEBHOOK_URL", kSlackHook}});
  CHECK(step.host.run().message == "");
  CHECK(step.sent().at(0).url == kSlackHook);
  GithubActionStep call(With{{"method", "auth.test"}, {"payload", "{}"}}, {{"SLACK_TOKEN", "xoxb-1"}});
  call.host.run();
  CHECK(header_of(call.sent().at(0), "Authorization") == "Bearer xoxb-1");
}

TEST_CASE("slack-github-action v1: webhooks") {
  SUBCASE("a workflow takes one level of texts") {
    FirstStep step({{"payload", R"({"a":{"b":[1,true]},"c":null})"}}, {{"SLACK_WEBHOOK_URL", kSlackHook}});
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"a.b.0", "1"}, {"a.b.1", "true"}, {"c", "null"}});
    CHECK(step.host.outputs["time"].find("GMT+0000") != std::string::npos);
  }
  SUBCASE("an incoming webhook takes the message") {
    FirstStep step({{"payload", R"({"text":"x"})"}},
                   {{"SLACK_WEBHOOK_URL", kSlackHook}, {"SLACK_WEBHOOK_TYPE", "INCOMING_WEBHOOK"}});
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"text", "x"}});
  }
  SUBCASE("without a payload the event") {
    FirstStep step({}, {{"SLACK_WEBHOOK_URL", kSlackHook}});
    step.event({{"ref", "x"}, {"n", {1}}});
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"ref", "x"}, {"n.0", "1"}});
  }
  SUBCASE("a file with templates") {
    for (const auto* parsed : {"true", "false"}) {
      FirstStep step({{"payload-file-path", "p.json"}, {"payload-file-path-parsed", parsed}},
                     {{"SLACK_WEBHOOK_URL", kSlackHook}});
      std::ofstream(step.host.workspace() / "p.json") << R"({"who":"${{ github.actor }}"})";
      CHECK(step.host.run().message == "");
      CHECK(step.body()["who"] == (std::string_view(parsed) == "true" ? "ada" : "${{ github.actor }}"));
    }
  }
}

TEST_CASE("slack-github-action v1: a bot's messages") {
  const Environment env{{"SLACK_BOT_TOKEN", "xoxb-0123456789"}};
  const std::string answer = R"({"ok":true,"channel":"C2","ts":"1.2"})";
  SUBCASE("several channels") {
    FirstStep step({{"channel-id", "C1, C2"}, {"slack-message", "hi"}}, env);
    step.usual = {200, {}, answer};
    CHECK(step.host.run().message == "");
    REQUIRE(step.sent().size() == 2);
    CHECK(step.sent()[0].url == "https://slack.com/api/chat.postMessage");
    CHECK(step.sent()[0].body == "channel=C1&text=hi");
    CHECK(step.sent()[1].body == "channel=C2&text=hi");
    CHECK(step.host.outputs["ts"] == "1.2");
    CHECK(step.host.outputs["thread_ts"] == "1.2");
    CHECK(step.host.outputs["channel_id"] == "C2");
  }
  SUBCASE("a message changed") {
    FirstStep step({{"channel-id", "C1"}, {"update-ts", "1.0"}, {"payload", R"({"text":"new"})"}}, env);
    step.usual = {200, {}, answer};
    CHECK(step.host.run().message == "");
    CHECK(step.sent().at(0).url == "https://slack.com/api/chat.update");
    CHECK(step.sent()[0].body == "channel=C1&text=new&ts=1.0");
  }
  struct Case {
    const char* why;
    With with;
    Environment env;
    const char* want;
  };
  for (const auto& c : {
           Case{"neither", {}, {}, "Need to provide at least one botToken or webhookUrl"},
           Case{"no channel",
                {{"slack-message", "x"}},
                env,
                "Channel ID is required to run this action. An empty one has been provided"},
           Case{"nothing to say",
                {{"channel-id", "C1"}},
                env,
                "Missing message content: neither payload nor slack-message is given, nothing was sent"},
           Case{"no JSON", {{"payload", "text: x"}}, env, "Need to provide valid JSON payload"},
       }) {
    SUBCASE(c.why) {
      FirstStep step(c.with, c.env);
      CHECK(step.host.run().message == c.want);
      CHECK(step.sent().empty());
    }
  }
}

TEST_CASE("slack-github-action: what a plan tells") {
  const auto effects = [](const GithubActionStep& step) { return slack_github_action().effects(step.host); };
  CHECK(effects(WebhookStep(With{{"payload", "text: abc"}})) ==
        Lines{"post to Slack webhook (3 characters)"});
  CHECK(effects(WebhookStep(With{{"webhook-type", "webhook-trigger"}})) ==
        Lines{"start a Slack workflow by its webhook"});
  CHECK(effects(MethodStep()) == Lines{"call Slack's chat.postMessage (2 characters)"});
  CHECK(effects(FirstStep({{"channel-id", "C1,C2"}, {"payload", R"({"text":"abc"})"}},
                          {{"SLACK_BOT_TOKEN", "x"}})) ==
        Lines{"post to Slack channel C1 (3 characters)", "post to Slack channel C2 (3 characters)"});
  CHECK(slack_github_action().problems(
            FirstStep({{"payload", "x"}}, {{"SLACK_WEBHOOK_TYPE", "INCOMING"}}).host) ==
        Lines{"SLACK_WEBHOOK_TYPE: \"INCOMING\" is none of INCOMING_WEBHOOK, WORKFLOW_TRIGGER",
              "payload: it is not a JSON object"});
}

}  // namespace runner
