// Payloads as people write them into custom_payload: values are read, code is refused.
#include "steps/builtin/chat/js_literal.hpp"

#include <doctest/doctest.h>

#include "parser/base/json.hpp"

namespace runner::chat {
namespace {

Json value_of(const std::string& text) {
  return js_literal(text, [](const std::string& name) {
    return name == "AS_REPO" ? std::optional<std::string>("octo/app") : std::nullopt;
  });
}

std::string error_of(const std::string& text) {
  try {
    return "no error: " + value_of(text).dump();
  } catch (const JsError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("chat: JavaScript that is a value") {
  struct Case {
    const char *why, *text, *want;
  };
  for (const auto& c : {
           Case{"JSON", R"({"a": [1, -2.5, true, false, null, "x\n"]})",
                R"({"a":[1,-2.5,true,false,null,"x\n"]})"},
           Case{"JSON5", "{a: 'b', \"c-d\": .5, e: 0x1F, /* two */ f: [1,], // one\n}",
                R"({"a":"b","c-d":0.5,"e":31,"f":[1]})"},
           Case{"a semicolon", "({a: 1});", R"({"a":1})"},
           Case{"a number as a name", "{1: 2}", R"({"1":2})"},
           Case{"escapes", R"('\x41\u00e9\u{1F680}\uD83D\uDE80\'\
b')",
                "\"A\u00e9\U0001F680\U0001F680'b\""},
           Case{"a variable", "{a: process.env.AS_REPO}", R"({"a":"octo/app"})"},
           Case{"a variable in brackets", "process.env['AS_REPO']", R"("octo/app")"},
           Case{"a template", "`in ${process.env.AS_REPO}:\n${1 + 2}`", R"("in octo/app:\n3")"},
           Case{"a template in a template", "`a${`b${'c'}`}d`", R"("abcd")"},
           Case{"what nobody set", "{a: process.env.NO, b: `${process.env.NO}`, c: [undefined]}",
                R"({"b":"undefined","c":[null]})"},
           Case{"texts joined", "'a' + 1 + process.env.AS_REPO", R"("a1octo/app")"},
           Case{"a choice", "'success' === 'success' ? 'good' : 'danger'", R"("good")"},
           Case{"a chain of choices", "'c' === 'a' ? 1 : 'c' == 'b' ? 2 : 3", "3"},
           Case{"not equal", "'a' !== 'b' && 'a' != 'b'", "true"},
           Case{"another value", "process.env.NO || 'else'", R"("else")"},
           Case{"another value for nothing", "process.env.NO ?? 0 ?? 1", "0"},
           Case{"not", "[!1, !'', !!'a']", "[false,true,true]"},
       }) {
    SUBCASE(c.why) { CHECK(value_of(c.text).dump() == c.want); }
  }
}

TEST_CASE("chat: JavaScript that is code") {
  struct Case {
    const char *why, *text, *want;
  };
  for (const auto& c : {
           Case{"a call", "{a: JSON.stringify({})}", "line 1, column 5: \"JSON.stringify({})}\" is code"},
           Case{"a method", "'a'.trim()", "line 1, column 4: \".trim()\" is code"},
           Case{"a member that is none", "{\n  a: github.sha\n}", "line 2, column 6: \"github.sha\" is code"},
           Case{"other parts of the process", "process.exit(1)", ""},
           Case{"an arrow", "() => 1", ""},
           Case{"a member without a value", "{a}", "line 1, column 3: \"}\" stands where \":\" is expected"},
           Case{"an open text", "'a", "line 1, column 3: a quoted text has no end"},
           Case{"an open template", "`a${1}", "line 1, column 7: a `template` has no end"},
           Case{"an open object", "{a: 1", "line 1, column 6: it ends where \"}\" is expected"},
           Case{"nothing", "", "line 1, column 1: it ends in the middle"},
           Case{"undefined alone", "undefined", "it is undefined"},
           Case{"two values", "1 2", "line 1, column 3: \"2\" is code"},
       }) {
    SUBCASE(c.why) {
      const auto error = error_of(c.text);
      if (*c.want != '\0') CHECK(error == c.want);
      CHECK_FALSE(error.starts_with("no error"));
    }
  }
  CHECK(error_of(std::string(5000, '[')) == "it is nested deeper than 100 levels");
}

}  // namespace runner::chat
