#include <doctest/doctest.h>

#include "tests/steps/builtin/chat/chat_step.hpp"

namespace runner {

BuiltinAction actions_status_discord();

namespace {

using test::ChatStep;
using test::Json;
using test::kDiscordHook;
using test::With;

With with_webhook(With with) {
  with.emplace("webhook", kDiscordHook);
  with.emplace("status", "success");
  with.emplace("title", "Deploy");
  return with;
}

struct StatusStep : ChatStep {
  explicit StatusStep(With with = {}) : ChatStep(actions_status_discord(), with_webhook(std::move(with))) {}
};

std::string field(const ChatStep& step, size_t index) {
  return step.body()["embeds"][0]["fields"][index]["value"];
}

}  // namespace

TEST_CASE("status-discord: the message by its inputs") {
  struct Case {
    const char* why;
    With with;
    Json want;
  };
  const With bare{{"notimestamp", "true"}, {"nocontext", "true"}};
  for (const auto& c : {
           Case{"success", {}, {{"color", 0x28A745}, {"title", "Success: Deploy"}}},
           Case{"failure", {{"status", "Failure"}}, {{"color", 0xCB2431}, {"title", "Failure: Deploy"}}},
           Case{
               "cancelled", {{"status", "cancelled"}}, {{"color", 0xDBAB09}, {"title", "Cancelled: Deploy"}}},
           Case{"no title", {{"title", ""}}, {{"color", 0x28A745}, {"title", "Success"}}},
           Case{"the older name wins", {{"job", "Old"}}, {{"color", 0x28A745}, {"title", "Success: Old"}}},
           Case{"no prefix", {{"noprefix", "TRUE"}}, {{"color", 0x28A745}, {"title", "Deploy"}}},
           Case{"no detail", {{"nodetail", "true"}}, {{"color", 0x28A745}, {"title", "Deploy"}}},
           Case{"a decimal colour", {{"color", "255"}}, {{"color", 255}, {"title", "Success: Deploy"}}},
           Case{"a hexadecimal colour",
                {{"color", "0xff0000"}},
                {{"color", 0xFF0000}, {"title", "Success: Deploy"}}},
           Case{"no colour", {{"color", "red"}}, {{"color", 0x28A745}, {"title", "Success: Deploy"}}},
           Case{"the rest of the embed",
                {{"url", "https://u"}, {"image", "https://i"}, {"description", "d"}},
                {{"color", 0x28A745},
                 {"title", "Success: Deploy"},
                 {"url", "https://u"},
                 {"image", {{"url", "https://i"}}},
                 {"description", "d"}}},
       }) {
    SUBCASE(c.why) {
      auto with = c.with;
      with.insert(bare.begin(), bare.end());
      StatusStep step(with);
      CHECK(step.host.run().message == "");
      CHECK(step.body() == Json{{"embeds", Json::array({c.want})}});
      CHECK(step.host.outputs["payload"] == step.sent()[0].body);
    }
  }
}

TEST_CASE("status-discord: sender, text and time") {
  StatusStep step(With{{"username", "u"}, {"avatar_url", "https://a"}, {"content", "<@1>"}});
  CHECK(step.host.run().message == "");
  const auto body = step.body();
  CHECK(body["username"] == "u");
  CHECK(body["avatar_url"] == "https://a");
  CHECK(body["content"] == "<@1>");
  const std::string time = body["embeds"][0]["timestamp"];
  CHECK(time.size() == 24);
  CHECK(time.starts_with("20"));
  CHECK(time.back() == 'Z');
}

TEST_CASE("status-discord: what it tells of the run") {
  StatusStep step;
  SUBCASE("of a push") {
    step.event(
        {{"head_commit",
          {{"id", "abcdef0123456789"}, {"url", "https://git.test/c"}, {"message", "Mend it\n\nAll of it"}}}});
    CHECK(step.host.run().message == "");
    const auto fields = step.body()["embeds"][0]["fields"];
    const auto want = Json::parse(R"json([
      {"name": "Repository", "value": "[octo/app](https://git.test/octo/app)", "inline": true},
      {"name": "Ref", "value": "refs/heads/main", "inline": true},
      {"name": "Event - push", "value": "[`abcdef0`](https://git.test/c) Mend it\n\nAll of it", "inline": false},
      {"name": "Triggered by", "value": "ada", "inline": true},
      {"name": "Workflow", "value": "[Deploy](https://git.test/octo/app/actions/runs/77)", "inline": true}])json");
    CHECK(fields == want);
  }
  SUBCASE("of a pull request") {
    step.host.contexts["github.event_name"] = "pull_request";
    step.event({{"pull_request", {{"number", 5}, {"html_url", "https://p"}, {"title", "Better"}}}});
    step.host.run();
    CHECK(field(step, 2) == "[`#5`](https://p) Better");
  }
  SUBCASE("of a release") {
    step.host.contexts["github.event_name"] = "release";
    step.event({{"release", {{"name", "One"}, {"body", "New things"}}}});
    step.host.run();
    CHECK(field(step, 2) == "**One**\nNew things");
  }
  SUBCASE("of a release without a name") {
    step.host.contexts["github.event_name"] = "release";
    step.event({{"release", {{"name", nullptr}, {"body", "New things"}}}});
    step.host.run();
    CHECK(field(step, 2) == "New things");
  }
  SUBCASE("of anything else") {
    step.host.contexts["github.event_name"] = "schedule";
    step.host.run();
    CHECK(field(step, 2) == "No further information");
  }
  SUBCASE("a long message ends in dots") {
    step.event(
        {{"head_commit", {{"id", "abcdef0123456789"}, {"url", "u"}, {"message", std::string(2000, 'm')}}}});
    step.host.run();
    CHECK(field(step, 2).size() == 1024);
    CHECK(field(step, 2).ends_with("mmm..."));
    CHECK(step.host.text.find("embeds[0].fields[2].value is cut at 1024") != std::string::npos);
  }
}

