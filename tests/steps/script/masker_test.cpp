#include "steps/script/masker.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/script/encodings.hpp"

using namespace runner;

namespace {

std::string masked(std::initializer_list<std::string> secrets, const std::string& text) {
  Masker masker;
  for (const auto& secret : secrets) masker.add(secret);
  return masker.mask(text);
}

const std::string kHard = "a\"b'c<d&e f/\xC3\xBC";  // one of everything that is ever escaped

std::string wrapped(const std::string& text, size_t width) {
  std::string result;
  for (size_t at = 0; at < text.size(); at += width) result += text.substr(at, width) + '\n';
  return result;
}

}  // namespace

TEST_CASE("masker: which values are masked at all") {
  struct Case {
    const char* why;
    std::string secret, text, want;
    Masker::Added added;
  };
  using enum Masker::Added;
  for (const auto& c :
       {Case{"one character would make the log unreadable", "{", "{\"a\":1}", "{\"a\":1}", too_short},
        Case{"three neither", "abc", "abc abc", "abc abc", too_short},
        Case{"nor three between blanks", "  abc\n", "abc", "abc", too_short},
        Case{"four do", "abcd", "xabcdx", "x***x", whole},
        Case{"empty is ignored", "", "text", "text", whole},
        Case{"blank is ignored", " \n ", "a \n b", "a \n b", whole},
        Case{"blanks around it do not matter", "  hunter2\n", "is hunter2!", "is ***!", whole},
        Case{"each line of several", "first line\r\n  second line\n", "a first line b\nsecond line",
             "a *** b\n***", whole},
        Case{"lines under four characters stay", "{\n\"key\": 1\n}", "{ \"key\": 1 }", "{ *** }", whole},
        Case{"nothing of it can be masked", "{\n}\n]", "{ } ]", "{ } ]", too_short}}) {
    SUBCASE(c.why) {
      Masker masker;
      CHECK(masker.add(c.secret) == c.added);
      CHECK(masker.mask(c.text) == c.want);
      CHECK(masker.would_change(c.text) == (c.text != c.want));
    }
  }
}

