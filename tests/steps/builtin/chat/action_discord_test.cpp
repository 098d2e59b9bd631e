#include <doctest/doctest.h>

#include "tests/steps/builtin/chat/chat_step.hpp"

namespace runner {

BuiltinAction action_discord();

namespace {

using test::ChatStep;
using test::Json;
using test::kDiscordHook;

Environment completed(Environment env) {
  env.emplace("DISCORD_WEBHOOK", kDiscordHook);
  env.emplace("GITHUB_ACTION", "notify");
  return env;
}

struct MessageStep : ChatStep {
  explicit MessageStep(const std::string& args, Environment env = {})
      : ChatStep(action_discord(), {{"args", args}}, completed(std::move(env))) {
    event({{"repository", {{"full_name", "octo/app"}, {"size", 3}}},
           {"commits", {{{"message", "first"}}, {{"message", "second"}}}},
           {"none", nullptr},
           {"labels", {"a", "b"}}});
  }
};

}  // namespace

TEST_CASE("action-discord: the message and its placeholders") {
  struct Case {
    const char *why, *args, *want;
  };
  for (const auto& c : {
           Case{"plain", "Hello, beautiful!", "Hello, beautiful!"},
           Case{"a variable", "by {{ GITHUB_ACTION }}", "by notify"},
           Case{"of the event",
                "{{EVENT_PAYLOAD.repository.full_name}} is {{ EVENT_PAYLOAD.repository.size }}",
                "octo/app is 3"},
           Case{"an element", "{{ EVENT_PAYLOAD.commits[1].message }}", "second"},
           Case{"a quoted name", "{{ EVENT_PAYLOAD['repository']['full_name'] }}", "octo/app"},
           Case{"a missing member is nothing", "<{{ EVENT_PAYLOAD.release }}>", "<>"},
           Case{"null is nothing", "<{{ EVENT_PAYLOAD.none }}>", "<>"},
           Case{"a list", "{{ EVENT_PAYLOAD.labels }}", "a,b"},
           Case{"an object", "{{ EVENT_PAYLOAD.repository }}", "[object Object]"},
           Case{"not closed", "{{ GITHUB_ACTION", "{{ GITHUB_ACTION"},
           Case{"words: blanks and lines are one blank", "a  b\n\tc", "a b c"},
           Case{"quotes keep blanks", "say \"a  b\" \\\"c\\\"", "say a  b \"c\""},
       }) {
    SUBCASE(c.why) {
      MessageStep step(c.args);
      CHECK(step.host.run().message == "");
      CHECK(step.body() == Json{{"content", c.want}});
      CHECK(step.sent()[0].url == kDiscordHook + "?wait=true");
      CHECK(test::header_of(step.sent()[0], "X-GitHub-Event") == "push");
    }
  }
}

TEST_CASE("action-discord: placeholders that cannot be filled") {
  struct Case {
    const char *why, *args, *want;
  };
  for (const auto& c : {
           Case{"nobody set it", "{{ NOBODY }}", "NOBODY is not defined"},
           Case{"of nothing", "{{ EVENT_PAYLOAD.release.name }}",
                "EVENT_PAYLOAD.release has no value to take name of"},
           Case{"code", "{{ EVENT_PAYLOAD.commits.length + 1 }}",
                "args: {{ EVENT_PAYLOAD.commits.length + 1 }} is more than the path of a value, and "
                "Ilshidur/action-discord is built in without a JavaScript engine"},
           Case{"a block", "<% if (true) { %>x<% } %>",
                "args: <% ... %> is code, and Ilshidur/action-discord is built in without a JavaScript "
                "engine: "
                "write the text"},
       }) {
    SUBCASE(c.why) {
      MessageStep step(c.args);
      const auto message = step.host.run().message;
      CHECK(message == c.want);
      CHECK(step.sent().empty());
    }
  }
}

TEST_CASE("action-discord: settings of the environment") {
  MessageStep step("x", {{"DISCORD_USERNAME", "u"},
                         {"DISCORD_AVATAR", "https://a"},
                         {"DISCORD_EMBEDS", R"([{"title":"t"}])"},
                         {"DISCORD_MENTIONS", R"({"parse":[]})"}});
  step.usual = {200, {}, R"({"id":"42"})"};
  CHECK(step.host.run().message == "");
  CHECK(step.body() == Json{{"content", "x"},
                            {"embeds", {{{"title", "t"}}}},
                            {"allowed_mentions", {{"parse", Json::array()}}},
                            {"username", "u"},
                            {"avatar_url", "https://a"}});
  CHECK(step.host.outputs["message_id"] == "42");
}

TEST_CASE("action-discord: without a message the event is shown") {
  SUBCASE("by Discord") {
    MessageStep step("");
    CHECK(step.host.run().message == "");
    CHECK(step.sent().at(0).url == kDiscordHook + "/github?wait=true");
    CHECK(step.body()["repository"]["full_name"] == "octo/app");
  }
  SUBCASE("the address has a query of its own") {
    MessageStep step("", {{"DISCORD_WEBHOOK", kDiscordHook + "?thread_id=1"}});
    CHECK(step.host.run().message == "");
    CHECK(step.sent().at(0).url == kDiscordHook + "/github?thread_id=1&wait=true");
  }
  SUBCASE("embeds alone are a message") {
    MessageStep step("", {{"DISCORD_EMBEDS", "[]"}});
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"content", ""}, {"embeds", Json::array()}});
  }
}

