// steps/clients/aws/given_time.hpp -- points in time as a user writes them into options: seconds since 1970,
// ISO 8601 whole or in part, an HTTP date, or a date as people write it ("Jan 1, 2030", "1/2/2030 10:00 pm").
// Read as the CLI does, whose library is dateutil: what is missing is today's, without a zone UTC is meant.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace runner::aws {

using GivenTime = std::chrono::sys_time<std::chrono::microseconds>;

std::optional<GivenTime> read_given_time(std::string_view text, std::chrono::year_month_day today);
std::optional<GivenTime> read_given_time(std::string_view text);  // today by this machine's clock and zone

int64_t epoch_seconds(GivenTime time);
std::string iso_time(GivenTime time);   // "2030-01-01T00:00:00Z"
std::string http_date(GivenTime time);  // "Tue, 01 Jan 2030 00:00:00 GMT"

}  // namespace runner::aws