TEST_CASE("masker: every form of a secret") {
  struct Case {
    const char* why;
    std::string form;
  };
  for (const auto& c : {Case{"itself", kHard},
                        Case{"base64", "YSJiJ2M8ZCZlIGYvw7w="},
                        Case{"base64 without its first byte", "ImInYzxkJmUgZi/DvA=="},
                        Case{"base64 without its first two", "YidjPGQmZSBmL8O8"},
                        Case{"base64 without padding", "YSJiJ2M8ZCZlIGYvw7w"},
                        Case{"base64 for URLs", "ImInYzxkJmUgZi_DvA"},
                        Case{"double quotes escaped", "a\\\"b'c<d&e f/\xC3\xBC"},
                        Case{"apostrophes doubled", "a\"b''c<d&e f/\xC3\xBC"},
                        Case{"URL", "a%22b%27c%3Cd%26e%20f%2F%C3%BC"},
                        Case{"URL in lower case", "a%22b%27c%3cd%26e%20f%2f%c3%bc"},
                        Case{"URL, the slash kept", "a%22b%27c%3Cd%26e%20f/%C3%BC"},
                        Case{"encodeURIComponent", "a%22b'c%3Cd%26e%20f%2F%C3%BC"},
                        Case{"a form", "a%22b%27c%3Cd%26e+f%2F%C3%BC"},
                        Case{"XML", "a&quot;b&apos;c&lt;d&amp;e f/\xC3\xBC"},
                        Case{"HTML", "a&quot;b&#39;c&lt;d&amp;e f/\xC3\xBC"},
                        Case{"HTML, Python", "a&quot;b&#x27;c&lt;d&amp;e f/\xC3\xBC"},
                        Case{"JSON, ASCII", "a\\\"b'c<d&e f/\\u00fc"},
                        Case{"JSON, Go", "a\\\"b'c\\u003cd\\u0026e f/\xC3\xBC"},
                        Case{"JSON, PHP", "a\\\"b'c<d&e f\\/\\u00fc"},
                        Case{"shell, single quotes", "a\"b'\\''c<d&e f/\xC3\xBC"},
                        Case{"shell, Python", "a\"b'\"'\"'c<d&e f/\xC3\xBC"},
                        Case{"shell, %q", "a\\\"b\\'c\\<d\\&e\\ f/\xC3\xBC"},
                        Case{"shell, %q, ASCII only", "a\"b\\'c<d&e f/\\303\\274"},
                        Case{"ls -b", "a\"b'c<d&e\\ f/\xC3\xBC"},
                        Case{"ls -b, ASCII only", "a\"b'c<d&e\\ f/\\303\\274"},
                        Case{"ls -Q, ASCII only", "a\\\"b'c<d&e f/\\303\\274"},
                        Case{"Python's repr", "a\"b\\'c<d&e f/\xC3\xBC"},
                        Case{"Python's repr of bytes", "a\"b'c<d&e f/\\xc3\\xbc"},
                        Case{"encodeURI", "a%22b'c%3Cd&e%20f/%C3%BC"},
                        Case{"new URL, query", "a%22b%27c%3Cd&e%20f/%C3%BC"},
                        Case{"new URL, fragment", "a%22b'c%3Cd&e%20f/%C3%BC"},
                        Case{"new URL, user", "a%22b'c%3Cd&e%20f%2F%C3%BC"},
                        Case{"up to the &", "a\"b'c<d&"}}) {
    SUBCASE(c.why) { CHECK(masked({kHard}, "[" + c.form + "]") == "[***]"); }
  }
  for (const auto& c : {std::pair{"pass,word#1~2", "pass\\,word#1~2"},  // printf %q
                        std::pair{"#pass,word", "\\#pass\\,word"}, std::pair{"#pass,word", "#pass\\,word"},
                        std::pair{"key=~pass", "key=\\~pass"}, std::pair{"bell\x1B{key}", "bell\\E{key}"},
                        std::pair{"key ~*1", "key+%7E*1"}}) {
    CAPTURE(c.second);
    CHECK(masked({c.first}, c.second) == "***");
  }
  CHECK(masked({"line\tone"}, "line\\tone") == "***");
  CHECK(masked({"two\nlines of it"}, "two\\nlines of it") == "***");
  CHECK(masked({"\"quoted value\""}, "quoted value") == "***");
  CHECK(masked({"\"short\""}, "short") == "short");
  CHECK(masked({"a\xE2\x80\xA8z and more"}, "a\\u2028z and more") == "***");
  CHECK(masked({"user=me&password=hunter22"}, "password=hunter22, user=me&") == "***, ***");
  CHECK(masked({"prefix&+xsuffix-part"}, "suffix-part") == "***");
  CHECK(masked({"key\x01value"}, "key\\u0001value") == "***");
}

TEST_CASE("masker: a secret inside of base64, at each alignment") {
  const std::string secret = "S3cr3t/with+signs?~";
  for (const std::string before : {"", "u", "us", "use", "user", "user:"}) {
    for (const std::string after : {"", ":", "::", ":x:"}) {
      CAPTURE(before);
      CAPTURE(after);
      const auto text = base64(before + secret + after);
      const auto shown = masked({secret}, text);
      // at most the two characters that also depend on the neighbours stay, and those of the neighbours
      CHECK(shown.find("***") != std::string::npos);
      const auto left = shown.size() - 3;
      CHECK(left <= (before.size() * 8 + 5) / 6 + (after.size() * 8 + 5) / 6 + 3);
    }
  }
}

