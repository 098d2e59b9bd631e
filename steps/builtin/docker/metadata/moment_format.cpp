#include "steps/builtin/docker/metadata/moment_format.hpp"

#include <cstdlib>
#include <iterator>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

namespace chrono = std::chrono;

constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};
constexpr const char* kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                 "Thursday", "Friday", "Saturday"};

struct Week {
  int year = 0, number = 0;
};

// Everything of a moment that a token may ask for.
struct Moment {
  int64_t milliseconds = 0;  // since 1970
  int year = 0, month = 0, day = 0, day_of_year = 0, weekday = 0;
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  Week week, iso_week;
  int offset_minutes = 0;
  std::string zone;

  int hour12() const { return hour % 12 == 0 ? 12 : hour % 12; }
  int hour24() const { return hour == 0 ? 24 : hour; }
  int quarter() const { return (month + 2) / 3; }
  int iso_weekday() const { return weekday == 0 ? 7 : weekday; }
};

// Weeks start at `first_weekday`; the first of a year is the one that holds its `anchor`th of January.
Week week_of(chrono::sys_days day, unsigned first_weekday, int anchor) {
  const auto start_of = [&](int year) {
    const chrono::sys_days in_first_week = chrono::year(year) / 1 / anchor;
    return in_first_week - (chrono::weekday(in_first_week) - chrono::weekday(first_weekday));
  };
  auto year = static_cast<int>(chrono::year_month_day(day).year());
  if (day < start_of(year)) --year;
  if (day >= start_of(year + 1)) ++year;
  return {year, static_cast<int>((day - start_of(year)).count() / 7 + 1)};
}

Moment moment_of(CalendarTime time, const TimeZone& zone) {
  const auto unix_seconds = chrono::floor<chrono::seconds>(time).time_since_epoch().count();
  const auto at = zone.at(unix_seconds);
  const auto local = time + chrono::seconds(at.offset_seconds);
  const auto day = chrono::floor<chrono::days>(local);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(local - day);
  Moment moment;
  moment.milliseconds = time.time_since_epoch().count();
  moment.year = static_cast<int>(date.year());
  moment.month = static_cast<int>(static_cast<unsigned>(date.month()));
  moment.day = static_cast<int>(static_cast<unsigned>(date.day()));
  moment.day_of_year = static_cast<int>((day - chrono::sys_days(date.year() / 1 / 1)).count()) + 1;
  moment.weekday = static_cast<int>(chrono::weekday(day).c_encoding());
  moment.hour = static_cast<int>(clock.hours().count());
  moment.minute = static_cast<int>(clock.minutes().count());
  moment.second = static_cast<int>(clock.seconds().count());
  moment.millisecond = static_cast<int>(clock.subseconds().count());
  moment.week = week_of(day, 0, 1);
  moment.iso_week = week_of(day, 1, 4);
  moment.offset_minutes = at.offset_seconds / 60;
  moment.zone = at.abbreviation;
  return moment;
}

std::string ordinal(int number) {
  const int last = number % 10;
  const bool teen = number % 100 / 10 == 1;
  return fmt::format("{}{}", number,
                     teen        ? "th"
                     : last == 1 ? "st"
                     : last == 2 ? "nd"
                     : last == 3 ? "rd"
                                 : "th");
}

std::string offset(const Moment& m, const char* colon) {
  const int minutes = std::abs(m.offset_minutes);
  return fmt::format("{}{:02}{}{:02}", m.offset_minutes < 0 ? '-' : '+', minutes / 60, colon, minutes % 60);
}

using M = const Moment&;
struct Token {
  const char* name;
  std::string (*text)(M);
};

