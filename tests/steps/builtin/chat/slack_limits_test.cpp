// The lengths of Slack's messages, Markdown as Slack writes it, and payloads made flat.
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/builtin/chat/js_value.hpp"
#include "steps/builtin/chat/slack.hpp"
#include "steps/builtin/chat/slack_markdown.hpp"

namespace runner::chat {

TEST_CASE("slack: every text has its limit") {
  struct Case {
    const char *message, *path;
    size_t most;
  };
  for (const auto& c : {
           Case{R"({})", "/text", 40000},
           Case{R"({"blocks":[{"type":"section","text":{}}]})", "/blocks/0/text/text", 3000},
           Case{R"({"blocks":[{"type":"section","fields":[{}]}]})", "/blocks/0/fields/0/text", 2000},
           Case{R"({"blocks":[{"type":"header","text":{}}]})", "/blocks/0/text/text", 150},
           Case{R"({"blocks":[{"type":"image","title":{}}]})", "/blocks/0/title/text", 2000},
           Case{R"({"blocks":[{"type":"image"}]})", "/blocks/0/alt_text", 2000},
           Case{R"({"attachments":[{"blocks":[{"type":"section","text":{}}]}]})",
                "/attachments/0/blocks/0/text/text", 3000},
           Case{R"({"attachments":[{}]})", "/attachments/0/footer", 300},
       }) {
    SUBCASE(c.path) {
      auto message = Json::parse(c.message);
      const Json::json_pointer at(c.path);
      message[at] = std::string(c.most, 'x');
      CHECK(fit_slack(message).empty());
      message[at] = std::string(c.most + 1, 'x');
      CHECK(fit_slack(message).size() == 1);
      CHECK(message[at] == std::string(c.most, 'x'));
    }
  }
}

TEST_CASE("slack: lists have their limits") {
  Json message{{"attachments", Json(std::vector<Json>(101, {{"text", "x"}}))},
               {"blocks", Json(std::vector<Json>(51, {{"type", "divider"}}))}};
  CHECK(fit_slack(message) == std::vector<std::string>{"blocks: only the first 50 of 51 are sent",
                                                       "attachments: only the first 100 of 101 are sent"});
  CHECK(message["attachments"].size() == 100);
  CHECK(message["blocks"].size() == 50);
}

TEST_CASE("slack: a message of other types is left for Slack to judge") {
  for (const auto* text :
       {"[]", "1", R"({"text":1,"blocks":{},"attachments":2})",
        R"({"blocks":[1,{"type":2},{"type":"section","text":"x","fields":1}],"attachments":[3]})"}) {
    CAPTURE(text);
    auto message = Json::parse(text);
    CHECK(fit_slack(message).empty());
    CHECK(message.dump() == text);
  }
}

TEST_CASE("slack: Markdown as Slack writes it") {
  struct Case {
    const char *why, *text, *want;
  };
  for (const auto& c : {
           Case{"bold", "a **b c** d __e__", "a *b c* d *e*"},
           Case{"italic", "*a* _b_", "_a_ _b_"},
           Case{"struck", "~~a~~", "~a~"},
           Case{"a link", "see [the page](https://x/y) now", "see <https://x/y|the page> now"},
           Case{"a picture", "![p](https://x)", "<https://x|p>"},
           Case{"a heading", "## All of it", "*All of it*"},
           Case{"a list", "- a\n  * **b**", "•   a\n  •   *b*"},
           Case{"code stays", "`**a**` **b**", "`**a**` *b*"},
           Case{"blocks of code stay", "```\n**a**\n```\n**b**", "```\n**a**\n```\n*b*"},
           Case{"marks that mark nothing", "2 * 3 * 4, a_b_", "2 * 3 * 4, a_b_"},
           Case{"brackets alone", "[a] (b)", "[a] (b)"},
           Case{"unclosed", "**a", "**a"},
       }) {
    SUBCASE(c.why) { CHECK(slack_markdown(c.text) == c.want); }
  }
}

TEST_CASE("chat: nested values made flat") {
  const auto value = Json::parse(R"({"a":{"b":[1,{"c":true}],"d":null},"e":[],"f":{},"g":"x"})");
  CHECK(flattened(value, ".") ==
        Json::parse(R"({"a.b.0":"1","a.b.1.c":"true","a.d":"null","e":"","f":"[object Object]","g":"x"})"));
  CHECK(flattened(Json::parse(R"({"a":{"b":1.5}})"), "_") == Json{{"a_b", "1.5"}});
  CHECK(flattened(Json(3), ".") == Json::object());
}

}  // namespace runner::chat
