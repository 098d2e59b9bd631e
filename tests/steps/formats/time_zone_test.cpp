#include "steps/formats/time_zone.hpp"

#include <doctest/doctest.h>

#include "steps/builtin/docker/metadata/moment_format.hpp"
#include "steps/system/files.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner {
namespace {

using namespace std::chrono;

constexpr CalendarTime kNoon = sys_days(2020y / January / 10) + 12h + 5min + 9s + 87ms;

CalendarTime at(year_month_day day, seconds time = 0s) { return sys_days(day) + time; }

}  // namespace

TEST_CASE("time zone: local time, from tables and from the rule behind them") {
  struct Case {
    const char *why, *zone;
    CalendarTime time;
    const char* want;
  };
  for (const auto& c : {
           Case{"no summer time", "Asia/Tokyo", at(2020y / January / 10), "2020-01-10 09:00 +09:00 JST"},
           Case{"winter", "Europe/Berlin", at(2024y / January / 1), "2024-01-01 01:00 +01:00 CET"},
           Case{"summer", "Europe/Berlin", at(2024y / July / 1), "2024-07-01 02:00 +02:00 CEST"},
           Case{"the last second of winter", "Europe/Berlin", at(2024y / March / 31, 1h - 1s),
                "2024-03-31 01:59 +01:00 CET"},
           Case{"the first second of summer", "Europe/Berlin", at(2024y / March / 31, 1h),
                "2024-03-31 03:00 +02:00 CEST"},
           Case{"beyond every table", "Europe/Berlin", at(2090y / July / 1), "2090-07-01 02:00 +02:00 CEST"},
           Case{"south of the equator", "Australia/Sydney", at(2060y / January / 1),
                "2060-01-01 11:00 +11:00 AEDT"},
           Case{"half an hour", "Asia/Kolkata", at(2024y / January / 1), "2024-01-01 05:30 +05:30 IST"},
           Case{"west", "America/New_York", at(2024y / January / 1), "2023-12-31 19:00 -05:00 EST"},
           Case{"before the first change", "America/New_York", at(1850y / January / 1),
                "1849-12-31 19:03 -04:56 LMT"},
           Case{"case does not matter", "asia/TOKYO", at(2020y / January / 10),
                "2020-01-10 09:00 +09:00 JST"},
           Case{"utc", "UTC", at(2020y / January / 10), "2020-01-10 00:00 +00:00 UTC"},
       }) {
    CAPTURE(c.why);
    const auto zone = TimeZone::find(c.zone);
    REQUIRE(zone);
    CHECK(moment_format(c.time, *zone, "YYYY-MM-DD HH:mm Z z") == c.want);
  }
}

TEST_CASE("time zone: what is none") {
  for (const auto* name :
       {"Asia/Tokio", "", "../../etc/passwd", "/etc/passwd", "Asia", "zone.tab", "Europe/"}) {
    CAPTURE(name);
    CHECK_FALSE(TimeZone::find(name));
  }
  CHECK_FALSE(TimeZone::parse("TZif2 and no more"));
  const test::TempDir folder;
  CHECK_FALSE(TimeZone::find("Asia/Tokyo", folder.path()));
  CHECK(TimeZone::find("utc", folder.path()));
  auto cut = read_file("/usr/share/zoneinfo/Europe/Berlin");
  cut.resize(cut.size() / 2);
  CHECK_FALSE(TimeZone::parse(cut));
}

TEST_CASE("time zone: rules as TZ writes them") {
  struct Case {
    const char* rule;
    CalendarTime time;
    int want;
  };
  for (const auto& c : {
           Case{"JST-9", at(2020y / July / 1), 9 * 3600},
           Case{"<-03>3", at(2020y / July / 1), -3 * 3600},
           Case{"EST5EDT,M3.2.0,M11.1.0", at(2020y / July / 1), -4 * 3600},
           Case{"EST5EDT,M3.2.0,M11.1.0", at(2020y / March / 8, 7h - 1s), -5 * 3600},
           Case{"EST5EDT,M3.2.0,M11.1.0", at(2020y / March / 8, 7h), -4 * 3600},
           Case{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", at(2020y / January / 1), 11 * 3600},
           Case{"IST-2IDT,M3.4.4/26,M10.5.0", at(2021y / March / 26, 0h), 3 * 3600},
           Case{"IST-2IDT,M3.4.4/26,M10.5.0", at(2021y / March / 25, 23h), 2 * 3600},
           Case{"XXX0YYY,J60/0,J300/0", at(2020y / March / 1), 3600},  // the 60th is the 1st of March always
           Case{"XXX0YYY,59/0,J300/0", at(2020y / February / 29), 3600},  // counted with the 29th of February
           Case{"XXX0YYY,J60/0,J300/0", at(2020y / February / 29), 0},
       }) {
    CAPTURE(c.rule);
    const auto zone = PosixZone::parse(c.rule);
    REQUIRE(zone);
    CHECK(zone->at(floor<seconds>(c.time).time_since_epoch().count()).offset_seconds == c.want);
  }
  for (const auto* wrong :
       {"", "9", "EST", "EST5EDT", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0", "<EST5"}) {
    CAPTURE(wrong);
    CHECK_FALSE(PosixZone::parse(wrong));
  }
}

TEST_CASE("moment format: tokens") {
  struct Case {
    const char *format, *want;
  };
  for (const auto& c : {
           Case{"YYYYMMDD-HHmmss", "20200110-120509"},
           Case{"YY.M.D Y", "20.1.10 2020"},
           Case{"Mo MMM MMMM", "1st Jan January"},
           Case{"Do DDD DDDD DDDo", "10th 10 010 10th"},
           Case{"d do dd ddd dddd e E", "5 5th Fr Fri Friday 5 5"},
           Case{"h hh k A a", "12 12 12 PM pm"},
           Case{"H m s S SS SSS SSSSS", "12 5 9 0 08 087 08700"},
           Case{"Hmm hmmss", "1205 120509"},
           Case{"Q Qo w ww W GGGG gggg", "1 1st 2 02 2 2020 2020"},
           Case{"X x", "1578657909 1578657909087"},
           Case{"Z ZZ z", "+00:00 +0000 UTC"},
           Case{"[week] W, \\d", "week 2, d"},
           Case{"YYYY-MM-DDTHH:mm:ss.SSS[Z]", "2020-01-10T12:05:09.087Z"},
           Case{"L LT", "01/10/2020 12:05 PM"},
           Case{"", "2020-01-10T12:05:09Z"},
           Case{"v_.", "v_."},
       }) {
    CAPTURE(c.format);
    CHECK(moment_format(kNoon, TimeZone(), c.format) == c.want);
  }
  CHECK(moment_format(kNoon, *TimeZone::find("Asia/Tokyo"), "") == "2020-01-10T21:05:09+09:00");
  CHECK(moment_format(at(2021y / January / 1), TimeZone(), "GGGG-[W]WW gggg-ww") == "2020-W53 2021-01");
  CHECK(moment_format(at(2019y / December / 30), TimeZone(), "GGGG-WW") == "2020-01");
  CHECK(moment_format(at(2020y / March / 2, 1h), TimeZone(), "Do h k") == "2nd 1 1");
  CHECK(moment_format(at(2020y / March / 13), TimeZone(), "Do h k H") == "13th 12 24 0");
}

}  // namespace runner
