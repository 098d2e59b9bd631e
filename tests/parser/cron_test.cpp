#include "parser/cron.hpp"

#include <doctest/doctest.h>

using namespace runner;

namespace {

template <size_t N>
std::string show(const std::bitset<N>& numbers) {
  std::string text;
  for (size_t number = 0; number < N; ++number) {
    if (numbers.test(number)) text += (text.empty() ? "" : ",") + std::to_string(number);
  }
  return text;
}

}  // namespace

TEST_CASE("cron: the sets of numbers that fields stand for") {
  struct Case {
    const char *why, *text, *minutes, *hours, *days, *months, *weekdays;
  };
  const std::string all_hours = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23";
  const std::string all_months = "1,2,3,4,5,6,7,8,9,10,11,12";
  for (const auto& c : {
           Case{"numbers, lists, ranges", "0,30 6-8 1,15-17 2 0", "0,30", "6,7,8", "1,15,16,17", "2", "0"},
           Case{"steps of all, of a range, from a number", "*/20 1-9/4 25/3 */6 5/1", "0,20,40", "1,5,9",
                "25,28,31", "1,7", "5,6"},
           Case{"a range of one number has no step to take", "5-5/15 0 1 1 6", "5", "0", "1", "1", "6"},
           Case{"names, whatever their case", "5 4 1 jan,MAR-may Sun,tue-THU", "5", "4", "1", "1,3,4,5",
                "0,2,3,4"},
           Case{"leading zeros and several blanks", " 05  04\t01 1 0 ", "5", "4", "1", "1", "0"},
           Case{"the last number of each", "59 23 31 12 6", "59", "23", "31", "12", "6"},
       }) {
    SUBCASE(c.why) {
      std::vector<std::string> remarks;
      const auto cron = read_cron(c.text, remarks);
      CHECK(show(cron.minutes) == c.minutes);
      CHECK(show(cron.hours) == c.hours);
      CHECK(show(cron.days) == c.days);
      CHECK(show(cron.months) == c.months);
      CHECK(show(cron.weekdays) == c.weekdays);
      CHECK(remarks.empty());
      CHECK_FALSE(cron.any_day);
      CHECK_FALSE(cron.any_weekday);
    }
  }
  std::vector<std::string> remarks;
  const auto hourly = read_cron("0 * * * *", remarks);
  CHECK(show(hourly.hours) == all_hours);
  CHECK(show(hourly.months) == all_months);
  CHECK(hourly.days.count() == 31);
  CHECK(show(hourly.weekdays) == "0,1,2,3,4,5,6");
  CHECK(hourly.any_day);
  CHECK(hourly.any_weekday);
}
