#include <doctest/doctest.h>

#include "tests/steps/builtin/chat/chat_step.hpp"

namespace runner {

BuiltinAction action_slack_notify();

namespace {

using test::ChatStep;
using test::header_of;
using test::Json;
using test::kSlackHook;
using Lines = std::vector<std::string>;

struct NotifyStep : ChatStep {
  explicit NotifyStep(const Environment& env = {}) : ChatStep(action_slack_notify(), {}, completed(env)) {}
  static Environment completed(Environment env) {
    if (!env.contains("SLACK_TOKEN")) env.emplace("SLACK_WEBHOOK", kSlackHook);
    env.emplace("SLACK_MESSAGE", "Deployed");
    return env;
  }
};

Json attachment(const ChatStep& step) { return step.body()["attachments"][0]; }

std::vector<std::string> titles(const ChatStep& step) {
  std::vector<std::string> names;
  const auto shown = attachment(step);  // named: the loop goes over a part of it
  for (const auto& field : shown["fields"]) names.push_back(field["title"]);
  return names;
}

std::string last_value(const ChatStep& step) { return attachment(step)["fields"].back()["value"]; }

}  // namespace

TEST_CASE("action-slack-notify: the message with nothing but a webhook") {
  NotifyStep step;
  CHECK(step.host.run().message == "");
  CHECK(step.sent().at(0).url == kSlackHook);
  CHECK(step.host.masks == Lines{kSlackHook, "0123456789abcdef0123"});
  const std::string sha = "0123456789abcdef0123456789abcdef01234567", base = "https://git.test/octo/app";
  const Json want{
      {"username", "rtBot"},
      {"icon_url", "https://avatars0.githubusercontent.com/u/43742164"},
      {"unfurl_links", false},
      {"attachments",
       Json::array(
           {{{"fallback", "Deployed"},
             {"color", "good"},
             {"author_name", "ada"},
             {"author_link", "https://git.test/ada"},
             {"author_icon", "https://git.test/ada.png?size=32"},
             {"footer",
              "<https://github.com/rtCamp/github-actions-library|Powered By rtCamp's GitHub Actions Library> "
              "| <" +
                  base + "/actions/runs/77|Triggered on this workflow run>"},
             {"fields",
              {{{"title", "Ref"}, {"value", "refs/heads/main"}, {"short", true}},
               {{"title", "Event"}, {"value", "push"}, {"short", true}},
               {{"title", "Actions URL"},
                {"value", "<" + base + "/actions/runs/77/attempts/1|Deploy>"},
                {"short", true}},
               {{"title", "Commit"}, {"value", "<" + base + "/commit/" + sha + "|012345>"}, {"short", true}},
               {{"title", "Message"}, {"value", "Deployed"}}}}}})}};
  CHECK(step.body() == want);
}

TEST_CASE("action-slack-notify: settings of the environment") {
  NotifyStep step(Environment{{"SLACK_CHANNEL", "C1"},
                              {"SLACK_USERNAME", "u"},
                              {"SLACK_ICON", "https://i"},
                              {"SLACK_ICON_EMOJI", ":x:"},
                              {"SLACK_TITLE", "T"},
                              {"SLACK_FOOTER", "F"},
                              {"SLACK_LINK_NAMES", "true"},
                              {"SLACK_THREAD_TS", "1.2"},
                              {"SLACK_MSG_AUTHOR", "bob"}});
  CHECK(step.host.run().message == "");
  const auto body = step.body();
  CHECK(body["channel"] == "C1");
  CHECK(body["username"] == "u");
  CHECK(body["icon_url"] == "https://i");
  CHECK(body["icon_emoji"] == ":x:");
  CHECK(body["link_names"] == "true");
  CHECK(body["thread_ts"] == "1.2");
  CHECK(attachment(step)["footer"] == "F");
  CHECK(attachment(step)["author_name"] == "bob");
  CHECK(titles(step).back() == "T");
}

TEST_CASE("action-slack-notify: colours and their messages") {
  struct Case {
    const char *color, *want, *text;
  };
  for (const auto& c :
       {Case{"success", "good", "S"}, Case{"failure", "danger", "F"}, Case{"Cancelled", "#808080", "C"},
        Case{"#ff0000", "#ff0000", "Deployed"}, Case{"", "good", "Deployed"}}) {
    SUBCASE(c.color) {
      NotifyStep step(Environment{{"SLACK_COLOR", c.color},
                                  {"SLACK_MESSAGE_ON_SUCCESS", "S"},
                                  {"SLACK_MESSAGE_ON_FAILURE", "F"},
                                  {"SLACK_MESSAGE_ON_CANCEL", "C"}});
      CHECK(step.host.run().message == "");
      CHECK(attachment(step)["color"] == c.want);
      CHECK(last_value(step) == c.text);
    }
  }
}

TEST_CASE("action-slack-notify: which fields are shown") {
  struct Case {
    const char* minimal;
    Lines want;
  };
  for (const auto& c :
       {Case{"true", {"Message"}}, Case{"ref,Commit", {"Commit", "Ref", "Message"}},
        Case{"event,actions url", {"Actions URL", "Event", "Message"}}, Case{"other", {"Message"}}}) {
    SUBCASE(c.minimal) {
      NotifyStep step(Environment{{"MSG_MINIMAL", c.minimal}});
      CHECK(step.host.run().message == "");
      CHECK(titles(step) == c.want);
    }
  }
}

TEST_CASE("action-slack-notify: the text") {
  SUBCASE("the last commit's, when there is none") {
    NotifyStep step(Environment{{"SLACK_MESSAGE", ""}});
    step.event({{"commits", {{{"message", "one"}}, {{"message", "two"}}}}});
    CHECK(step.host.run().message == "");
    CHECK(last_value(step) == "two");
  }
  SUBCASE("the run's, when there is no commit") {
    NotifyStep step(Environment{{"SLACK_MESSAGE", ""}});
    step.host.contexts["github.run_number"] = "5";
    CHECK(step.host.run().message == "");
    CHECK(last_value(step) ==
          "Run 5 of octo/app, branch `main`, commit `0123456789abcdef0123456789abcdef01234567`");
  }
  SUBCASE("escapes") {
    NotifyStep step(Environment{{"SLACK_MESSAGE", "a\\nb\\tc\\\\d\\q"}, {"ENABLE_ESCAPES", "true"}});
    CHECK(step.host.run().message == "");
    CHECK(last_value(step) == "a\nb\tc\\d\\q");
  }
  SUBCASE("Markdown") {
    NotifyStep step(Environment{{"SLACK_MESSAGE", "**a** [b](c)"}, {"SLACKIFY_MARKDOWN", "true"}});
    CHECK(step.host.run().message == "");
    CHECK(last_value(step) == "*a* <c|b>");
  }
  SUBCASE("a payload of one's own") {
    NotifyStep step(Environment{{"SLACK_CUSTOM_PAYLOAD", R"({"text":"mine"})"}});
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"text", "mine"}});
  }
}

