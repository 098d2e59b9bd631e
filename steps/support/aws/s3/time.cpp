#include "steps/support/aws/s3/time.hpp"

#include <time.h>

#include <array>
#include <cstdio>
#include <ctime>

namespace runner::aws::s3 {
namespace {

constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";

std::optional<Time> from_parts(int year, int month, int day, int hour, int minute, int second) {
  const auto date = std::chrono::year(year) / month / day;
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

}  // namespace

std::optional<Time> iso_time(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(std::string(text).c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute,
                  &second) != 6)
    return std::nullopt;
  return from_parts(year, month, day, hour, minute, second);
}

std::optional<Time> http_time(std::string_view text) {
  std::array<char, 4> name{};
  int year = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(std::string(text).c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d", &day, name.data(), &year, &hour,
                  &minute, &second) != 6)
    return std::nullopt;
  const auto at = kMonths.find(name.data());
  if (at == std::string_view::npos) return std::nullopt;
  return from_parts(year, static_cast<int>(at / 3) + 1, day, hour, minute, second);
}

std::string local_time(Time time) {
  const auto seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

}  // namespace runner::aws::s3
