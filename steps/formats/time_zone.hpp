// steps/formats/time_zone.hpp -- the local time of a zone such as Europe/Berlin, from the system's tz
// database (RFC 8536). Reads the file itself: the C library knows one zone a process, set by an environment
// variable.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/formats/posix_zone.hpp"

namespace runner {

class TimeZone {
 public:
  TimeZone() = default;  // UTC
  // Nothing when the database has no such zone; case does not matter. UTC is known without a database.
  static std::optional<TimeZone> find(std::string_view name,
                                      const std::filesystem::path& database = "/usr/share/zoneinfo");
  static std::optional<TimeZone> parse(std::string_view file);  // the bytes of a TZif file

  ZoneTime at(int64_t unix_seconds) const;
  bool is_utc() const { return changes_.empty() && !rule_; }

 private:
  struct Change {
    int64_t from;
    size_t type;
  };
  std::vector<Change> changes_;
  std::vector<ZoneTime> types_{{0, "UTC"}};  // the first holds before every change
  std::optional<PosixZone> rule_;            // after the last change
};

}  // namespace runner