TEST_CASE("action-slack-notify: what a pull request and hosts.yml tell") {
  NotifyStep step;
  step.event({{"pull_request", {{"head", {{"sha", "abcdef0123"}}}}}});
  std::filesystem::create_directories(step.host.workspace() / ".github");
  std::ofstream(step.host.workspace() / ".github/hosts.yml")
      << "ci_script_options:\n  slack-channel: Deploys\nmain:\n  user: web\n  hostname: h.test\n"
         "  deploy_path: /var/sites/shop/app/htdocs\n";
  CHECK(step.host.run().message == "");
  CHECK(step.body()["channel"] == "deploys");
  CHECK(titles(step) == Lines{"Site", "SSH Host", "Ref", "Event", "Actions URL", "Commit", "Message"});
  CHECK(attachment(step)["fields"][0]["value"] == "shop");
  CHECK(attachment(step)["fields"][1]["value"] == "`web@h.test`");
  CHECK(attachment(step)["fields"][5]["value"] == "<https://git.test/octo/app/commit/abcdef0123|abcdef>");
}

TEST_CASE("action-slack-notify: with a token") {
  NotifyStep step(Environment{{"SLACK_TOKEN", "xoxb-0123456789"}, {"SLACK_CHANNEL", "C1"}});
  step.usual = {200, {}, R"({"ok":true})"};
  CHECK(step.host.run().message == "");
  CHECK(step.sent().at(0).url == "https://slack.com/api/chat.postMessage");
  CHECK(header_of(step.sent()[0], "Authorization") == "Bearer xoxb-0123456789");
  CHECK(step.sent()[0].body.find("channel=C1") != std::string::npos);
  CHECK(step.host.masks == Lines{"xoxb-0123456789"});
}

