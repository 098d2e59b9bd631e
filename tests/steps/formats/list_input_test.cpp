#include "steps/formats/list_input.hpp"

#include <doctest/doctest.h>

namespace runner {

using Items = std::vector<std::string>;

TEST_CASE("list input: records of CSV, as docker's actions read them") {
  struct Case {
    const char *why, *text;
    Items split, kept;
  };
  for (const auto& c : {
           Case{"nothing", "", {}, {}},
           Case{"commas and a last empty one", "a,b,", {"a", "b"}, {"a,b,"}},
           Case{"lines, blank ones dropped", "a\n\n  b \r\nc\n", {"a", "b", "c"}, {"a", "b", "c"}},
           Case{"a quoted field keeps its comma only where commas are kept",
                "\"a,b\"\nc",
                {"a", "b", "c"},
                {"a,b", "c"}},
           Case{"quotes in one field of several", "x,\"a,b\"", {"x", "a,b"}, {"x,a,b"}},
           Case{"a quoted field over lines",
                "\"KEY=one\ntwo\"\nB=2",
                {"KEY=one\ntwo", "B=2"},
                {"KEY=one\ntwo", "B=2"}},
           Case{"doubled quotes", "\"say \"\"hi\"\"\"", {"say \"hi\""}, {"say \"hi\""}},
           Case{"a quote within a field is literal", "A=\"x\"", {"A=\"x\""}, {"A=\"x\""}},
           Case{"text behind the closing quote makes it literal", "\"a\"b", {"\"a\"b"}, {"\"a\"b"}},
           Case{"an open quote is literal", "\"a\nb", {"\"a", "b"}, {"\"a", "b"}},
       }) {
    SUBCASE(c.why) {
      CHECK(list_items(c.text) == c.split);
      CHECK(list_items(c.text, Commas::keep) == c.kept);
    }
  }
}

TEST_CASE("list input: quotes switched off") {
  CHECK(list_items("type=image,\"name=a,b\"", Commas::keep, Quotes::as_they_are) ==
        Items{"type=image,\"name=a,b\""});
}

}  // namespace runner
