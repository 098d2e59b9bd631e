// Tables for what log lines become: harmless text, widths, tails, counts, JSON strings.
#include <doctest/doctest.h>

#include "runner/report/event_line.hpp"
#include "runner/report/log_lines.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

TEST_CASE("log text: control sequences are made harmless on a terminal") {
  struct Case {
    const char* why;
    std::string line, want;
  };
  const std::string esc = "\x1b";
  for (const auto& c :
       {Case{"plain text is not touched", "make: *** [all] Error 2", "make: *** [all] Error 2"},
        Case{"colours stay, and end with the line", esc + "[1;31mred", esc + "[1;31mred" + esc + "[0m"},
        Case{"the cursor does not move", "a" + esc + "[2J" + esc + "[10;3Hb", "ab"},
        Case{"no title, by BEL", esc + "]0;owned\ax", "x"},
        Case{"no title, by ST", esc + "]2;owned" + esc + "\\x", "x"},
        Case{"no clipboard", esc + "]52;c;cm0gLXJm\aok", "ok"},
        Case{"a link's text stays", esc + "]8;;javascript:x\aclick" + esc + "]8;;\a", "click"},
        Case{"an opener without end hides nothing", esc + "]0;still here", "0;still here"},
        Case{"device strings", esc + "P$q\"p" + esc + "\\x", "x"},
        Case{"reset of the terminal", esc + "cx", "x"},
        Case{"character set", esc + "(0x", "x"},
        Case{"private modes that end in m are no colour", esc + "[>4;2mx", "x"},
        Case{"a sequence cut off", "x" + esc + "[31", "x"},
        Case{"a lone escape", "x" + esc, "x"},
        Case{"C1 in UTF-8",
             "\xc2\x9b"
             "2Jx",
             "2Jx"},
        Case{"text overwritten by CR", "10%\r20%\r30%", "30%"},
        Case{"CR LF", "text\r", "text"},
        Case{"backspace, bell, NUL", std::string("a\b\a\0z", 5), "az"},
        Case{"tabs stay", "a\tb", "a\tb"},
        Case{"not UTF-8", "a\xff\xc3", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
        Case{"UTF-8 stays", "größe 日本", "größe 日本"},
        Case{"direction overrides",
             "a\xe2\x80\xae"
             "b\xe2\x81\xa6",
             "ab"}}) {
    SUBCASE(c.why) { CHECK(harmless(c.line, true) == c.want); }
  }
  CHECK(harmless(esc + "[31mred", false) == "red");
  CHECK(one_line("a\t" + esc + "[31mred") == "a    red");
}

TEST_CASE("log text: widths and cutting") {
  struct Case {
    const char* why;
    const char* text;
    int width;
    const char* fit;  // to 6 columns
  };
  const Paint paint(TextStyle{});
  for (const auto& c :
       {Case{"ascii", "deploy", 6, "deploy"}, Case{"too long", "deploying", 9, "deplo…"},
        Case{"wide characters", "日本語", 6, "日本語"}, Case{"no half of one", "日本語x", 7, "日本…"},
        Case{"combining", "e\xcc\x81te", 3, "e\xcc\x81te"}, Case{"emoji", "🚀 go", 5, "🚀 go"}}) {
    SUBCASE(c.why) {
      CHECK(display_width(c.text) == c.width);
      CHECK(paint.fit(c.text, 6) == c.fit);
    }
  }
  CHECK(paint.column("ab", 4) == "ab  ");
  CHECK(Paint(TextStyle{.unicode = false}).fit("deploying", 6) == "deplo~");
}

TEST_CASE("log text: durations") {
  struct Case {
    double seconds;
    const char *brief, *clock;
  };
  for (const auto& c :
       {Case{0.0004, "0ms", "00:00"}, Case{0.082, "82ms", "00:00"}, Case{0.0999, "0.1s", "00:00"},
        Case{21.44, "21.4s", "00:21"}, Case{59.96, "1m00s", "00:59"}, Case{125, "2m05s", "02:05"},
        Case{3723, "1h02m", "1:02:03"}}) {
    CAPTURE(c.seconds);
    CHECK(short_duration(c.seconds) == c.brief);
    CHECK(clock_duration(c.seconds) == c.clock);
  }
}

TEST_CASE("log text: the tail keeps the last lines that say something") {
  LogTail tail;
  tail.add("one\n\n##[group]two\n   \nthree\n");
  CHECK(tail.total() == 5);
  CHECK(tail.last(12) == std::vector<std::string_view>{"one", "three"});
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "line " + std::to_string(i) + "\n";
  tail.add(many);
  CHECK(tail.total() == 1005);
  CHECK(tail.last(2) == std::vector<std::string_view>{"line 998", "line 999"});
  CHECK(tail.last(99).size() == LogTail::kLines);
  tail.add("last\n");
  CHECK(tail.last(2) == std::vector<std::string_view>{"line 999", "last"});
  tail.add(std::string(10'000'000, 'x') + "\n");
  CHECK(tail.last(1).front().size() == 1000);
}

TEST_CASE("log text: lines are counted whatever the length of the text") {
  for (const size_t size : {0U, 1U, 15U, 16U, 17U, 4095U, 4096U, 9000U}) {
    CAPTURE(size);
    CHECK(count_lines(std::string(size, '\n')) == size);
    CHECK(count_lines(std::string(size, '\x8a')) == 0);
  }
}

TEST_CASE("log text: markers in plain text") {
  struct Case {
    const char* why;
    const char* line;
    TextStyle style;
    const char* want;
  };
  for (const auto& c :
       {Case{"text", "a", {}, "p| a\n"}, Case{"group", "##[group]G", {}, "p| > G\n"},
        Case{"its end says nothing", "##[endgroup]", {}, ""},
        Case{"error", "##[error]E", {}, "p| error: E\n"}, Case{"debug is hidden", "##[debug]D", {}, ""},
        Case{"but when asked", "##[debug]D", {.debug = true}, "p| debug: D\n"},
        Case{"command", "##[command]ls", {}, "p| $ ls\n"},
        Case{"no marker", "##[other]x", {}, "p| ##[other]x\n"},
        Case{"GitHub's own group", "##[group]G", {.github = true}, "::group::p| G\n"},
        Case{"and its end", "##[endgroup]", {.github = true}, "::endgroup::\n"},
        Case{"raw without a terminal", "\x1b[2J", {}, "p| \x1b[2J\n"},
        Case{"harmless on one", "\x1b[2Jx", {.tty = true}, "p| x\n"}}) {
    SUBCASE(c.why) {
      std::string out;
      append_log(out, "p| ", std::string(c.line) + "\n", c.style);
      CHECK(out == c.want);
    }
  }
}

TEST_CASE("log text: annotations for an outer GitHub are escaped") {
  CHECK(github_command({.level = AnnotationLevel::error,
                        .message = "50% of\nit",
                        .title = "a:b,c",
                        .file = "x.c",
                        .line = 3,
                        .end_line = 0,
                        .column = 0,
                        .end_column = 0}) == "::error file=x.c,line=3,title=a%3Ab%2Cc::50%25 of%0Ait\n");
}

TEST_CASE("log text: JSON strings are valid whatever the bytes") {
  struct Case {
    std::string text;
    const char* want;
  };
  for (const auto& c : {Case{"a\"b\\c\n\t\r", R"("a\"b\\c\n\t\r")"},
                        Case{std::string("\0\x1b\x7f", 3), R"("\u0000\u001b\u007f")"},
                        Case{"日本 ö", "\"日本 ö\""}, Case{"\xff\xc3", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""}}) {
    std::string out;
    append_json(out, c.text);
    CHECK(out == c.want);
  }
}

TEST_CASE("log text: words of a shell") {
  CHECK(shell_word("build") == "build");
  CHECK(shell_word("deploy (eu)") == "'deploy (eu)'");
  CHECK(shell_word("it's") == "'it'\\''s'");
}

}  // namespace
}  // namespace runner
