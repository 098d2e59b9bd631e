// How patient a post is: what is waited for, how often, and that the address stays secret.
#include "steps/builtin/chat/post.hpp"

#include <doctest/doctest.h>

#include "steps/builtin/chat/webhook.hpp"
#include "tests/steps/builtin/chat/chat_step.hpp"

namespace runner {

BuiltinAction discord_webhook();

namespace {

using std::chrono::milliseconds;
using test::ChatStep;

HttpRequest to_hook() {
  HttpRequest request;
  request.url = kDiscordHook;
  return request;
}

HttpResponse busy(std::string body, std::string header = "") {
  HttpResponse response{429, {}, std::move(body)};
  if (!header.empty()) response.headers.emplace_back("Retry-After", std::move(header));
  return response;
}

}  // namespace

TEST_CASE("chat: a rate limit is waited for as long as the service asks") {
  struct Case {
    const char* why;
    HttpResponse first;
    int status;
    size_t tries;
    milliseconds slept;
    const char* told;
  };
  for (const auto& c : {
           Case{"in the body, exactly", busy(R"({"retry_after":0.65})"), 204, 2, milliseconds(650),
                "Chat takes no more messages for this address: trying again in 0.65 s"},
           Case{"in the header", busy("", "3"), 204, 2, milliseconds(3000), "trying again in 3 s"},
           Case{"the body is more exact", busy(R"({"retry_after":1.5})", "2"), 204, 2, milliseconds(1500),
                "in 1.5 s"},
           Case{"said nowhere", busy("slow down"), 204, 2, milliseconds(1000), "in 1 s"},
           Case{"for everybody here", busy(R"({"retry_after":1,"global":true})"), 204, 2, milliseconds(1000),
                "Chat takes no more messages from here"},
           Case{"longer than anybody waits", busy("", "3600"), 429, 1, milliseconds(0), "HTTP 429"},
           Case{"a failure of the service", {503, {}, ""}, 204, 2, milliseconds(1000), "Chat answered 503"},
           Case{"a refusal is final", {400, {{"Retry-After", "1"}}, ""}, 400, 1, milliseconds(0), "HTTP 400"},
       }) {
    SUBCASE(c.why) {
      ChatStep step(discord_webhook());
      step.answers = {c.first, {204, {}, ""}};
      CHECK(chat::post(step.host, to_hook(), "Chat").status == c.status);
      CHECK(step.sent().size() == c.tries);
      CHECK(step.host.slept == c.slept);
      CHECK(step.host.text.find(c.told) != std::string::npos);
    }
  }
}

TEST_CASE("chat: after three tries the last answer counts") {
  ChatStep step(discord_webhook());
  step.answers.assign(5, {500, {}, ""});
  CHECK(chat::post(step.host, to_hook(), "Chat").status == 500);
  CHECK(step.sent().size() == 3);
  CHECK(step.host.slept == std::chrono::seconds(3));
}

TEST_CASE("chat: where nobody answers") {
  ChatStep step(discord_webhook());
  int left = 2;
  step.host.http_.answer = [&](const HttpRequest&) -> HttpResponse {
    if (left-- > 0) throw HttpError("POST " + kDiscordHook, "Connection refused", HttpFailure::connect);
    return {204, {}, ""};
  };
  SUBCASE("it is an error that does not show the address") {
    try {
      chat::post(step.host, to_hook(), "Chat");
      FAIL("no error");
    } catch (const chat::NoAnswer& error) {
      CHECK(std::string(error.what()) == "post to Chat: Connection refused");
    }
    CHECK(step.sent().size() == 1);
  }
  SUBCASE("unless the original tries again") {
    CHECK(chat::post(step.host, to_hook(), "Chat", {.retry_unanswered = true}).status == 204);
    CHECK(step.host.slept == std::chrono::seconds(3));
  }
  CHECK(step.host.text.find("chat.test") == std::string::npos);
}

TEST_CASE("chat: what of an address is masked") {
  struct Case {
    const char *url, *secret;
  };
  for (const auto& c : {
           Case{"https://d.test/api/webhooks/123456789012345678/0123456789abcdef", "0123456789abcdef"},
           Case{"https://d.test/api/webhooks/1/0123456789abcdef/github?wait=true", "0123456789abcdef"},
           Case{"https://s.test/services/T1/B1/0123456789abcdef", "0123456789abcdef"},
           Case{"https://s.test/hook", ""},
       }) {
    SUBCASE(c.url) {
      ChatStep step(discord_webhook());
      chat::mask_webhook(step.host, c.url);
      std::vector<std::string> want{c.url};
      if (*c.secret != '\0') want.emplace_back(c.secret);
      CHECK(step.host.masks == want);
    }
  }
}

}  // namespace runner
