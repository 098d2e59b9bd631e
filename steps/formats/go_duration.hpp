// steps/formats/go_duration.hpp -- durations as Go's time.ParseDuration reads them: "1h30m", "90s", "1.5m",
// "0".
#pragma once
#include <chrono>
#include <optional>
#include <string_view>

namespace runner {

// Rounded to milliseconds; nothing for text Go refuses (a bare number, an unknown unit) or that is out of
// range.
std::optional<std::chrono::milliseconds> parse_go_duration(std::string_view text);

}  // namespace runner