TEST_CASE("masker: base64 broken into lines of any width, behind any prefix") {
  const auto secret_of = [](size_t size) {
    std::string secret;
    for (size_t i = 0; i < size; ++i) secret += static_cast<char>('!' + (i * 37 + size) % 90);
    return secret;
  };
  struct Case {
    const char* why;
    std::string (*prefix)(size_t line);
  };
  for (const auto& c :
       {Case{"none", [](size_t) { return std::string(); }},
        Case{"an indent", [](size_t) { return std::string("    "); }},
        Case{"a quotation", [](size_t) { return std::string("> "); }},
        Case{"a program's name", [](size_t) { return std::string("remote: "); }},
        Case{"a key and then an indent",
             [](size_t line) { return std::string(line == 0 ? "token: " : "  "); }},
        Case{"the line's number", [](size_t line) { return std::to_string(line) + "\t"; }},
        Case{"the time", [](size_t line) { return fmt::format("12:00:{:02} ", line % 60); }}}) {
    CAPTURE(c.why);
    for (const size_t size : {6, 8, 12, 20, 33, 150, 400}) {
      const auto secret = secret_of(size);
      Masker masker;
      masker.add(secret);
      for (size_t width = 40; width <= 100; width += width == 64 ? 12 : 3) {
        for (size_t before = 60; before < 60 + width; ++before) {
          // Which places of the text hold what only the secret decides, and which of them were found.
          const auto encoded = base64(std::string(before, '.') + secret + ".....");
          const auto first = (before * 8 + 5) / 6, end = (before + size) * 8 / 6;
          std::string text;
          std::vector<size_t> places;
          for (size_t at = 0; at < encoded.size(); ++at) {
            if (at % width == 0) text += (at == 0 ? "" : "\n") + c.prefix(at / width);
            if (at >= first && at < end) places.push_back(text.size());
            text += encoded[at];
          }
          text += '\n';
          LineEdge edge;
          const auto found = masker.find(text, edge);
          const auto shown = std::ranges::count_if(places, [&](size_t place) {
            return std::ranges::none_of(
                found, [&](const Range& range) { return range.begin <= place && place < range.end; });
          });
          const auto breaks = (end - 1) / width - first / width;
          if (shown <= static_cast<std::ptrdiff_t>(2 * std::min<size_t>(breaks, 1))) continue;
          FAIL("secret of ", size, ", width ", width, ", behind ", before, ": ", shown, " shown of\n",
               masker.mask(text));
        }
      }
    }
  }
  Masker masker;
  masker.add(secret_of(150));
  const auto other = wrapped(base64(std::string(500, 'q')), 76);
  CHECK(masker.mask(other) == other);
}

TEST_CASE("masker: it does not matter in which pieces a broken line comes") {
  const std::string secret =
      "a secret that is long enough to be broken more than once, whatever the width is, even 100";
  Masker masker;
  masker.add(secret);
  const auto text =
      "first\n" + wrapped(base64("some text before it: " + secret + " and after"), 40) + "last\n";
  LineEdge edge;
  std::string scratch, shown;
  for (size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at) + 1;
    shown += masker.mask_view(std::string_view(text).substr(at, end - at), scratch, edge);
    at = end;
  }
  LineEdge start;
  CHECK(shown == masker.mask_view(text, scratch, start));
  CHECK(shown != text);
}

TEST_CASE("masker: what looks like base64 and ends by chance as a secret's begins") {
  Masker masker;
  masker.add("secret-of-many");  // c2VjcmV0LW9mLW1hbnk
  const std::string commit = "9f86d081884c7d659a2feaa0c55ad015a3b",
                    base64_line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo";
  std::string scratch;
  for (const auto& [line, in_a_log] :
       {std::pair{commit + "c2V", commit + "***"}, {base64_line + "c2V", base64_line + "***"}}) {
    LineEdge edge;
    CHECK(masker.mask_view(line + "\n", scratch, edge) == in_a_log + "\n");
    CHECK(masker.mask(line) == line);  // a name, an output
    CHECK_FALSE(masker.would_change(line));
    CHECK_FALSE(masker.secret_in(line, 1));
  }
  masker.add(
      "w\xA7"
      "zw\xA7"
      "z");  // d6d6d6d6 in base64
  LineEdge edge;
  CHECK(masker.mask_view(commit + "d6d\n", scratch, edge) == commit + "d6d\n");
  CHECK(masker.secret_in("x secret-of-many", 8) == 2u);
  CHECK_FALSE(masker.secret_in("x secret-of-many", 40));
}

