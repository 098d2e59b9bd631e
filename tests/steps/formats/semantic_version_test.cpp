#include "steps/formats/semantic_version.hpp"

#include <doctest/doctest.h>

namespace runner {

TEST_CASE("semantic version: what is a version") {
  struct Case {
    const char *why, *text, *strict, *loose;  // "": not a version
  };
  for (const auto& c : {
           Case{"plain", "1.2.3", "1.2.3", "1.2.3"},
           Case{"with a v", "v1.2.3", "1.2.3", "1.2.3"},
           Case{"blanks around", " 1.2.3 \n", "1.2.3", "1.2.3"},
           Case{"equals sign and blanks", "= v1.2.3", "", "1.2.3"},
           Case{"prerelease and build", "2.0.0-rc.1+exp.7", "2.0.0-rc.1", "2.0.0-rc.1"},
           Case{"leading zero", "01.2.3", "", "1.2.3"},
           Case{"leading zero in the prerelease", "1.2.3-01", "", "1.2.3-1"},
           Case{"a zero is a number", "0.0.0-0", "0.0.0-0", "0.0.0-0"},
           Case{"zeros before a word", "1.2.3-01a", "1.2.3-01a", "1.2.3-01a"},
           Case{"prerelease without a hyphen", "1.2.3rc1", "", "1.2.3-rc1"},
           Case{"prerelease after a dot", "1.2.3.rc1", "", "1.2.3-rc1"},
           Case{"hyphens in a prerelease", "1.2.3--a-b", "1.2.3--a-b", "1.2.3--a-b"},
           Case{"four numbers", "1.2.3.4", "", ""},
           Case{"two numbers", "1.2", "", ""},
           Case{"one number", "v1", "", ""},
           Case{"empty prerelease", "1.2.3-", "", "1.2.3--"},
           Case{"empty part", "1.2.3-a..b", "", ""},
           Case{"empty build", "1.2.3+", "", ""},
           Case{"too large", "9007199254740992.0.0", "", ""},
           Case{"the largest", "9007199254740991.0.0", "9007199254740991.0.0", "9007199254740991.0.0"},
           Case{"words", "latest", "", ""},
           Case{"nothing", "", "", ""},
       }) {
    CAPTURE(c.why);
    const auto text = [&](VersionForm form) {
      const auto version = parse_semantic_version(c.text, form);
      return version ? version->text() : "";
    };
    CHECK(text(VersionForm::strict) == c.strict);
    CHECK(text(VersionForm::loose) == c.loose);
  }
  CHECK_FALSE(parse_semantic_version("1.2.3-" + std::string(300, 'a')));
}

TEST_CASE("semantic version: order") {
  const char* const ascending[] = {
      "0.9.9",         "1.0.0-1",    "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2",
      "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",   "1.0.1",    "1.10.0",      "2.0.0"};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i) {
    CAPTURE(ascending[i]);
    const auto a = *parse_semantic_version(ascending[i]), b = *parse_semantic_version(ascending[i + 1]);
    CHECK(a < b);
    CHECK(b > a);
    CHECK(a == a);
  }
  CHECK(*parse_semantic_version("1.0.0+1") == *parse_semantic_version("1.0.0+2"));
}

TEST_CASE("semantic version: found in what a program prints, or a folder is called") {
  struct Case {
    const char *text, *want;
    int parts;
  };
  for (const auto& c :
       {Case{"v20.11.1\n", "20.11.1", 3}, Case{"Python 3.12.0b2", "3.12.0-b2", 3},
        Case{"go version go1.22rc1 linux/amd64", "1.22.0-rc1", 2},
        Case{"go version go1.26.8 linux/amd64", "1.26.8", 3}, Case{"go1.9", "1.9.0", 2},
        Case{"20", "20.0.0", 1}, Case{"v22.0.0-nightly20240101abc", "22.0.0-nightly20240101abc", 3},
        Case{"openjdk version \"17.0.15\" 2025-04-15", "17.0.15", 3},
        Case{"3.11.7 (main, x)", "3.11.7", 3}}) {
    CAPTURE(c.text);
    int parts = 0;
    const auto found = find_version(c.text, &parts);
    REQUIRE(found);
    CHECK(found->text() == c.want);
    CHECK(parts == c.parts);
  }
  CHECK_FALSE(find_version("none here"));
}

}  // namespace runner
