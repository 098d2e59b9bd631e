// steps/formats/date.hpp -- dates as people write them into inputs.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// "2025-03-11", "2025-03-11T00:22:15Z", "2025-03-11 00:22:15.5 +09:00" as "2025-03-10T15:22:15.500Z"; without
// an offset UTC is meant. Nothing for anything else.
std::optional<std::string> iso_timestamp(std::string_view text);

}  // namespace runner
