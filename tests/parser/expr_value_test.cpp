#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "parser/expr/value.hpp"
#include "tests/parser/expr_eval.hpp"

using namespace runner::expr;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("expr: what counts as true") {
  const std::pair<Value, bool> cases[] = {
      {{}, false},
      {false, false},
      {0.0, false},
      {-0.0, false},
      {kNaN, false},
      {"", false},
      {true, true},
      {1.0, true},
      {-kInfinity, true},
      {"false", true},
      {"0", true},
      {" ", true},
      {Value::Array{}, true},
      {Value::Object{}, true},
      {Value::case_sensitive({}), true},
  };
  for (const auto& [value, want] : cases) {
    const auto shown = to_json(value);
    CAPTURE(shown);
    CHECK(value.truthy() == want);
  }
}

TEST_CASE("expr: text to number") {
  const std::pair<const char*, double> cases[] = {
      {"", 0},
      {" \t\u00A0", 0},
      {"5", 5},
      {" 5\n", 5},
      {"\u20035\u3000", 5},
      {"+5", 5},
      {"-5.25", -5.25},
      {"5.", 5},
      {".5", 0.5},
      {"007", 7},
      {"1e3", 1000},
      {"1E-2", 0.01},
      {"1e+2", 100},
      {"1e400", kInfinity},
      {"-1e400", -kInfinity},
      {"1e99999999999999999999", kInfinity},
      {"0.0000001e400", kInfinity},
      {"1e-400", 0},
      {"1e-99999999999999999999", 0},
      {"0e999", 0},
      {"0x10", 16},
      {"0xFf", 255},
      {"0xFFFFFFFF", 4294967295.0},
      {"0x1FFFFFFFFFFFFF", 9007199254740991.0},
      {"0x20000000000001", 9007199254740992.0},                            // halfway: to even
      {"0x20000000000003", 9007199254740996.0},                            // halfway: to even
      {"0x200000000000010000000000000000000001", 0x1.0000000000001p+141},  // above halfway far behind
      {"0o17", 15},
      {"Infinity", kInfinity},
      {"+Infinity", kInfinity},
      {"-Infinity", -kInfinity},
  };
  for (const auto& [text, want] : cases) {
    const auto& shown = text;
    CAPTURE(shown);
    CHECK(string_to_number(text) == want);
  }
  for (const char* text :
       {"1,000",    "0b1", "1_000", "0XFF",  "-0xF",  "+0x1", "true", "5px", "0x",  "0o8",
        "0o",       "0xg", ".",     "+",     "-",     "e5",   "1e",   "1e+", "1 2", "infinity",
        "INFINITY", "NaN", "--5",   "1.2.3", "0x1.8", "inf",  "nan",  "1p3", "١"}) {
    CAPTURE(text);
    CHECK(std::isnan(string_to_number(text)));
  }
}

TEST_CASE("expr: number to text") {
  const std::pair<double, const char*> cases[] = {
      {2.0, "2"},
      {0.1 + 0.2, "0.3"},
      {1.0 / 3, "0.333333333333333"},
      {0.0001, "0.0001"},
      {0.00001, "1E-05"},
      {1e14, "100000000000000"},
      {1e15, "1E+15"},
      {1e21, "1E+21"},
      {123456789012345, "123456789012345"},
      {1234567890123456, "1.23456789012346E+15"},
      {999999999999999.9, "1E+15"},
      {-1.50, "-1.5"},
      {1e100, "1E+100"},
      {5e-324, "4.94065645841247E-324"},
      {-0.0, "0"},
      {kNaN, "NaN"},
      {kInfinity, "Infinity"},
      {-kInfinity, "-Infinity"},
  };
  for (const auto& [number, want] : cases) CHECK(number_to_string(number) == want);
}

TEST_CASE("expr: the other kinds as numbers and text") {
  struct Case {
    Value value;
    double number;
    std::string text;
  };
  const Case cases[] = {
      {{}, 0, ""}, {false, 0, "false"}, {true, 1, "true"}, {"0x1f", 31, "0x1f"}, {1.5, 1.5, "1.5"}};
  for (const auto& c : cases) {
    CHECK(c.value.to_number() == c.number);
    CHECK(c.value.to_string() == c.text);
  }
  CHECK(Value(Value::Array{}).to_string() == "Array");
  CHECK(Value(Value::Object{}).to_string() == "Object");
  CHECK(Value::case_sensitive({}).to_string() == "Object");
  CHECK(std::isnan(Value(Value::Array{}).to_number()));
  CHECK(std::isnan(Value(Value::Object{}).to_number()));
}

