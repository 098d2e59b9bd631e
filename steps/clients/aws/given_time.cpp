#include "steps/clients/aws/given_time.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner::aws {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using Today = std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonthNames{"january",   "february", "march",    "april",
                                                       "may",       "june",     "july",     "august",
                                                       "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kDayNames{"sunday",   "monday", "tuesday", "wednesday",
                                                    "thursday", "friday", "saturday"};
constexpr int64_t kFirstSecond = -62135596800, kLastSecond = 253402300799;  // of the years 1 to 9999

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// 1 for the first of `names`, also by its first three letters; 0 for none.
int place_in(const auto& names, std::string_view word) {
  for (size_t at = 0; at < names.size(); ++at) {
    if (word == names[at] || word == names[at].substr(0, 3)) return static_cast<int>(at) + 1;
  }
  return 0;
}

// The parts of a date in the order in which they were written; which is which is found out at the end.
class DateParts {
 public:
  // False when there are too many.
  bool add(int value, bool is_year) {
    if (is_year && year_at_ >= 0) return false;
    if (is_year) year_at_ = static_cast<int>(values_.size());
    values_.push_back(value);
    return values_.size() <= 3;
  }
  bool add_month(int month) {
    if (month_at_ >= 0) return false;
    month_at_ = static_cast<int>(values_.size());
    values_.push_back(month);
    return values_.size() <= 3;
  }
  bool empty() const { return values_.empty(); }
  bool complete() const { return values_.size() == 3; }
  bool is_pair() const { return values_.size() == 2; }

  std::optional<std::chrono::sys_days> date(const Today& today) const {
    int year = static_cast<int>(today.year()), month = static_cast<int>(static_cast<unsigned>(today.month()));
    auto day = static_cast<int>(static_cast<unsigned>(today.day()));
    bool day_given = false;
    const auto order = order_of_parts();
    for (size_t at = 0; at < order.size(); ++at) {
      if (order[at] == 'y') year = whole_year(values_[at], at, static_cast<int>(today.year()));
      if (order[at] == 'm') month = values_[at];
      if (order[at] == 'd') day = values_[at], day_given = true;
    }
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
    const std::chrono::year_month first{std::chrono::year(year),
                                        std::chrono::month(static_cast<unsigned>(month))};
    const Today last(std::chrono::sys_days(first / std::chrono::last));
    if (!day_given) day = std::min(day, static_cast<int>(static_cast<unsigned>(last.day())));
    const Today made = first / std::chrono::day(static_cast<unsigned>(day));
    return made.ok() ? std::optional(std::chrono::sys_days(made)) : std::nullopt;
  }

 private:
  bool cannot_be_day(size_t at) const { return values_[at] > 31 || year_at_ == static_cast<int>(at); }

  std::string_view order_of_parts() const {
    if (values_.size() == 3) return month_at_ < 0 ? order_of_numbers() : order_around_month();
    if (values_.size() == 2 && month_at_ >= 0) {
      const bool with_year = cannot_be_day(month_at_ == 0 ? 1 : 0);
      if (month_at_ == 0) return with_year ? "my" : "md";
      return with_year ? "ym" : "dm";
    }
    if (values_.size() == 2) return cannot_be_day(0) ? "ym" : cannot_be_day(1) ? "my" : "md";
    if (values_.empty()) return "";
    return month_at_ == 0 ? "m" : cannot_be_day(0) ? "y" : "d";
  }
  std::string_view order_of_numbers() const {
    if (cannot_be_day(0)) return "ymd";
    return values_[0] > 12 ? "dmy" : "mdy";
  }
  std::string_view order_around_month() const {
    if (month_at_ == 0) return cannot_be_day(1) ? "myd" : "mdy";
    if (month_at_ == 1) return cannot_be_day(0) ? "ymd" : "dmy";
    return cannot_be_day(1) ? "dym" : "ydm";
  }
  // Two digits are a year less than fifty years away.
  int whole_year(int year, size_t at, int now) const {
    if (year >= 100 || year_at_ == static_cast<int>(at)) return year;
    year += now / 100 * 100;
    if (year >= now + 50) return year - 100;
    return year < now - 50 ? year + 100 : year;
  }