TEST_CASE("status-discord: several channels, each hears") {
  StatusStep step(With{{"webhook", kDiscordHook + "\n\n " + kDiscordHook + "4\n"}, {"nofail", "false"}});
  step.answers = {{404, {}, R"({"message":"Unknown Webhook"})"}, {204, {}, ""}};
  CHECK(step.host.run().message == "Discord answered 404: Unknown Webhook");
  REQUIRE(step.sent().size() == 2);
  CHECK(step.sent()[1].url == kDiscordHook + "4");
  CHECK(step.host.masks.size() == 4);
}

TEST_CASE("status-discord: the webhook may come from the environment") {
  StatusStep step(With{{"webhook", ""}});
  step.host.env_["DISCORD_WEBHOOK"] = kDiscordHook;
  CHECK(step.host.run().message == "");
  CHECK(step.sent().at(0).url == kDiscordHook);
}

TEST_CASE("status-discord: an error fails only where that is asked for") {
  struct Case {
    const char* why;
    With with;
    int status;
    const char* message;
  };
  for (const auto& c : {
           Case{"no webhook",
                {{"webhook", ""}},
                204,
                "No webhook is given. With ack_no_webhook: true that is no error"},
           Case{"no such status", {{"status", "Done"}}, 204, "invalid status value: done"},
           Case{"refused", {}, 401, "Discord answered 401"},
           Case{"no address",
                {{"webhook", "hook"}},
                204,
                "webhook: an address that starts with https:// was expected"},
       }) {
    SUBCASE(c.why) {
      for (const bool nofail : {false, true}) {
        auto with = c.with;
        with["nofail"] = nofail ? "true" : "false";
        StatusStep step(with);
        step.usual = {c.status, {}, ""};
        const auto result = step.host.run();
        CHECK(result.outcome == (nofail ? Outcome::success : Outcome::failure));
        CHECK((nofail ? step.host.annotations.at(0).message : result.message) == c.message);
      }
    }
  }
}

TEST_CASE("status-discord: without a webhook, where that is meant") {
  StatusStep step(With{{"webhook", ""}, {"ack_no_webhook", "true"}, {"nofail", "false"}});
  CHECK(step.host.run().message == "");
  CHECK(step.sent().empty());
  CHECK(step.host.outputs.contains("payload"));
}

TEST_CASE("status-discord: GitHub's form of a webhook is warned of") {
  StatusStep step(With{{"webhook", kDiscordHook + "/github"}});
  step.host.run();
  REQUIRE(step.host.annotations.size() == 1);
  CHECK(step.host.annotations[0].level == AnnotationLevel::warning);
  CHECK(step.host.annotations[0].message.find(kDiscordHook) == std::string::npos);
}

TEST_CASE("status-discord: problems and effects of a plan") {
  struct Case {
    const char* why;
    With with;
    std::vector<std::string> want;
  };
  for (const auto& c : {
           Case{"fine", {}, {}},
           Case{"a misspelt status",
                {{"status", "sucess"}},
                {"status: \"sucess\" is none of success, failure, cancelled; did you mean \"success\"?"}},
           Case{"a status of the run", {{"status", "${{ job.status }}"}}, {}},
           Case{"a colour too high",
                {{"color", "0x1000000"}},
                {"color: 0x1000000 is not between 0 and 0xFFFFFF"}},
           Case{"no address",
                {{"webhook", "x"}},
                {"webhook: an address that starts with https:// was expected"}},
       }) {
    SUBCASE(c.why) { CHECK(actions_status_discord().problems(StatusStep(c.with).host) == c.want); }
  }
  StatusStep step(With{{"webhook", kDiscordHook + "\n" + kDiscordHook}, {"content", "ab"}});
  CHECK(actions_status_discord().effects(step.host) ==
        std::vector<std::string>(2, "post to Discord webhook (8 characters)"));
}

}  // namespace runner