TEST_CASE("expr: members ignore case, but for the environment's") {
  const Value value(Value::Object{{"Key", 1.0}, {"Straße", 2.0}});
  CHECK(value.get("kEY").to_number() == 1);
  CHECK(value.get("STRAßE").to_number() == 2);
  CHECK(value.has("key"));
  CHECK_FALSE(value.has("other"));
  CHECK(value.get("other").is_null());
  CHECK(Value("text").get("length").is_null());
  const auto env = Value::case_sensitive({{"Path", "a"}, {"PATH", "b"}});
  CHECK(env.get("PATH").to_string() == "b");
  CHECK(env.get("Path").to_string() == "a");
  CHECK_FALSE(env.has("path"));
  CHECK(env.kind() == Value::Kind::object);
}

TEST_CASE("expr: comparison") {
  const std::string contexts = R"({"a":[1],"b":[1],"o":{"k":1},"p":{"k":1}})";
  const EvalCase cases[] = {
      {"true == 'true'", "false"}, {"true == '1'", "true"},     {"null == ''", "true"},
      {"false == ' '", "true"},    {"'0x10' == 16", "true"},    {"null == 'x'", "false"},
      {"'abc' > 0", "false"},      {"'abc' < 0", "false"},      {"'Main' == 'MAIN'", "true"},
      {"null == null", "true"},    {"null == 0", "true"},       {"null == false", "true"},
      {"true == 1", "true"},       {"NaN == NaN", "false"},     {"NaN != NaN", "true"},
      {"a == a", "true"},          {"a == b", "false"},         {"a != b", "true"},
      {"o == o", "true"},          {"o == p", "false"},         {"a == 'Array'", "false"},
      {"a == 1", "false"},         {"o == null", "false"},      {"a == o", "false"},
      {"a.* == a.*", "false"},     {"null < 1", "true"},        {"null < null", "false"},
      {"null >= null", "true"},    {"null <= null", "true"},    {"NaN >= NaN", "false"},
      {"NaN < 1", "false"},        {"false < true", "true"},    {"true > 0.5", "true"},
      {"'a' < 'B'", "true"},       {"'a' < '['", "true"},  // A comes before [
      {"'b' > 'A'", "true"},       {"'a' <= 'A'", "true"},      {"'a' < 'ab'", "true"},
      {"'10' < '9'", "true"},      {"'10' > 9", "true"},        {"a < b", "false"},
      {"a <= a", "true"},          {"a >= b", "false"},         {"o > 1", "false"},
      {"3 > 2 > 1", "false"},  // true > 1
      {"1 < 2 == true", "true"},   {"(1 == 1) == '1'", "true"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.source);
    CHECK(evaluated(c.source, contexts) == c.want);
  }
}

TEST_CASE("expr: strings compare by their simple upper-case forms") {
  const std::pair<const char*, const char*> same[] = {
      {"Main", "mAIN"}, {"ж", "Ж"},   {"é", "É"}, {"ς", "Σ"},   {"σ", "ς"},   {"ÿ", "Ÿ"},
      {"µ", "Μ"},       {"ı̇x", "ı̇X"}, {"ǆ", "ǅ"}, {"ա", "Ա"},   {"ა", "Ა"}, {"ａ", "Ａ"},
      {"ⅷ", "Ⅷ"},       {"ⓐ", "Ⓐ"},   {"ᾳ", "ᾼ"}, {"ꭰ", "Ꭰ"}, {"ẛ", "Ṡ"},   {"ſ", "ſ"},
      {"ǳ", "ǲ"},       {"ƀ", "Ƀ"},   {"ɐ", "Ɐ"}, {"ѐ", "Ѐ"},   {"ԯ", "Ԯ"}, {"ỿ", "Ỿ"},
  };
  for (const auto& [a, b] : same) {
    const auto& shown = a;
    CAPTURE(shown);
    CHECK(equal_folded(a, b));
    CHECK(fold_case(a) == fold_case(b));
  }
  const std::pair<const char*, const char*> different[] = {
      {"ß", "SS"}, {"İ", "i"}, {"İ", "I"},  {"ı", "I"}, {"ı", "i"},       {"ſ", "s"},
      {"ſ", "S"},  {"𐐨", "𐐀"}, {"ﬁ", "FI"}, {"a", ""},  {"\xFF", "\xFE"}, {"\xC3", "Ã"},
  };
  for (const auto& [a, b] : different) {
    const auto& shown = a;
    CAPTURE(shown);
    CHECK_FALSE(equal_folded(a, b));
  }
  CHECK(compare_folded("\uFF21", "😀") > 0);  // a surrogate is below U+FF21
  CHECK(compare_folded("z", "é") < 0);
  CHECK(fold_case("\xFFg\x80") == "\xFFG\x80");  // what is no UTF-8 stays
}
