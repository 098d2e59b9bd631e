// Lines that fit a terminal, and the Markdown of summaries as text.
#include <sstream>

#include <doctest/doctest.h>

#include "runner/report/markdown.hpp"
#include "runner/report/safe_text.hpp"
#include "runner/report/wrap.hpp"
#include "steps/script/masker.hpp"

namespace runner {
namespace {

TEST_CASE("wrap: lines break between words, below the last column that begins in the left half") {
  struct Case {
    const char* why;
    std::string line;
    int columns;
    std::string want;
  };
  for (const auto& c : {
           Case{"no terminal", "one two three", 0, "one two three"},
           Case{"it fits exactly", "one two", 7, "one two"},
           Case{"a sentence", "one two three four", 9, "one two\n  three\n  four"},
           Case{"its own indent stays", "    one two three", 12, "    one two\n      three"},
           Case{"columns", "ab  one two three four", 13, "ab  one two\n    three\n    four"},
           Case{"a column too far right", "abcdefghij  one two", 14, "abcdefghij\n    one two"},
           Case{"a far column has lines of its own", "  abcdefghij    one two three", 18,
                "  abcdefghij\n      one two\n      three"},
           Case{"a long word stays whole", "see /a/very/long/path now", 10,
                "see\n  /a/very/long/path\n  now"},
           Case{"wide characters count twice", "日本 日本 日本", 10, "日本 日本\n  日本"},
           Case{"colours have no width and go on", "\x1b[31mone two\x1b[0m", 5,
                "\x1b[31mone\x1b[0m\n  \x1b[31mtwo\x1b[0m"},
           Case{"blanks at a break go", "one    two", 5, "one\n  two"},
           Case{"a tab is some blanks", "\tone two", 9, "    one\n      two"},
           Case{"nothing", "", 40, ""},
       }) {
    CAPTURE(c.why);
    CHECK(wrapped(c.line, c.columns) == c.want);
  }
}

TEST_CASE("wrap: an excerpt is cut around its caret, what a command writes fits") {
  const std::string line = "  a: b, c: d, e: f, g: h, i: j, k: l";
  struct Case {
    const char* why;
    std::string caret;
    std::string want;
  };
  for (const auto& c : {
           Case{"on the left", "  ^", "  a: b, c: d, e: f, \n  ^\n"},
           Case{"on the right", "                          ^", " f, g: h, i: j, k: l\n          ^\n"},
       }) {
    CAPTURE(c.why);
    const auto text = "an error in one of its lines\n" + line + "\n" + c.caret + "\nthe end\n";
    constexpr int columns = 20;
    CHECK(wrapped_lines("an error\n" + line + "\n" + c.caret + "\n", columns) == "an error\n" + c.want);
    std::ostringstream out;
    {
      const Masker masker;
      SafeText safe(out, masker, true);
      safe.wrap(columns);
      out << text << "  no end\n";
      CHECK(out.str().ends_with("the end\n"));  // the last one may be the excerpt of a caret
      out << std::flush;
      CHECK(out.str().ends_with("the end\n  no end\n"));
    }
    CHECK(out.str().find(c.want + "the end\n") != std::string::npos);
    CHECK(out.str().find("an error in one of\n  its lines\n") == 0);
  }
}

TEST_CASE("markdown: a summary as text") {
  struct Case {
    const char* why;
    const char* markdown;
    const char* want;
  };
  for (const auto& c : {
           Case{"headings and emphasis", "# Title\n\n\n**bold** and `code`\n", "Title\n\nbold and code\n"},
           Case{"a number sign is none", "#12 is fixed\n", "#12 is fixed\n"},
           Case{"a table", "| a | long |\n|---|:-:|\n| **wide** | 1 |\nafter\n",
                "a     long\nwide  1\nafter\n"},
           Case{"links and images", "see [the log](https://x/y) ![badge](b.svg)\n",
                "see the log (https://x/y) badge\n"},
           Case{"tags go, comparisons stay",
                "<details><summary>More</summary>\n<!-- no -->\n1 < 2 &amp; 3 > 2\n</details>\n",
                "More\n\n1 < 2 & 3 > 2\n"},
           Case{"code stays as it is", "```js\n# a **b**\n\n<i>\n```\n- item\n",
                "    # a **b**\n\n    <i>\n- item\n"},
           Case{"never closed", "[a](b\n<i\n```\nx", "[a](b\n<i\n    x\n"},
           Case{"control sequences", "a\x1b[2Jb\n| \x1b]0;t\ac |\n", "ab\nc\n"},
       }) {
    CAPTURE(c.why);
    CHECK(plain_markdown(c.markdown, Paint(TextStyle{})) == c.want);
  }
}

}  // namespace
}  // namespace runner
