#include "steps/clients/aws/time.hpp"

#include <time.h>

#include <array>
#include <charconv>
#include <cmath>

#include "parser/base/text.hpp"

namespace runner::aws {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Written {
  std::chrono::sys_time<microseconds> local;  // as written, without regard to the offset
  minutes offset{0};
};

// Digits of a fixed count at the front of `text`, taken off.
std::optional<int> take_number(std::string_view& text, size_t digits) {
  int number = 0;
  if (text.size() < digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
  if (error != std::errc() || end != text.data() + digits || number < 0) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

microseconds take_fraction(std::string_view& text) {
  microseconds::rep value = 0;
  if (!take(text, ".,")) return microseconds(0);
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
    if (digits < 6) value = value * 10 + (text.front() - '0');
  }
  for (; digits < 6; ++digits) value *= 10;
  return microseconds(value);
}

std::optional<minutes> take_offset(std::string_view& text) {
  if (text.empty() || text == "Z" || text == "z") return minutes(0);
  const bool negative = text.front() == '-';
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  take(text, ":");
  const auto rest = text.empty() ? 0 : take_number(text, 2);
  if (!hours || !rest || !text.empty()) return std::nullopt;
  const minutes offset(*hours * 60 + *rest);
  return negative ? -offset : offset;
}

std::optional<std::chrono::sys_days> date(std::optional<int> year, std::optional<int> month,
                                          std::optional<int> day) {
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day made{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!made.ok()) return std::nullopt;
  return std::chrono::sys_days(made);
}

std::optional<seconds> take_clock(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second) return std::nullopt;
  return seconds(*hour * 3600 + *minute * 60 + *second);
}

std::optional<Written> read_iso(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = date(year, month, take_number(text, 2));
  if (!day || !take(text, "Tt ")) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto offset = take_offset(text);
  if (!offset) return std::nullopt;
  return Written{*day + *clock + fraction, *offset};
}

// "Sat, 21 Nov 2026 14:31:34 GMT"
std::optional<Written> read_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto comma = text.find(", ");
  if (comma == std::string_view::npos || text.size() < comma + 22) return std::nullopt;
  text.remove_prefix(comma + 2);
  const auto day = take_number(text, 2);
  int month = 0;
  for (int i = 0; i < 12; ++i) {
    if (text.substr(1, 3) == kMonths[static_cast<size_t>(i)]) month = i + 1;
  }
  text.remove_prefix(5);
  const auto whole = date(take_number(text, 4), month, day);
  if (!whole || !take(text, " ")) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock) return std::nullopt;
  return Written{*whole + *clock, minutes(0)};
}

std::optional<double> read_epoch(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || std::abs(value) > 1e11) return std::nullopt;
  return value;
}

std::string printed(const Written& time) {
  const auto whole = std::chrono::floor<seconds>(time.local);
  const auto epoch = static_cast<time_t>(whole.time_since_epoch().count());
  tm parts{};
  ::gmtime_r(&epoch, &parts);
  auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                          parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (const auto fraction = (time.local - whole).count(); fraction != 0)
    text += fmt::format(".{:06}", fraction);
  const auto offset = std::chrono::abs(time.offset).count();
  return text + fmt::format("{}{:02}:{:02}", time.offset.count() < 0 ? '-' : '+', offset / 60, offset % 60);
}

// The clock's own unit reaches to the year 2262.
std::optional<Time> to_time(std::chrono::sys_time<microseconds> time) {
  constexpr auto kFarthest = std::chrono::duration_cast<microseconds>(Time::duration::max());
  if (time.time_since_epoch() > kFarthest || time.time_since_epoch() < -kFarthest) return std::nullopt;
  return std::chrono::time_point_cast<Time::duration>(time);
}

}  // namespace

std::optional<Time> read_time(std::string_view text) {
  text = trim(text);
  if (const auto iso = read_iso(text)) return to_time(iso->local - iso->offset);
  if (const auto http = read_http_date(text)) return to_time(http->local);
  if (const auto epoch = read_epoch(text))
    return to_time(std::chrono::sys_time<microseconds>(microseconds(std::llrint(*epoch * 1e6))));
  return std::nullopt;
}

std::string print_time(std::string_view written) {
  const auto text = trim(written);
  if (const auto iso = read_iso(text)) return printed(*iso);
  if (const auto http = read_http_date(text)) return printed(*http);
  if (const auto epoch = read_epoch(text)) return print_time(*epoch);
  return std::string(written);
}

std::string print_time(double epoch_seconds) {
  const microseconds since(std::llrint(epoch_seconds * 1e6));
  const auto whole = static_cast<time_t>(std::chrono::floor<seconds>(since).count());
  tm local{};
  ::localtime_r(&whole, &local);
  const auto offset = minutes(local.tm_gmtoff / 60);
  return printed({std::chrono::sys_time<microseconds>(since) + offset, offset});
}

}  // namespace runner::aws
