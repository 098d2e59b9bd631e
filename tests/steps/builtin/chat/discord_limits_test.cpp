// The lengths of Discord's schema: what is cut, where, and that the sum of all embeds counts.
#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/unicode.hpp"
#include "steps/builtin/chat/cut.hpp"
#include "steps/builtin/chat/discord.hpp"

namespace runner::chat {
namespace {

using Json = nlohmann::ordered_json;

std::string x(size_t count) { return std::string(count, 'x'); }

Json embed_of(size_t description, size_t fields, size_t value) {
  auto list = Json::array();
  for (size_t index = 0; index < fields; ++index) list.push_back({{"name", "n"}, {"value", x(value)}});
  return {{"title", "t"}, {"description", x(description)}, {"fields", list}};
}

}  // namespace

TEST_CASE("chat: text is cut between characters, as UTF-16 counts them") {
  struct Case {
    const char *why, *text;
    size_t most;
    const char *mark, *want;
  };
  for (const auto& c : {
           Case{"fits", "abc", 3, "...", "abc"},
           Case{"cut", "abcd", 3, "", "abc"},
           Case{"the mark counts", "abcdef", 5, "...", "ab..."},
           Case{"no room for the mark", "abcdef", 2, "...", "ab"},
           Case{"two bytes are one character", "ééé", 2, "", "éé"},
           Case{"beyond the first plane: two", "\xF0\x9F\x9A\x80\xF0\x9F\x9A\x80", 3, "", "\xF0\x9F\x9A\x80"},
           Case{"bytes that are no text count one each", "\xFF\xFE\xFD", 2, "", "\xFF\xFE"},
           Case{"nothing stays", "abc", 0, "", ""},
       }) {
    SUBCASE(c.why) { CHECK(cut(c.text, c.most, c.mark) == c.want); }
  }
}

TEST_CASE("discord: every text has its limit") {
  struct Case {
    const char* path;
    size_t most;
  };
  for (const auto& c : {Case{"/content", 2000}, Case{"/username", 80}, Case{"/thread_name", 100},
                        Case{"/embeds/0/title", 256}, Case{"/embeds/0/description", 4096},
                        Case{"/embeds/0/author/name", 256}, Case{"/embeds/0/footer/text", 2048},
                        Case{"/embeds/0/fields/0/name", 256}, Case{"/embeds/0/fields/0/value", 1024}}) {
    SUBCASE(c.path) {
      Json message{{"content", "x"}, {"embeds", {{{"fields", {{{"name", "n"}, {"value", "v"}}}}}}}};
      const Json::json_pointer at(c.path);
      message[at] = x(c.most);
      CHECK(fit_discord(message).empty());
      CHECK(message[at] == x(c.most));
      message[at] = x(c.most + 1);
      CHECK(fit_discord(message).size() == 1);
      CHECK(message[at] == x(c.most));
      message[at] = x(c.most + 1);
      CHECK(fit_discord(message, "...").size() == 1);
      CHECK(message[at] == x(c.most - 3) + "...");
    }
  }
}

TEST_CASE("discord: lists have their limits") {
  Json message{{"embeds", Json::array()}};
  for (int index = 0; index < 12; ++index) message["embeds"].push_back(embed_of(1, 27, 1));
  const auto lines = fit_discord(message);
  CHECK(lines.size() == 11);
  CHECK(lines[0] == "embeds: only the first 10 of 12 are sent");
  CHECK(lines[1] == "embeds[0].fields: only the first 25 of 27 are sent");
  CHECK(message["embeds"].size() == 10);
  CHECK(message["embeds"][9]["fields"].size() == 25);
}

TEST_CASE("discord: no more than 6000 characters in all embeds") {
  SUBCASE("just enough") {
    Json message{{"content", x(2000)}, {"embeds", {{{"description", x(3000)}}, {{"description", x(3000)}}}}};
    CHECK(fit_discord(message).empty());
    CHECK(discord_length(message) == 8000);
  }
  SUBCASE("the last description gives way") {
    Json message{{"embeds", {{{"description", x(3000)}}, {{"description", x(3001)}}}}};
    CHECK(fit_discord(message) ==
          std::vector<std::string>{"embeds[1].description is cut at 3000 of its 3001 characters"});
    CHECK(discord_length(message) == 6000);
  }
  SUBCASE("then its fields, from the last") {
    Json message{{"embeds", {{{"description", x(4000)}}, embed_of(10, 2, 1024)}}};
    CHECK(fit_discord(message).size() == 2);
    CHECK(discord_length(message) == 6000);
    CHECK(message["embeds"][1]["description"] == "x");
    CHECK(message["embeds"][1]["fields"][0]["value"] == x(1024));
    CHECK(message["embeds"][0]["description"] == x(4000));
  }
  SUBCASE("never to nothing: an empty field is refused") {
    Json message{{"embeds", {embed_of(4096, 25, 1024)}}};
    CHECK_FALSE(fit_discord(message).empty());
    CHECK(discord_length(message) == 6000);
    for (const auto& field : message["embeds"][0]["fields"])
      CHECK_FALSE(field["value"].get<std::string>().empty());
  }
}

TEST_CASE("discord: a message of other types is left for Discord to judge") {
  for (const auto* text : {"[]", "1", R"({"content":1,"embeds":{}})", R"({"embeds":[1,{"fields":3}]})",
                           R"({"embeds":[{"footer":"x","author":[],"title":null}]})"}) {
    CAPTURE(text);
    auto message = Json::parse(text);
    CHECK(fit_discord(message).empty());
    CHECK(message.dump() == text);
  }
}

}  // namespace runner::chat