TEST_CASE("action-slack-notify: a file") {
  NotifyStep step(Environment{{"SLACK_TOKEN", "xoxb-0123456789"},
                              {"SLACK_CHANNEL", "C1"},
                              {"SLACK_FILE_UPLOAD", "r.txt"},
                              {"SLACK_THREAD_TS", "1.2"}});
  std::ofstream(step.host.workspace() / "r.txt") << "REPORT";
  step.answers = {{200, {}, R"({"ok":true})"},
                  {200, {}, R"({"ok":true,"upload_url":"https://up.test/0123456789","file_id":"F1"})"},
                  {200, {}, "OK"},
                  {200, {}, R"({"ok":true})"}};
  CHECK(step.host.run().message == "");
  REQUIRE(step.sent().size() == 4);
  CHECK(step.sent()[1].url == "https://slack.com/api/files.getUploadURLExternal");
  CHECK(step.sent()[1].body == "filename=r.txt&length=6");
  CHECK(step.sent()[2].url == "https://up.test/0123456789");
  CHECK(step.sent()[2].body == "REPORT");
  CHECK(step.sent()[3].url == "https://slack.com/api/files.completeUploadExternal");
  CHECK(step.sent()[3].body.find("channel_id=C1&thread_ts=1.2") != std::string::npos);
}

TEST_CASE("action-slack-notify: failures") {
  struct Case {
    const char* why;
    Environment env;
    HttpResponse answer;
    const char* want;
  };
  for (const auto& c : {
           Case{"no webhook",
                {{"SLACK_WEBHOOK", ""}},
                {200, {}, "ok"},
                "Channel is required for sending message using a token: SLACK_CHANNEL is empty, and so is "
                "SLACK_WEBHOOK"},
           Case{"a channel alone",
                {{"SLACK_WEBHOOK", ""}, {"SLACK_CHANNEL", "C1"}},
                {200, {}, "ok"},
                "URL is required: SLACK_WEBHOOK and SLACK_TOKEN are empty"},
           Case{"refused", {}, {403, {}, "action_prohibited"}, "Slack answered 403: action_prohibited"},
           Case{"refused by the API",
                {{"SLACK_TOKEN", "x"}, {"SLACK_CHANNEL", "C1"}},
                {200, {}, R"({"ok":false,"error":"not_in_channel"})"},
                "Slack refused chat.postMessage: not_in_channel"},
           Case{"a payload that is none",
                {{"SLACK_CUSTOM_PAYLOAD", "text"}},
                {200, {}, "ok"},
                "SLACK_CUSTOM_PAYLOAD is not a JSON object"},
           Case{"a file without a token",
                {{"SLACK_FILE_UPLOAD", "r.txt"}},
                {200, {}, "ok"},
                "SLACK_FILE_UPLOAD needs SLACK_TOKEN and SLACK_CHANNEL"},
       }) {
    SUBCASE(c.why) {
      NotifyStep step(c.env);
      step.usual = c.answer;
      CHECK(step.host.run().message == c.want);
    }
  }
}

TEST_CASE("action-slack-notify: problems and effects of a plan") {
  const auto problems = [](const Environment& env) {
    return action_slack_notify().problems(NotifyStep(env).host);
  };
  CHECK(problems({}) == Lines{});
  CHECK(problems({{"SLACK_WEBHOOK", "${{ secrets.X }}"}, {"SLACK_CUSTOM_PAYLOAD", "${{ env.X }}"}}) ==
        Lines{});
  CHECK(problems({{"SLACK_WEBHOOK", "hook"}}) ==
        Lines{"SLACK_WEBHOOK: an address that starts with https:// was expected"});
  CHECK(problems({{"SLACK_WEBHOOK", ""}}).size() == 1);
  CHECK(problems({{"SLACK_CUSTOM_PAYLOAD", "x"}}) == Lines{"SLACK_CUSTOM_PAYLOAD is not a JSON object"});
  const auto effects = [](const Environment& env) {
    return action_slack_notify().effects(NotifyStep(env).host);
  };
  CHECK(effects({}) == Lines{"post to Slack webhook (8 characters)"});
  CHECK(effects({{"SLACK_TOKEN", "x"}, {"SLACK_CHANNEL", "C1"}, {"SLACK_FILE_UPLOAD", "f"}}) ==
        Lines{"post to Slack channel C1 (8 characters)", "upload f to Slack channel C1"});
}

}  // namespace runner
