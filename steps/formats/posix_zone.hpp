// steps/formats/posix_zone.hpp -- a zone written as a rule, as TZ and the end of a tz file hold it:
// "CET-1CEST,M3.5.0,M10.5.0/3".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runner {

struct ZoneTime {
  int offset_seconds = 0;  // east of Greenwich
  std::string abbreviation{};
};

class PosixZone {
 public:
  static std::optional<PosixZone> parse(std::string_view text);
  ZoneTime at(int64_t unix_seconds) const;

 private:
  friend class PosixZoneReader;
  struct Change {
    enum class Kind { month_week_day, day_without_leap, day } kind = Kind::month_week_day;
    int month = 0, week = 0, day = 0;
    int seconds = 7200;  // after midnight, in the time before the change
  };
  static int64_t seconds_of(const Change& change, int year);

  ZoneTime standard_, summer_;
  bool has_summer_ = false;
  Change start_, end_;
};

}  // namespace runner
