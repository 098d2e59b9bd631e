// steps/clients/aws/time.hpp -- points in time as services write them and as the CLI prints them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "steps/clients/aws/types.hpp"

namespace runner::aws {

// "2026-11-21T00:24:28.5Z", with any offset or none (UTC is meant), "1795219468.5", or an HTTP date.
std::optional<Time> read_time(std::string_view text);

// As the CLI prints what a service wrote: "2026-11-21T00:24:28.500000+00:00". A written offset is kept;
// seconds since 1970 are told in this machine's time zone. What is no time comes back as it is.
std::string print_time(std::string_view written);
std::string print_time(double epoch_seconds);

}  // namespace runner::aws
