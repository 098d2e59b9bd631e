#include "steps/formats/posix_zone.hpp"

#include <chrono>

namespace runner {

namespace chrono = std::chrono;

class PosixZoneReader {
 public:
  explicit PosixZoneReader(std::string_view text) : rest_(text) {}

  std::optional<PosixZone> read() {
    PosixZone zone;
    if (!name(zone.standard_.abbreviation) || !time(zone.standard_.offset_seconds)) return {};
    zone.standard_.offset_seconds *= -1;  // POSIX counts to the west
    if (rest_.empty()) return zone;
    zone.has_summer_ = true;
    if (!name(zone.summer_.abbreviation)) return {};
    zone.summer_.offset_seconds = zone.standard_.offset_seconds + 3600;
    if (!rest_.empty() && rest_[0] != ',') {
      if (!time(zone.summer_.offset_seconds)) return {};
      zone.summer_.offset_seconds *= -1;
    }
    if (!change(zone.start_) || !change(zone.end_) || !rest_.empty()) return {};
    return zone;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool name(std::string& into) {
    const bool quoted = take('<');
    const auto end = quoted ? rest_.find('>') : rest_.find_first_of("+-,0123456789");
    into = rest_.substr(0, end);
    rest_.remove_prefix(std::min(rest_.size(), into.size() + (quoted ? 1 : 0)));
    return !into.empty() && (!quoted || end != std::string_view::npos);
  }
  bool number(int& value) {
    size_t digits = 0;
    for (value = 0; digits < rest_.size() && digits < 4 && rest_[digits] >= '0' && rest_[digits] <= '9';
         ++digits) {
      value = value * 10 + (rest_[digits] - '0');
    }
    rest_.remove_prefix(digits);
    return digits > 0;
  }
  bool time(int& seconds) {  // [+-]h[:m[:s]]
    const int sign = take('-') ? -1 : 1;
    if (sign == 1) take('+');
    int hours = 0, minutes = 0, rest = 0;
    if (!number(hours)) return false;
    if (take(':') && (!number(minutes) || (take(':') && !number(rest)))) return false;
    seconds = sign * (hours * 3600 + minutes * 60 + rest);
    return true;
  }
  bool change(PosixZone::Change& into) {
    if (!take(',')) return false;
    using Kind = PosixZone::Change::Kind;
    if (take('M')) {
      if (!number(into.month) || !take('.') || !number(into.week) || !take('.') || !number(into.day))
        return false;
      if (into.month < 1 || into.month > 12 || into.week < 1 || into.week > 5 || into.day > 6) return false;
    } else {
      into.kind = take('J') ? Kind::day_without_leap : Kind::day;
      if (!number(into.day)) return false;
    }
    return !take('/') || time(into.seconds);
  }

  std::string_view rest_;
};

std::optional<PosixZone> PosixZone::parse(std::string_view text) { return PosixZoneReader(text).read(); }

int64_t PosixZone::seconds_of(const Change& change, int year) {
  const auto first = chrono::year(year) / 1 / 1;
  chrono::sys_days day;
  if (change.kind == Change::Kind::month_week_day) {
    const auto month = chrono::year(year) / change.month;
    const chrono::weekday weekday(static_cast<unsigned>(change.day));
    day = change.week == 5 ? chrono::sys_days(month / weekday[chrono::last])
                           : chrono::sys_days(month / weekday[static_cast<unsigned>(change.week)]);
  } else if (change.kind == Change::Kind::day) {
    day = chrono::sys_days(first) + chrono::days(change.day);
  } else {  // counts from 1 and as if there were no 29th of February
    const bool after_leap_day = chrono::year(year).is_leap() && change.day > 59;
    day = chrono::sys_days(first) + chrono::days(change.day - 1 + (after_leap_day ? 1 : 0));
  }
  return int64_t{day.time_since_epoch().count()} * 86400 + change.seconds;
}

ZoneTime PosixZone::at(int64_t unix_seconds) const {
  if (!has_summer_) return standard_;
  const auto local = chrono::sys_seconds(chrono::seconds(unix_seconds + standard_.offset_seconds));
  const auto year = static_cast<int>(chrono::year_month_day(chrono::floor<chrono::days>(local)).year());
  const auto start = seconds_of(start_, year) - standard_.offset_seconds;
  const auto end = seconds_of(end_, year) - summer_.offset_seconds;
  const bool north = start < end;
  const bool between =
      north ? start <= unix_seconds && unix_seconds < end : end <= unix_seconds && unix_seconds < start;
  return between == north ? summer_ : standard_;
}

}  // namespace runner
