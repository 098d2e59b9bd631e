#include "steps/formats/shell_words.hpp"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include "tests/support/temp_dir.hpp"

namespace runner {

TEST_CASE("shell words: as sh splits them") {
  const test::TempDir folder;
  for (const auto* name : {"a.map", "b.map", "c.txt"}) std::ofstream(folder.path() / name) << "x";
  const Environment env{{"NAME", "two words"}, {"EMPTY", ""}, {"GLOB", "*.map"}};
  struct Case {
    const char *why, *line, *want;
  };
  for (const auto& c : {
           Case{"blanks and line ends", " --acl  public-read\n--delete\t", "--acl|public-read|--delete"},
           Case{"single quotes", "--exclude '.git/*'", "--exclude|.git/*"},
           Case{"double quotes", R"(--exclude "a b" --x "\"q\" \$ \z")", R"(--exclude|a b|--x|"q" $ \z)"},
           Case{"quotes inside a word", "a'b'\"c\"d", "abcd"},
           Case{"an empty word", "a '' b", "a||b"},
           Case{"a variable is split at blanks", "$NAME", "two|words"},
           Case{"unless it is quoted", "\"${NAME}\"-x", "two words-x"},
           Case{"a variable that is empty is no word", "a $EMPTY $NONE b", "a|b"},
           Case{"a variable without quotes is a pattern, too", "$GLOB", "a.map|b.map"},
           Case{"a pattern finds files", "--exclude *.map", "--exclude|a.map|b.map"},
           Case{"a pattern in quotes does not", "--exclude \"*.map\" '?.txt'", "--exclude|*.map|?.txt"},
           Case{"nor one that finds none", "*.zip", "*.zip"},
           Case{"a backslash", R"(a\ b \* \$NAME)", "a b|*|$NAME"},
           Case{"a lone dollar", "a$ $", "a$|$"},
       }) {
    SUBCASE(c.why) {
      CHECK(fmt::format("{}", fmt::join(shell_words(c.line, env, folder.path(), "args"), "|")) == c.want);
    }
  }
}

TEST_CASE("shell words: what needs a shell is refused") {
  const test::TempDir folder;
  for (const auto* line : {"a; rm x", "a && b", "a | b", "a > f", "$(id)", "`id`", "\"$(id)\"", "\"`id`\"",
                           "${X:-y}", "$1", "'open", "\"open"}) {
    SUBCASE(line) { CHECK_THROWS_AS(shell_words(line, {}, folder.path(), "args"), InputError); }
  }
}

}  // namespace runner