TEST_CASE("action-discord: a long message is cut") {
  MessageStep step(std::string(2001, 'x'));
  CHECK(step.host.run().message == "");
  CHECK(step.body()["content"] == std::string(2000, 'x'));
  CHECK(step.host.text.find("content is cut at 2000") != std::string::npos);
}

TEST_CASE("action-discord: failures") {
  SUBCASE("no webhook") {
    MessageStep step("x", {{"DISCORD_WEBHOOK", ""}});
    CHECK(step.host.run().message == "Env var DISCORD_WEBHOOK is not defined");
  }
  SUBCASE("embeds that are no JSON") {
    MessageStep step("x", {{"DISCORD_EMBEDS", "[{"}});
    CHECK(step.host.run().message == "DISCORD_EMBEDS is not JSON: [{");
  }
  SUBCASE("refused") {
    MessageStep step("x");
    step.usual = {404, {}, R"({"message":"Unknown Webhook","code":10015})"};
    CHECK(step.host.run().message == "Discord answered 404: Unknown Webhook");
  }
}

TEST_CASE("action-discord: problems and effects of a plan") {
  const auto problems = [](const Environment& env) {
    return action_discord().problems(MessageStep("x", env).host);
  };
  using Lines = std::vector<std::string>;
  CHECK(problems({}) == Lines{});
  CHECK(problems({{"DISCORD_WEBHOOK", "${{ secrets.HOOK }}"}, {"DISCORD_EMBEDS", "[${{ env.X }}]"}}) ==
        Lines{});
  CHECK(problems({{"DISCORD_WEBHOOK", ""}}) == Lines{"DISCORD_WEBHOOK is empty"});
  CHECK(problems({{"DISCORD_WEBHOOK", "x"}}) ==
        Lines{"DISCORD_WEBHOOK: an address that starts with https:// was expected"});
  CHECK(problems({{"DISCORD_EMBEDS", "{"}}) == Lines{"DISCORD_EMBEDS is not JSON"});
  const auto effects = [](const char* args) { return action_discord().effects(MessageStep(args).host); };
  CHECK(effects("a  b") == Lines{"post to Discord webhook (3 characters)"});
  CHECK(effects("{{ X }}") == Lines{"post to Discord webhook"});
  CHECK(effects("") == Lines{"post the event to Discord webhook"});
}

}  // namespace runner