// momentjs.com/docs/#/displaying/format/ -- of two tokens that fit the longer stands first.
const Token kTokens[] = {
    {"Hmmss", [](M m) { return fmt::format("{}{:02}{:02}", m.hour, m.minute, m.second); }},
    {"hmmss", [](M m) { return fmt::format("{}{:02}{:02}", m.hour12(), m.minute, m.second); }},
    {"Hmm", [](M m) { return fmt::format("{}{:02}", m.hour, m.minute); }},
    {"hmm", [](M m) { return fmt::format("{}{:02}", m.hour12(), m.minute); }},
    {"Mo", [](M m) { return ordinal(m.month); }},
    {"MMMM", [](M m) { return std::string(kMonths[m.month - 1]); }},
    {"MMM", [](M m) { return std::string(kMonths[m.month - 1], 3); }},
    {"MM", [](M m) { return fmt::format("{:02}", m.month); }},
    {"M", [](M m) { return fmt::format("{}", m.month); }},
    {"Do", [](M m) { return ordinal(m.day); }},
    {"DDDo", [](M m) { return ordinal(m.day_of_year); }},
    {"DDDD", [](M m) { return fmt::format("{:03}", m.day_of_year); }},
    {"DDD", [](M m) { return fmt::format("{}", m.day_of_year); }},
    {"DD", [](M m) { return fmt::format("{:02}", m.day); }},
    {"D", [](M m) { return fmt::format("{}", m.day); }},
    {"dddd", [](M m) { return std::string(kDays[m.weekday]); }},
    {"ddd", [](M m) { return std::string(kDays[m.weekday], 3); }},
    {"dd", [](M m) { return std::string(kDays[m.weekday], 2); }},
    {"do", [](M m) { return ordinal(m.weekday); }},
    {"d", [](M m) { return fmt::format("{}", m.weekday); }},
    {"e", [](M m) { return fmt::format("{}", m.weekday); }},
    {"E", [](M m) { return fmt::format("{}", m.iso_weekday()); }},
    {"wo", [](M m) { return ordinal(m.week.number); }},
    {"ww", [](M m) { return fmt::format("{:02}", m.week.number); }},
    {"w", [](M m) { return fmt::format("{}", m.week.number); }},
    {"Wo", [](M m) { return ordinal(m.iso_week.number); }},
    {"WW", [](M m) { return fmt::format("{:02}", m.iso_week.number); }},
    {"W", [](M m) { return fmt::format("{}", m.iso_week.number); }},
    {"Qo", [](M m) { return ordinal(m.quarter()); }},
    {"Q", [](M m) { return fmt::format("{}", m.quarter()); }},
    {"NNNN", [](M) { return std::string("Anno Domini"); }},
    {"N", [](M) { return std::string("AD"); }},
    {"YYYYYY", [](M m) { return fmt::format("{:+07}", m.year); }},
    {"YYYYY", [](M m) { return fmt::format("{:05}", m.year); }},
    {"YYYY", [](M m) { return fmt::format("{:04}", m.year); }},
    {"YY", [](M m) { return fmt::format("{:02}", m.year % 100); }},
    {"Y", [](M m) { return fmt::format("{:04}", m.year); }},
    {"y", [](M m) { return fmt::format("{}", m.year); }},
    {"gggg", [](M m) { return fmt::format("{:04}", m.week.year); }},
    {"gg", [](M m) { return fmt::format("{:02}", m.week.year % 100); }},
    {"GGGG", [](M m) { return fmt::format("{:04}", m.iso_week.year); }},
    {"GG", [](M m) { return fmt::format("{:02}", m.iso_week.year % 100); }},
    {"a", [](M m) { return std::string(m.hour < 12 ? "am" : "pm"); }},
    {"A", [](M m) { return std::string(m.hour < 12 ? "AM" : "PM"); }},
    {"hh", [](M m) { return fmt::format("{:02}", m.hour12()); }},
    {"h", [](M m) { return fmt::format("{}", m.hour12()); }},
    {"HH", [](M m) { return fmt::format("{:02}", m.hour); }},
    {"H", [](M m) { return fmt::format("{}", m.hour); }},
    {"kk", [](M m) { return fmt::format("{:02}", m.hour24()); }},
    {"k", [](M m) { return fmt::format("{}", m.hour24()); }},
    {"mm", [](M m) { return fmt::format("{:02}", m.minute); }},
    {"m", [](M m) { return fmt::format("{}", m.minute); }},
    {"ss", [](M m) { return fmt::format("{:02}", m.second); }},
    {"s", [](M m) { return fmt::format("{}", m.second); }},
    {"SSS", [](M m) { return fmt::format("{:03}", m.millisecond); }},
    {"SS", [](M m) { return fmt::format("{:02}", m.millisecond / 10); }},
    {"S", [](M m) { return fmt::format("{}", m.millisecond / 100); }},
    {"x", [](M m) { return fmt::format("{}", m.milliseconds); }},
    {"X", [](M m) { return fmt::format("{}", (m.milliseconds - m.millisecond) / 1000); }},
    {"zz", [](M m) { return m.zone; }},
    {"z", [](M m) { return m.zone; }},
    {"ZZ", [](M m) { return offset(m, ""); }},
    {"Z", [](M m) { return offset(m, ":"); }},
};

