#include "steps/script/line_scan.hpp"

#include <doctest/doctest.h>

#include "parser/base/text.hpp"

using namespace runner;

TEST_CASE("line scan: the next line that may be a command") {
  struct Case {
    const char* why;
    std::string line;
    bool found;
  };
  for (const auto& c :
       {Case{"at the start", "::x", true}, Case{"behind blanks", " \t::x", true},
        Case{"behind text", "x ::x", false}, Case{"within a word", "std::vector", false},
        Case{"the first form anywhere", "x##[y", true}, Case{"not quite the first form", "## [y", false},
        Case{"only colons", "::", true}, Case{"one colon", " : :", false}, Case{"nothing", "", false}}) {
    SUBCASE(c.why) {
      // at every distance from the edges of what is compared at once
      for (size_t before = 0; before < 140; ++before) {
        for (const size_t after : {0, 1, 3, 70}) {
          const auto prefix = before == 0 ? "" : std::string(before - 1, 'p') + '\n';
          const auto text = prefix + c.line + '\n' + std::string(after, 'a');
          CAPTURE(text);
          CHECK(next_command_line(text, 0) == (c.found ? prefix.size() : text.size()));
          CHECK(next_command_line(text, prefix.size()) == (c.found ? prefix.size() : text.size()));
        }
      }
    }
  }
}

TEST_CASE("line scan: a line of a million colons takes no time to speak of") {
  const std::string text = "x" + std::string(1'000'000, ':') + '\n';
  CHECK(next_command_line(text, 0) == text.size());
}

TEST_CASE("line scan: UTF-8 is judged as byte by byte") {
  for (const std::string_view bad :
       {"", "\xC3\xBC", "\xFF", "\xE2\x9C", "\xF0\x9F\x98\x80", "\xED\xA0\x80"}) {
    for (size_t before = 0; before < 70; ++before) {
      const auto text = std::string(before, 'a') + std::string(bad) + std::string(before % 7, 'z');
      CAPTURE(text);
      CHECK(is_clean_utf8(text) == valid_utf8(text));
    }
  }
}
