// steps/builtin/docker/metadata/moment_format.hpp -- a time written as moment.js does, in English:
// "YYYYMMDD-HHmmss", "Do MMMM", "[v]GGGG.WW".
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "steps/formats/time_zone.hpp"

namespace runner {

using CalendarTime = std::chrono::sys_time<std::chrono::milliseconds>;

// An empty format is moment's own: 2020-01-10T00:30:00Z, or with the offset where the zone is not UTC.
std::string moment_format(CalendarTime time, const TimeZone& zone, std::string_view format);
std::string iso_milliseconds(CalendarTime time);  // 2020-01-10T00:30:00.000Z

}  // namespace runner
