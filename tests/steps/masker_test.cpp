#include "steps/run/masker.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "steps/run/encodings.hpp"

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
    bool accepted;
  };
  for (const auto& c :
       {Case{"one character would make the log unreadable", "{", "{\"a\":1}", "{\"a\":1}", false},
        Case{"three neither", "abc", "abc abc", "abc abc", false},
        Case{"nor three between blanks", "  abc\n", "abc", "abc", false},
        Case{"four do", "abcd", "xabcdx", "x***x", true}, Case{"empty is ignored", "", "text", "text", true},
        Case{"blank is ignored", " \n ", "a \n b", "a \n b", true},
        Case{"blanks around it do not matter", "  hunter2\n", "is hunter2!", "is ***!", true},
        Case{"each line of several", "first line\r\n  second line\n", "a first line b\nsecond line",
             "a *** b\n***", true},
        Case{"lines under four characters stay", "{\n\"key\": 1\n}", "{ \"key\": 1 }", "{ *** }", true},
        Case{"nothing of it can be masked", "{\n}\n]", "{ } ]", "{ } ]", false}}) {
    SUBCASE(c.why) {
      Masker masker;
      CHECK(masker.add(c.secret) == c.accepted);
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
                        Case{"up to the &", "a\"b'c<d&"}}) {
    SUBCASE(c.why) { CHECK(masked({kHard}, "[" + c.form + "]") == "[***]"); }
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

TEST_CASE("masker: base64 broken into lines") {
  std::string secret;
  for (int i = 0; i < 150; ++i) secret += static_cast<char>('!' + (i * 37) % 90);
  for (const size_t width : {64, 76}) {
    for (size_t before = 0; before < 80; ++before) {
      const auto text = wrapped(base64(std::string(before, '.') + secret + "....."), width);
      const auto shown = masked({secret}, text);
      CAPTURE(width);
      CAPTURE(before);
      for (const auto& core :
           base64_cores(secret)) {  // no ten characters of it are left, whatever the alignment
        for (size_t at = 0; at + 10 <= core.size(); ++at)
          CHECK(shown.find(core.substr(at, 10)) == std::string::npos);
      }
    }
  }
  const auto other = wrapped(base64(std::string(500, 'q')), 76);
  CHECK(masked({secret}, other) == other);
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
    PatternSet(patterns).find(text, got);
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
  CHECK(masker.longest() == 0);
  masker.add("secret-value");
  CHECK(masker.longest() >= 16);  // base64
  std::string scratch;
  bool after_wide = false;
  const std::string clean = "nothing here", dirty = "a secret-value";
  CHECK(masker.mask_view(clean, scratch, after_wide).data() == clean.data());
  CHECK(masker.mask_view(dirty, scratch, after_wide) == "a ***");
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
