#include "steps/clients/aws/s3/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "parser/base/text.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws::s3 {
namespace {

constexpr uint64_t kSmallestPart = 5 << 20, kLargestPart = uint64_t{5} << 30;
constexpr uint64_t kMostParts = 10'000;
constexpr std::array kUnits = {'k', 'm', 'g', 't'};

bool is_true_setting(const std::string& text) { return lower(text) == "true"; }

std::string first_of(std::string first, std::string second) { return first.empty() ? second : first; }

uint64_t positive(std::string_view setting, uint64_t value, const std::string& text) {
  if (value > 0) return value;
  throw ConfigurationError(255, fmt::format("Value for {} must be a positive integer: {}", setting, text));
}

AddressStyle style_of(const std::string& text) {
  if (text.empty() || text == "auto") return AddressStyle::automatic;
  if (text == "path") return AddressStyle::path;
  if (text == "virtual") return AddressStyle::virtual_host;
  throw ConfigurationError(
      255, fmt::format("The setting s3.addressing_style is \"{}\"{}; it may be auto, path or virtual", text,
                       did_you_mean(text, {"auto", "path", "virtual"})));
}

void read_sizes(const Session& session, Settings& settings) {
  const auto read = [&](const char* name, uint64_t& value) {
    const auto text = session.setting(std::string("s3.") + name);
    if (!text.empty()) value = positive(name, size_setting(name, text), text);
  };
  read("multipart_threshold", settings.multipart_threshold);
  read("multipart_chunksize", settings.part_size);
  uint64_t connections = settings.connections;
  read("max_concurrent_requests", connections);
  settings.connections = static_cast<size_t>(std::min<uint64_t>(connections, 1000));
  settings.part_size = std::clamp(settings.part_size, kSmallestPart, kLargestPart);
  auto rate = session.setting("s3.max_bandwidth");
  if (lower(rate).ends_with("b/s")) rate.resize(rate.size() - 2);
  if (!rate.empty())
    settings.bytes_per_second = positive("max_bandwidth", size_setting("max_bandwidth", rate), rate);
}

}  // namespace

Settings settings_of(const Session& session) {
  Settings settings;
  read_sizes(session, settings);
  settings.endpoint = session.configured_endpoint("S3");
  settings.style = style_of(session.setting("s3.addressing_style"));
  const auto is_set = [&](const char* nested, const char* plain, const char* variable) {
    return is_true_setting(first_of(
        session.setting(nested), first_of(env_value(session.world().env, variable), session.setting(plain))));
  };
  settings.accelerate = is_true_setting(session.setting("s3.use_accelerate_endpoint"));
  settings.dual_stack =
      is_set("s3.use_dualstack_endpoint", "use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT");
  settings.fips = is_set("s3.use_fips_endpoint", "use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT");
  const auto when_required = [&](const char* variable, const char* setting) {
    return lower(first_of(env_value(session.world().env, variable), session.setting(setting))) ==
           "when_required";
  };
  settings.checksum_requests =
      !when_required("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation");
  settings.check_answers = !when_required("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation");
  return settings;
}

uint64_t size_setting(std::string_view setting, const std::string& text) {
  auto number = lower(text);
  if (number.ends_with("ib")) number.resize(number.size() - 2);
  if (number.ends_with('b')) number.pop_back();
  uint64_t factor = 1;
  for (size_t unit = 0; unit < kUnits.size() && !number.empty(); ++unit) {
    if (number.back() != kUnits[unit]) continue;
    factor = uint64_t{1} << (10 * (unit + 1));
    number.pop_back();
    break;
  }
  uint64_t value = 0;
  const auto* end = number.data() + number.size();
  const auto [read_to, error] = std::from_chars(number.data(), end, value);
  if (error == std::errc() && read_to == end && !number.empty()) return value * factor;
  throw ConfigurationError(
      255, fmt::format("The setting s3.{} is \"{}\": a size such as 8MB was expected", setting, text));
}

uint64_t part_size_for(uint64_t size, uint64_t part_size) {
  while ((size + part_size - 1) / part_size > kMostParts) part_size *= 2;
  return part_size;
}

}  // namespace runner::aws::s3