TEST_CASE("masker: large values and many of them") {
  Masker masker;
  CHECK(masker.add(std::string(100'000, 'x') + "end") == Masker::Added::plain);
  CHECK(masker.mask(std::string(100'000, 'x') + "end") == "***");
  CHECK(masker.add("hunter2-" + std::string(60'000, 'y')) == Masker::Added::whole);
  for (int i = 0; i < 3000; ++i) masker.add("number " + std::to_string(i));
  CHECK(masker.mask("number 2999, " + base64("number 1234")) == "***, ***");
}

TEST_CASE("masker: a key's lines, but not the short ones") {
  const std::string key = "-----BEGIN KEY-----\nAbCdEfGh12345678\nxyz\nlast=\n-----END KEY-----\n";
  CHECK(masked({key}, key) == "***\n***\nxyz\n***\n***\n");
}

TEST_CASE("masker: several finds") {
  struct Case {
    const char* why;
    std::initializer_list<std::string> secrets;
    std::string text, want;
  };
  for (const auto& c : {Case{"overlapping ones are one", {"abcdef", "defghi"}, "xabcdefghix", "x***x"},
                        Case{"adjacent ones are one", {"abcd", "efgh"}, "abcdefgh", "***"},
                        Case{"one within another", {"abcdefgh", "cdef"}, "abcdefgh", "***"},
                        Case{"a find that overlaps itself", {"aaaa"}, "baaaaaaab", "b***b"},
                        Case{"apart", {"abcd"}, "abcd abcd", "*** ***"},
                        Case{"at both ends", {"abcd"}, "abcd-abcd", "***-***"},
                        Case{"the text is a piece of the secret", {"abcdefgh"}, "abcdefg", "abcdefg"},
                        Case{"NUL and bytes that are no UTF-8",
                             {std::string("a\0b\xFF!", 5)},
                             std::string("[a\0b\xFF!]", 7),
                             "[***]"}}) {
    SUBCASE(c.why) { CHECK(masked(c.secrets, c.text) == c.want); }
  }
}

TEST_CASE("masker: finds what a plain search finds, in any text") {
  std::mt19937 random(20240817);
  const auto word = [&](size_t size, unsigned letters) {
    std::string text;
    for (size_t i = 0; i < size; ++i) text += static_cast<char>('a' + random() % letters);
    return text;
  };
  for (int round = 0; round < 400; ++round) {
    const unsigned letters = 1 + random() % 4;  // few, so that much is found
    std::vector<std::string> patterns;
    const auto shortest = 4 + random() % 12;
    for (size_t i = 0, count = 1 + random() % 12; i < count; ++i)
      patterns.push_back(word(shortest + random() % 9, letters));
    const auto text = word(random() % 300, letters);
    std::vector<Range> want, got;
    for (const auto& pattern : patterns) {
      for (auto at = text.find(pattern); at != std::string::npos; at = text.find(pattern, at + 1)) {
        want.push_back({at, at + pattern.size()});
      }
    }
    PatternSet set;
    std::ranges::sort(patterns);
    patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
    std::ranges::shuffle(patterns, random);  // shorter ones come after longer ones
    for (const auto& pattern : patterns) set.add(pattern);
    set.find(text, got);
    merge(want);
    merge(got);
    REQUIRE(got == want);
  }
}

TEST_CASE("masker: ranges that touch become one") {
  std::vector<Range> ranges{{5, 7}, {0, 2}, {2, 3}, {6, 9}, {20, 21}};
  merge(ranges);
  CHECK(ranges == std::vector<Range>{{0, 3}, {5, 9}, {20, 21}});
}

TEST_CASE("masker: the longest form, and texts handed on without a copy") {
  Masker masker;
  CHECK(masker.longest_secret() == 0);
  masker.add("secret-value");
  CHECK(masker.longest_secret() >= 16);  // base64
  std::string scratch;
  LineEdge edge;
  const std::string clean = "nothing here", dirty = "a secret-value";
  CHECK(masker.mask_view(clean, scratch, edge).data() == clean.data());
  CHECK(masker.mask_view(dirty, scratch, edge) == "a ***");
  std::string out = ">";
  CHECK(masker.mask_into(dirty, out));
  CHECK_FALSE(masker.mask_into(clean, out));
  CHECK(out == ">a ***nothing here");
}

TEST_CASE("masker: secrets are added while others mask") {
  Masker masker;
  const std::jthread adder([&] {
    for (int i = 0; i < 50; ++i) masker.add("secret number " + std::to_string(i));
  });
  while (masker.mask("secret number 49") != "***") CHECK(masker.mask("harmless") == "harmless");
}
