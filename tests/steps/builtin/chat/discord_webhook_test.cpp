#include <fstream>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/formats/date.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"

namespace runner {

BuiltinAction discord_webhook();

namespace {

using nlohmann::json;
using With = std::map<std::string, std::string, IgnoringCase>;

const std::string kHook = "https://chat.test/api/webhooks/1/0123456789abcdef0123";

struct Post {
  test::FakeHost host{discord_webhook()};
  std::vector<HttpResponse> answers;

  explicit Post(With with) {
    host.with = std::move(with);
    host.with.emplace("webhook-url", kHook);
    host.http_.answer = [this](const HttpRequest&) -> HttpResponse {
      if (answers.empty()) return {204, {}, ""};
      auto answer = answers.front();
      answers.erase(answers.begin());
      return answer;
    };
  }
};

}  // namespace

TEST_CASE("discord: the message's body") {
  struct Case {
    const char* why;
    With with;
    json want;
  };
  for (const auto& c : {
           Case{"content only", {{"content", "hi"}}, {{"content", "hi"}}},
           Case{"sender, numbers as numbers",
                {{"content", "x"},
                 {"username", "u"},
                 {"avatar-url", "https://a"},
                 {"tts", "true"},
                 {"flags", "4"}},
                {{"content", "x"},
                 {"username", "u"},
                 {"avatar_url", "https://a"},
                 {"tts", true},
                 {"flags", 4}}},
           Case{"an embed",
                {{"embed-title", "t"},
                 {"embed-description", "d"},
                 {"embed-color", "65280"},
                 {"embed-url", "https://e"},
                 {"embed-timestamp", "2025-03-11T00:22:15Z"},
                 {"embed-author-name", "a"},
                 {"embed-footer-text", "f"}},
                {{"embeds",
                  {{{"title", "t"},
                    {"description", "d"},
                    {"color", 65280},
                    {"url", "https://e"},
                    {"timestamp", "2025-03-11T00:22:15.000Z"},
                    {"author", {{"name", "a"}}},
                    {"footer", {{"text", "f"}}}}}}}},
           Case{"a long description is cut",
                {{"embed-description", std::string(4100, 'x')}},
                {{"embeds", {{{"description", std::string(4096, 'x')}}}}}},
           Case{"a new thread",
                {{"content", "x"}, {"thread-name", "n"}},
                {{"content", "x"}, {"thread_name", "n"}}},
       }) {
    SUBCASE(c.why) {
      Post post(c.with);
      CHECK(post.host.run().message == "");
      REQUIRE(post.host.http_.requests.size() == 1);
      CHECK(json::parse(post.host.http_.requests[0].body) == c.want);
    }
  }
}

// Made by running the bundles of v5.4.0, v6.0.0 and v7.0.0, and for version 4 by reading it.
TEST_CASE("discord: what an embed is made for") {
  const json author{{"name", "a"}}, image{{"url", "https://i"}};
  struct Case {
    const char* why;
    int major;
    With with;
    json embed;  // null: none
  };
  for (const auto& c : {
           Case{"an author alone is none", 7, {{"embed-author-name", "a"}}, nullptr},
           Case{"nor is a footer", 6, {{"embed-footer-text", "f"}}, nullptr},
           Case{"nor a picture", 5, {{"embed-image-url", "https://i"}}, nullptr},
           Case{"nor a small one", 0, {{"embed-thumbnail-url", "https://i"}}, nullptr},
           Case{"in version 4 an author was one", 4, {{"embed-author-name", "a"}}, {{"author", author}}},
           Case{"a title is one",
                7,
                {{"embed-title", "t"}, {"embed-author-name", "a"}},
                {{"title", "t"}, {"author", author}}},
           Case{"a link",
                7,
                {{"embed-url", "https://u"}, {"embed-author-name", "a"}},
                {{"url", "https://u"}, {"author", author}}},
           Case{"a colour",
                7,
                {{"embed-color", "65280"}, {"embed-footer-text", "f"}},
                {{"color", 65280}, {"footer", {{"text", "f"}}}}},
           Case{"a date",
                7,
                {{"embed-timestamp", "2025-03-11"}, {"embed-image-url", "https://i"}},
                {{"timestamp", "2025-03-11T00:00:00.000Z"}, {"image", image}}},
       }) {
    SUBCASE(c.why) {
      Post post(c.with);
      post.host.version_ = {c.major, 0, 0};
      post.host.with["content"] = "x";
      CHECK(post.host.run().message == "");
      auto want = json{{"content", "x"}};
      if (!c.embed.is_null()) want["embeds"] = json::array({c.embed});
      CHECK(json::parse(post.host.http_.requests[0].body) == want);
      CHECK(post.host.annotations.size() == (c.embed.is_null() ? 1 : 0));
    }
  }
  Post post(With{{"content", "x"}, {"embed-author-name", "a"}});
  post.host.run();
  CHECK(post.host.annotations.at(0).message ==
        "embed-author-name alone makes no embed: give embed-title, embed-description, embed-url, "
        "embed-timestamp or embed-color too");
}

TEST_CASE("discord: flags are sent since version 7 only") {
  Post post(With{{"content", "x"}, {"flags", "4"}});
  post.host.version_ = {5, 3, 0};
  post.host.run();
  CHECK(json::parse(post.host.http_.requests[0].body) == json{{"content", "x"}});
}

TEST_CASE("discord: the address, which stays secret") {
  struct Case {
    const char* why;
    With with;
    std::string query;
  };
  for (const auto& c :
       {Case{"waits by default", {}, "?wait=true"}, Case{"does not wait", {{"wait", "false"}}, ""},
        Case{"a thread", {{"thread-id", "12"}}, "?thread_id=12&wait=true"}}) {
    SUBCASE(c.why) {
      Post post(c.with);
      post.host.with["content"] = "x";
      post.host.run();
      CHECK(post.host.http_.requests[0].url == kHook + c.query);
      CHECK(post.host.masks == std::vector<std::string>{kHook, "0123456789abcdef0123"});
      CHECK(post.host.text == "HTTP 204\n");
    }
  }
}

TEST_CASE("discord: what an answer leads to") {
  const HttpResponse busy{429, {{"Retry-After", "0"}}, R"({"message":"slow down","retry_after":0})"};
  struct Case {
    const char* why;
    std::vector<HttpResponse> answers;
    std::string message;
    size_t tries;
  };
  for (const auto& c : {
           Case{"stored", {{200, {}, "{}"}}, "", 1},
           Case{"busy once", {busy, {204, {}, ""}}, "", 2},
           Case{"broken once", {{502, {{"retry-after", "0"}}, "bad gateway"}, {204, {}, ""}}, "", 2},
           Case{"busy for good", {busy, busy, busy, {204, {}, ""}}, "Discord answered 429: slow down", 3},
           Case{"deleted",
                {{404, {}, R"({"message":"Unknown Webhook"})"}},
                "Discord answered 404: Unknown Webhook",
                1},
           Case{"wrong",
                {{400, {}, R"({"message":"Invalid Form Body","errors":{"content":1}})"}},
                "Discord answered 400: Invalid Form Body {\"content\":1}",
                1},
           Case{"no JSON", {{403, {}, "<html>"}}, "Discord answered 403", 1},
       }) {
    SUBCASE(c.why) {
      Post post(With{{"content", "x"}});
      post.answers = c.answers;
      CHECK(post.host.run().message == c.message);
      CHECK(post.host.http_.requests.size() == c.tries);
    }
  }
}

TEST_CASE("discord: a cancelled job does not wait to try again") {
  Post post(With{{"content", "x"}});
  post.host.http_.answer = [&](const HttpRequest&) -> HttpResponse {
    post.host.stop_.request_stop();
    return {429, {{"Retry-After", "3600"}}, ""};
  };
  CHECK(post.host.run().outcome == Outcome::cancelled);
}

TEST_CASE("discord: files") {
  Post post(With{{"content", "see"}, {"filename", "logs/a.txt"}});
  std::filesystem::create_directories(post.host.workspace() / "logs");
  std::ofstream(post.host.workspace() / "logs/a.txt") << "LOG";
  SUBCASE("an upload has two parts") {
    CHECK(post.host.run().message == "");
    const auto& request = post.host.http_.requests[0];
    const auto type = request.headers[0].second;
    CHECK(type.starts_with("multipart/form-data; boundary="));
    const auto boundary = type.substr(type.find('=') + 1);
    CHECK(request.body ==
          "--" + boundary +
              "\r\nContent-Disposition: form-data; name=\"upload-file\"; filename=\"a.txt\"\r\n"
              "Content-Type: application/octet-stream\r\n\r\nLOG\r\n--" +
              boundary +
              "\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n"
              "Content-Type: application/json\r\n\r\n{\"content\":\"see\"}\r\n--" +
              boundary + "--\r\n");
  }
  SUBCASE("a missing one") {
    post.host.with["filename"] = "gone";
    CHECK(post.host.run().message.starts_with("filename: there is no file "));
  }
  SUBCASE("raw data replaces the body") {
    post.host.with.erase("filename");
    std::ofstream(post.host.workspace() / "raw.json") << R"({"content":"raw"})";
    post.host.with["raw-data"] = "raw.json";
    CHECK(post.host.run().message == "");
    CHECK(post.host.http_.requests[0].body == R"({"content":"raw"})");
  }
  SUBCASE("raw data that is no JSON") {
    post.host.with["raw-data"] = "logs/a.txt";
    CHECK(post.host.run().message == "raw-data: logs/a.txt is not JSON");
  }
}

TEST_CASE("discord: inputs that cannot be") {
  struct Case {
    const char *why, *input, *value, *want;
  };
  for (const auto& c : {
           Case{"no address", "webhook-url", "", "Input required and not supplied: webhook-url"},
           Case{"no web address", "webhook-url", "chat",
                "webhook-url: an address that starts with https:// was expected"},
           Case{"no date", "embed-timestamp", "soon",
                "embed-timestamp: \"soon\" is not a date such as 2025-03-11T00:22:15Z"},
       }) {
    SUBCASE(c.why) {
      Post post(With{{"content", "x"}});
      post.host.with[c.input] = c.value;
      CHECK(post.host.run().message == c.want);
      CHECK(post.host.http_.requests.empty());
    }
  }
}

TEST_CASE("discord: nobody there, and the path of the address is not shown") {
  Post post(With{{"content", "x"}});
  post.host.http_.answer = [](const HttpRequest&) -> HttpResponse {
    throw HttpError("POST " + kHook, "Timeout was reached");
  };
  CHECK(post.host.run().message == "post to Discord: Timeout was reached");
}

TEST_CASE("discord: problems and effects of a plan") {
  Post post(With{{"content", "héllo"}});
  CHECK(discord_webhook().effects(post.host) ==
        std::vector<std::string>{"post to Discord webhook (5 characters)"});
  CHECK(discord_webhook().problems(post.host).empty());
}

TEST_CASE("discord: what a plan refuses, and what it does not know yet") {
  struct Case {
    const char* why;
    With with;
    std::vector<std::string> want;
  };
  for (const auto& c : {
           Case{"fine", {{"content", "x"}, {"embed-color", "65280"}, {"flags", "4"}}, {}},
           Case{"long is cut, not refused", {{"content", std::string(2001, 'x')}}, {}},
           Case{"known in the run only",
                {{"content", "${{ steps.a.outputs.b }}"},
                 {"embed-color", "${{ env.X }}"},
                 {"webhook-url", "${{ secrets.X }}"},
                 {"embed-timestamp", "${{ env.X }}"},
                 {"wait", "${{ env.X }}"}},
                {}},
           Case{"a colour by name",
                {{"embed-title", "x"}, {"embed-color", "green"}},
                {"embed-color: \"green\" is no whole number from 0 to 16777215"}},
           Case{"a colour as the web writes it",
                {{"embed-title", "x"}, {"embed-color", "#00ff00"}},
                {"embed-color: \"#00ff00\" is no whole number from 0 to 16777215; did you mean 65280?"}},
           Case{"a colour too high",
                {{"embed-title", "x"}, {"embed-color", "16777216"}},
                {"embed-color: \"16777216\" is no whole number from 0 to 16777215"}},
           Case{"no flags",
                {{"content", "x"}, {"flags", "silent"}},
                {"flags: \"silent\" is no whole number from 0 to 1073741824"}},
           Case{"neither yes nor no",
                {{"content", "x"}, {"wait", "perhaps"}},
                {"wait: \"perhaps\" is neither true nor false"}},
           Case{"nothing to say",
                {{"username", "x"}},
                {"nothing to post: it has no content, embed-..., filename or raw-data"}},
           Case{"an author alone",
                {{"embed-author-name", "x"}},
                {"nothing to post: embed-author-name alone makes no embed: give embed-title, "
                 "embed-description, embed-url, embed-timestamp or embed-color too"}},
           Case{"no host",
                {{"content", "x"}, {"webhook-url", "https:///api"}},
                {"webhook-url: the address names no host"}},
           Case{"two lines",
                {{"content", "x"}, {"webhook-url", "https://a/b\nhttps://c"}},
                {"webhook-url: the address has white space in it"}},
       }) {
    SUBCASE(c.why) {
      Post post(c.with);
      CHECK(discord_webhook().problems(post.host) == c.want);
    }
  }
}

TEST_CASE("discord: what a plan tells") {
  struct Case {
    const char* why;
    With with;
    const char* want;
  };
  for (const auto& c : {
           Case{"text and embed",
                {{"content", "héllo"}, {"embed-title", "abc"}},
                "post to Discord webhook (8 characters)"},
           Case{"text of the run", {{"content", "${{ env.A }}"}}, "post to Discord webhook"},
           Case{"an author who is not shown",
                {{"content", "héllo"}, {"embed-author-name", "abc"}},
                "post to Discord webhook (5 characters)"},
           Case{"raw",
                {{"raw-data", "m.json"}, {"embed-author-name", "abc"}},
                "post m.json to Discord webhook"},
           Case{"a file",
                {{"content", "x"}, {"filename", "a.log"}},
                "post to Discord webhook (1 characters), with the file a.log"},
       }) {
    SUBCASE(c.why) {
      Post post(c.with);
      CHECK(discord_webhook().effects(post.host) == std::vector<std::string>{c.want});
    }
  }
}

TEST_CASE("discord: what is too long is cut, and said") {
  SUBCASE("content") {
    Post post(With{{"content", std::string(2100, 'x')}});
    CHECK(post.host.run().message == "");
    CHECK(json::parse(post.host.http_.requests[0].body)["content"] == std::string(2000, 'x'));
    CHECK(post.host.text == "content is cut at 2000 of its 2100 characters\nHTTP 204\n");
  }
  SUBCASE("raw data too") {
    Post post(With{{"raw-data", "m.json"}});
    std::ofstream(post.host.workspace() / "m.json")
        << json{{"content", "x"}, {"embeds", {{{"title", std::string(300, 't')}}}}}.dump();
    CHECK(post.host.run().message == "");
    CHECK(json::parse(post.host.http_.requests[0].body)["embeds"][0]["title"] == std::string(256, 't'));
    CHECK(post.host.text == "embeds[0].title is cut at 256 of its 300 characters\nHTTP 204\n");
  }
}

TEST_CASE("dates as people write them") {
  struct Case {
    const char *text, *want;
  };
  for (const auto& c : {
           Case{"2025-03-11", "2025-03-11T00:00:00.000Z"},
           Case{"2025-03-11T00:22:15Z", "2025-03-11T00:22:15.000Z"},
           Case{"2025-03-11 00:22:15 +09:00", "2025-03-10T15:22:15.000Z"},
           Case{"2024-02-29T23:59:59.1234-0530", "2024-03-01T05:29:59.123Z"},
           Case{"2025-03-11T10:20", "2025-03-11T10:20:00.000Z"},
           Case{"2025-02-30", ""},
           Case{"2025-03-11T25:00", ""},
           Case{"2025-03-11x", ""},
           Case{"", ""},
       }) {
    SUBCASE(c.text) { CHECK(iso_timestamp(c.text).value_or("") == c.want); }
  }
}

}  // namespace runner
