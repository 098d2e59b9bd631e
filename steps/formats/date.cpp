#include "steps/formats/date.hpp"

#include <cctype>
#include <chrono>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  // Exactly `digits` digits.
  bool number(size_t digits, int& value) {
    if (rest_.size() < digits) return false;
    value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (std::isdigit(static_cast<unsigned char>(rest_[i])) == 0) return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  // ".5" is 500; digits beyond the third are cut.
  bool milliseconds(int& value) {
    if (!take(".,")) return true;
    size_t digits = 0;
    value = 0;
    for (int digit = 0; number(1, digit); ++digits) {
      if (digits < 3) value = value * 10 + digit;
    }
    for (auto i = digits; i < 3; ++i) value *= 10;
    return digits > 0;
  }

 private:
  std::string_view rest_;
};

bool scan_time(Scanner& in, std::chrono::milliseconds& time) {
  int hour = 0, minute = 0, second = 0, milli = 0;
  if (!in.number(2, hour) || !in.take(":") || !in.number(2, minute)) return false;
  if (in.take(":") && (!in.number(2, second) || !in.milliseconds(milli))) return false;
  if (hour > 24 || minute > 59 || second > 60) return false;
  time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
         std::chrono::milliseconds(milli);
  return true;
}

// "Z", "+09:00", "-0530" or nothing.
bool scan_offset(Scanner& in, std::chrono::minutes& offset) {
  in.take(" ");
  if (in.done() || in.take("Zz")) return true;
  const int sign = in.peek() == '-' ? -1 : 1;
  int hours = 0, minutes = 0;
  if (!in.take("+-") || !in.number(2, hours)) return false;
  in.take(":");
  if (!in.number(2, minutes)) return false;
  offset = std::chrono::minutes(sign * (hours * 60 + minutes));
  return true;
}

}  // namespace

std::optional<std::string> iso_timestamp(std::string_view text) {
  using namespace std::chrono;
  Scanner in(trim(text));
  int y = 0, m = 0, d = 0;
  if (!in.number(4, y) || !in.take("-") || !in.number(2, m) || !in.take("-") || !in.number(2, d))
    return std::nullopt;
  const year_month_day date(year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d)));
  if (!date.ok()) return std::nullopt;
  milliseconds time{0};
  minutes offset{0};
  if (in.take("Tt ") && !scan_time(in, time)) return std::nullopt;
  if (!scan_offset(in, offset) || !in.done()) return std::nullopt;
  const auto moment = sys_time<milliseconds>(sys_days(date)) + time - offset;
  const auto midnight = floor<days>(moment);
  const year_month_day day_of(midnight);
  const hh_mm_ss clock(moment - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(day_of.year()),
                     static_cast<unsigned>(day_of.month()), static_cast<unsigned>(day_of.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace runner