  std::vector<int> values_;
  int month_at_ = -1, year_at_ = -1;
};

class GivenTimeReader {
 public:
  explicit GivenTimeReader(std::string_view text) : text_(text) {}

  std::optional<GivenTime> read(const Today& today) {
    while (!text_.empty()) {
      if (!read_part()) return std::nullopt;
    }
    if (parts_.empty() && !clock_) return std::nullopt;
    if (dotted_ && parts_.is_pair()) return std::nullopt;  // 2030.12 is a number there, and no month
    const auto day = parts_.date(today);
    if (!day || hour_ > 23 || minute_ > 59 || second_ > 59) return std::nullopt;
    const seconds clock(hour_ * 3600 + minute_ * 60 + second_);
    return GivenTime(*day) + clock + fraction_ - seconds(offset_.value_or(0));
  }

 private:
  bool read_part() {
    const char c = text_.front();
    if (digit(c)) return read_number();
    if (letter(c)) return read_word();
    if (clock_ && !offset_ && (c == '+' || c == '-')) return read_offset();
    if (std::string_view(" ,;-/.").find(c) == std::string_view::npos) return false;
    dotted_ = dotted_ || c == '.';
    text_.remove_prefix(1);
    return true;
  }

  size_t digits() const {
    return static_cast<size_t>(std::find_if_not(text_.begin(), text_.end(), digit) - text_.begin());
  }
  int take(size_t count) {
    int number = 0;
    std::from_chars(text_.data(), text_.data() + count, number);
    text_.remove_prefix(count);
    return number;
  }
  bool take_char(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool read_number() {
    const auto count = digits();
    const auto rest = text_.substr(count);
    if (count <= 2 && rest.starts_with(':')) return read_clock();
    if (count > 1 && rest.size() > 1 && rest[0] == ',' && digit(rest[1])) return false;  // a fraction there
    if (after_t_ || (parts_.complete() && count >= 4)) return read_bare_clock(count);
    if (count == 8 && parts_.empty()) {  // 20300131
      parts_.add(take(4), true);
      return parts_.add_month(take(2)) && parts_.add(take(2), false);
    }
    if (count <= 2 && !clock_ && starts_with_half(rest)) {
      clock_ = true;
      hour_ = take(count);
      return true;
    }
    if (count > 4 || !parts_.add(take(count), count > 2)) return false;
    skip_dash();
    return true;
  }
  // Between the parts of a date: not an offset's.
  void skip_dash() {
    if (text_.size() > 1 && text_[0] == '-' && (digit(text_[1]) || letter(text_[1]))) text_.remove_prefix(1);
  }
  static bool starts_with_half(std::string_view rest) {
    const auto word = lower(trim(rest).substr(0, 2));
    return word == "am" || word == "pm";
  }

  bool read_clock() {  // 10:11, 10:11:12.5
    if (clock_) return false;
    clock_ = true, after_t_ = false;
    hour_ = take(digits());
    take_char(':');
    if (digits() == 0 || digits() > 2) return false;
    minute_ = take(digits());
    if (!take_char(':')) return true;
    if (digits() == 0 || digits() > 2) return false;
    second_ = take(digits());
    read_fraction();
    return true;
  }
  bool read_bare_clock(size_t count) {  // 10, 1011, 101112 after a T
    if (clock_ || count % 2 != 0 || count > 6) return false;
    clock_ = true, after_t_ = false;
    hour_ = take(2);
    if (count > 2) minute_ = take(2);
    if (count == 6) second_ = take(2), read_fraction();
    return true;
  }
  void read_fraction() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || !digit(text_[1])) return;
    text_.remove_prefix(1);
    const auto count = digits();
    auto written = std::string(text_.substr(0, std::min<size_t>(count, 6)));
    written.resize(6, '0');
    int value = 0;
    std::from_chars(written.data(), written.data() + written.size(), value);
    fraction_ = microseconds(value);
    text_.remove_prefix(count);
  }
  bool read_offset() {  // +02, +0200, +02:00
    const int sign = take_char('-') ? -1 : 1;
    if (sign > 0) text_.remove_prefix(1);
    const auto count = digits();
    if (count != 1 && count != 2 && count != 4) return false;
    int minutes = take(std::min<size_t>(count, 2)) * 60;
    if (count <= 2 && take_char(':') && digits() != 2) return false;
    if (digits() == 2) minutes += take(2);
    offset_ = sign * minutes * 60;
    return true;
  }

  bool read_word() {
    const auto end = std::find_if_not(text_.begin(), text_.end(), letter);
    const auto word = lower(std::string(text_.begin(), end));
    text_.remove_prefix(word.size());
    if (word == "t") return after_t_ = !clock_ && !text_.empty() && digit(text_.front());
    if (word == "am" || word == "pm") return set_half(word == "pm");
    if (word == "z" || word == "utc" || word == "gmt") {
      const bool fits = clock_ && !offset_;
      offset_ = 0;
      return fits;
    }
    if (const int month = word == "sept" ? 9 : place_in(kMonthNames, word); month > 0) {
      skip_dash();
      return parts_.add_month(month);
    }
    if (place_in(kDayNames, word) > 0) return true;  // told by the date
    static constexpr std::string_view kFillers[] = {"of", "at", "on", "and", "st", "nd", "rd", "th"};
    return std::find(std::begin(kFillers), std::end(kFillers), word) != std::end(kFillers);
  }
  bool set_half(bool afternoon) {
    if (!clock_ || hour_ > 12 || half_) return false;
    half_ = true;
    hour_ = hour_ % 12 + (afternoon ? 12 : 0);
    return true;
  }

  std::string_view text_;
  DateParts parts_;
  bool clock_ = false, half_ = false, after_t_ = false, dotted_ = false;
  int hour_ = 0, minute_ = 0, second_ = 0;
  microseconds fraction_{0};
  std::optional<int> offset_;  // seconds east of Greenwich
};