constexpr std::pair<const char*, const char*> kShortcuts[] = {{"LTS", "h:mm:ss A"},
                                                              {"LT", "h:mm A"},
                                                              {"LLLL", "dddd, MMMM D, YYYY h:mm A"},
                                                              {"LLL", "MMMM D, YYYY h:mm A"},
                                                              {"LL", "MMMM D, YYYY"},
                                                              {"L", "MM/DD/YYYY"},
                                                              {"llll", "ddd, MMM D, YYYY h:mm A"},
                                                              {"lll", "MMM D, YYYY h:mm A"},
                                                              {"ll", "MMM D, YYYY"},
                                                              {"l", "M/D/YYYY"}};

const Token* token_at(std::string_view rest) {
  for (const auto& token : kTokens) {
    if (rest.starts_with(token.name)) return &token;
  }
  return nullptr;
}

std::string write(const Moment& moment, std::string_view format);

// One token, [literal], \escape or letter at the front of `rest`, which loses it.
std::string take(const Moment& moment, std::string_view& rest) {
  if (const auto end = rest.find_first_of("[]", 1);
      rest[0] == '[' && end != std::string_view::npos && rest[end] == ']') {
    const auto literal = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return std::string(literal);
  }
  for (const auto& [name, format] : kShortcuts) {
    if (!rest.starts_with(name)) continue;
    rest.remove_prefix(std::string_view(name).size());
    return write(moment, format);
  }
  const bool escaped = rest[0] == '\\' && rest.size() > 1;
  if (escaped) rest.remove_prefix(1);
  const auto* token = token_at(rest);
  const auto text = rest.substr(0, token == nullptr ? 1 : std::string_view(token->name).size());
  rest.remove_prefix(text.size());
  return token == nullptr || escaped ? std::string(text) : token->text(moment);
}

std::string write(const Moment& moment, std::string_view format) {
  std::string out;
  for (auto rest = format; !rest.empty();) {
    // fractions beyond the third digit are zeros
    if (rest.starts_with("SSSS")) {
      out += fmt::format("{:03}", moment.millisecond);
      for (rest.remove_prefix(3); rest.starts_with('S'); rest.remove_prefix(1)) out += '0';
    } else {
      out += take(moment, rest);
    }
  }
  return out;
}

}  // namespace

std::string moment_format(CalendarTime time, const TimeZone& zone, std::string_view format) {
  if (format.empty()) format = zone.is_utc() ? "YYYY-MM-DDTHH:mm:ss[Z]" : "YYYY-MM-DDTHH:mm:ssZ";
  return write(moment_of(time, zone), format);
}

std::string iso_milliseconds(CalendarTime time) {
  return moment_format(time, TimeZone(), "YYYY-MM-DDTHH:mm:ss.SSS[Z]");
}

}  // namespace runner
