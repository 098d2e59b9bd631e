#include <doctest/doctest.h>

#include "tests/steps/builtin/chat/chat_step.hpp"

namespace runner {

BuiltinAction action_slack();

namespace {

using test::ChatStep;
using test::Json;
using test::kSlackHook;
using test::With;

With with_status(With with) {
  with.emplace("status", "success");
  with.emplace("github_base_url", "https://git.test");
  return with;
}

struct SlackStep : ChatStep {
  explicit SlackStep(With with = {})
      : ChatStep(action_slack(), with_status(std::move(with)), {{"SLACK_WEBHOOK_URL", kSlackHook}}) {
    host.repository_.head = Commit{.id = "0123456789abcdef0123456789abcdef01234567",
                                   .tree_id = {},
                                   .message = "Mend <it> & more\n\nAll of it",
                                   .timestamp = {},
                                   .author_name = "Ada",
                                   .author_email = "ada@x.test",
                                   .committer_name = {},
                                   .committer_email = {},
                                   .parents = {}};
  }
};

using Fields = std::vector<std::pair<std::string, std::string>>;

Fields fields_of(const Json& body) {
  Fields fields;
  for (const auto& field : body["attachments"][0]["fields"])
    fields.emplace_back(field["title"], field["value"]);
  return fields;
}

}  // namespace

TEST_CASE("action-slack: the message by its status") {
  struct Case {
    const char *status, *color, *text;
  };
  for (const auto& c : {Case{"success", "good", ":white_check_mark: Succeeded GitHub Actions\n"},
                        Case{"Failure", "danger", ":no_entry: Failed GitHub Actions\n"},
                        Case{"cancelled", "warning", ":warning: Canceled GitHub Actions\n"}}) {
    SUBCASE(c.status) {
      SlackStep step(With{{"status", c.status}});
      CHECK(step.host.run().message == "");
      const auto body = step.body();
      CHECK(step.sent()[0].url == kSlackHook);
      CHECK(body["text"] == c.text);
      CHECK(body["attachments"][0]["color"] == c.color);
      CHECK(body["attachments"][0]["author_name"] == "8398a7@action-slack");
      CHECK(fields_of(body) == Fields{{"repo", "<https://git.test/octo/app|octo/app>"},
                                      {"commit",
                                       "<https://git.test/octo/app/commit/"
                                       "0123456789abcdef0123456789abcdef01234567|01234567>"}});
    }
  }
}

TEST_CASE("action-slack: who is mentioned, and when") {
  struct Case {
    const char *why, *mention, *when, *want;
  };
  for (const auto& c : {
           Case{"never asked for", "here", "", "x"},
           Case{"another status", "here", "failure", "x"},
           Case{"this status", "here", "failure,success", "<!here> x"},
           Case{"always", "channel", "always", "<!channel> x"},
           Case{"users", "U1, U2", "success", "<@U1> <@U2> x"},
           Case{"a group", "subteam^S1", "success", "<!subteam^S1> x"},
           Case{"nobody", "", "always", "x"},
       }) {
    SUBCASE(c.why) {
      SlackStep step(With{{"text", "x"}, {"mention", c.mention}, {"if_mention", c.when}});
      CHECK(step.host.run().message == "");
      CHECK(step.body()["text"] == c.want);
    }
  }
}

TEST_CASE("action-slack: sender and channel") {
  SlackStep step(With{{"username", "u"},
                      {"icon_emoji", ":x:"},
                      {"icon_url", "https://i"},
                      {"channel", "C1"},
                      {"author_name", "a"}});
  CHECK(step.host.run().message == "");
  const auto body = step.body();
  CHECK(body["username"] == "u");
  CHECK(body["icon_emoji"] == ":x:");
  CHECK(body["icon_url"] == "https://i");
  CHECK(body["channel"] == "C1");
  CHECK(body["attachments"][0]["author_name"] == "a");
}

TEST_CASE("action-slack: the fields") {
  const std::string base = "https://git.test/octo/app", sha = "0123456789abcdef0123456789abcdef01234567";
  struct Case {
    const char* name;
    std::string title, value;
  };
  for (const auto& c : {
           Case{"message", "message", "<" + base + "/commit/" + sha + "|Mend &lt;it&gt; &amp; more>"},
           Case{"author", "author", "Ada<ada@x.test>"},
           Case{"action", "action", "<" + base + "/commit/" + sha + "/checks|action>"},
           Case{"job", "job", "<" + base + "/actions/runs/77|build>"},
           Case{"took", "took", "0 sec"},
           Case{"eventName", "eventName", "push"},
           Case{"ref", "ref", "refs/heads/main"},
           Case{"workflow", "workflow", "<" + base + "/commit/" + sha + "/checks|Deploy>"},
           Case{"workflowRun", "workflow", "<" + base + "/actions/runs/77|Deploy>"},
           Case{"pullRequest", "pullRequest", "n/a"},
       }) {
    SUBCASE(c.name) {
      SlackStep step(With{{"fields", c.name}});
      CHECK(step.host.run().message == "");
      CHECK(fields_of(step.body()) == Fields{{c.title, c.value}});
    }
  }
  SUBCASE("all, in their own order") {
    SlackStep step(With{{"fields", "workflow, all"}});
    CHECK(step.host.run().message == "");
    const auto fields = fields_of(step.body());
    CHECK(fields.size() == 12);
    CHECK(fields[0].first == "repo");
    CHECK(fields[11].first == "pullRequest");
  }
  SUBCASE("of a pull request") {
    SlackStep step(With{{"fields", "pullRequest,action"}});
    step.host.contexts["github.event_name"] = "pull_request";
    step.event({{"pull_request",
                 {{"title", "A<B"}, {"number", 5}, {"html_url", "https://p"}, {"head", {{"sha", "abc"}}}}}});
    CHECK(step.host.run().message == "");
    CHECK(fields_of(step.body()) == Fields{{"action", "<" + base + "/commit/abc/checks|action>"},
                                           {"pullRequest", "<https://p|A&lt;B #5>"}});
  }
  SUBCASE("a job of a matrix") {
    SlackStep step(With{{"fields", "job"}, {"job_name", "test"}});
    step.host.env_["MATRIX_CONTEXT"] = R"({"os": "linux", "node": 18})";
    CHECK(step.host.run().message == "");
    CHECK(fields_of(step.body())[0].second == "<" + base + "/actions/runs/77|test (linux, 18)>");
  }
}

TEST_CASE("action-slack: a custom payload") {
  SUBCASE("sees the fields that were asked for") {
    SlackStep step(
        With{{"status", "custom"},
             {"fields", "ref,eventName"},
             {"custom_payload",
              "{text: `${process.env.AS_REF} ${process.env.AS_EVENT_NAME} ${process.env.AS_REPO}`}"}});
    CHECK(step.host.run().message == "");
    CHECK(step.body() == Json{{"text", "refs/heads/main push undefined"}});
  }
  SUBCASE("is no code") {
    SlackStep step(With{{"status", "custom"}, {"custom_payload", "{text: github.context.sha}"}});
    CHECK(step.host.run().message ==
          "custom_payload: line 1, column 8: \"github.context.sha}\" is code; 8398a7/action-slack is "
          "built in without a JavaScript engine: write the values");
    CHECK(step.sent().empty());
  }
}

TEST_CASE("action-slack: failures") {
  struct Case {
    const char* why;
    With with;
    std::string hook;
    HttpResponse answer;
    const char* want;
  };
  for (const auto& c : {
           Case{"no webhook", {}, "", {200, {}, "ok"}, "Specify secrets.SLACK_WEBHOOK_URL"},
           Case{"no status",
                {{"status", ""}},
                kSlackHook,
                {200, {}, "ok"},
                "Input required and not supplied: status"},
           Case{"another status",
                {{"status", "done"}},
                kSlackHook,
                {200, {}, "ok"},
                "You can specify success or failure or cancelled or custom"},
           Case{"refused", {}, kSlackHook, {404, {}, "no_service"}, "Slack answered 404: no_service"},
           Case{"a page", {}, kSlackHook, {403, {}, "<html>x"}, "Slack answered 403"},
       }) {
    SUBCASE(c.why) {
      SlackStep step(c.with);
      step.host.env_["SLACK_WEBHOOK_URL"] = c.hook;
      step.usual = c.answer;
      CHECK(step.host.run().message == c.want);
    }
  }
}

TEST_CASE("action-slack: problems and effects of a plan") {
  struct Case {
    const char* why;
    With with;
    std::vector<std::string> want;
  };
  for (const auto& c : {
           Case{"fine", {{"fields", "repo, all"}}, {}},
           Case{"a status of the run", {{"status", "${{ job.status }}"}}, {}},
           Case{"a misspelt status",
                {{"status", "sucess"}},
                {"status: \"sucess\" is none of success, failure, cancelled, custom; did you mean "
                 "\"success\"?"}},
           Case{"a misspelt field",
                {{"fields", "repo,comit"}},
                {"fields: \"comit\" is none of all, repo, message, commit, author, action, job, took, "
                 "eventName, ref, "
                 "workflow, workflowRun, pullRequest; did you mean \"commit\"?"}},
           Case{"a payload only the run knows",
                {{"status", "custom"}, {"custom_payload", "${{ env.X }}"}},
                {}},
           Case{"no payload", {{"status", "custom"}}, {"custom_payload: status custom needs one"}},
       }) {
    SUBCASE(c.why) { CHECK(action_slack().problems(SlackStep(c.with).host) == c.want); }
  }
  SlackStep empty;
  empty.host.env_["SLACK_WEBHOOK_URL"] = "";
  CHECK(action_slack().problems(empty.host) == std::vector<std::string>{"SLACK_WEBHOOK_URL is empty"});
  CHECK(action_slack().effects(SlackStep(With{{"text", "abc"}}).host)[0] ==
        "post to Slack webhook (3 characters)");
  CHECK(action_slack().effects(SlackStep().host)[0] == "post to Slack webhook");
}

}  // namespace runner