std::optional<double> seconds_since_1970(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tm parts_of(GivenTime time) {
  const auto whole = static_cast<time_t>(epoch_seconds(time));
  tm parts{};
  ::gmtime_r(&whole, &parts);
  return parts;
}

// As names have it in a header: "Jan".
std::string short_name(std::string_view name) {
  auto text = std::string(name.substr(0, 3));
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

std::optional<GivenTime> read_given_time(std::string_view text, Today today) {
  text = trim(text);
  if (const auto epoch = seconds_since_1970(text)) {
    if (!(*epoch >= kFirstSecond && *epoch <= kLastSecond)) return std::nullopt;
    return GivenTime(microseconds(std::llrint(*epoch * 1e6)));
  }
  return GivenTimeReader(text).read(today);
}

std::optional<GivenTime> read_given_time(std::string_view text) {
  const auto now = ::time(nullptr);
  tm local{};
  ::localtime_r(&now, &local);
  return read_given_time(text, Today(std::chrono::year(local.tm_year + 1900),
                                     std::chrono::month(static_cast<unsigned>(local.tm_mon + 1)),
                                     std::chrono::day(static_cast<unsigned>(local.tm_mday))));
}

int64_t epoch_seconds(GivenTime time) { return std::chrono::floor<seconds>(time).time_since_epoch().count(); }

std::string iso_time(GivenTime time) {
  const auto parts = parts_of(time);
  const auto fraction = (time - std::chrono::floor<seconds>(time)).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     fraction == 0 ? "" : fmt::format(".{:06}", fraction));
}

std::string http_date(GivenTime time) {
  const auto parts = parts_of(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     short_name(kDayNames[static_cast<size_t>(parts.tm_wday)]), parts.tm_mday,
                     short_name(kMonthNames[static_cast<size_t>(parts.tm_mon)]), parts.tm_year + 1900,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace runner::aws
