#include "steps/clients/aws/s3/address.hpp"

#include <algorithm>

#include "parser/base/text.hpp"
#include "steps/system/http.hpp"

namespace runner::aws::s3 {
namespace {

struct Base {
  std::string scheme, host, path;
};

Base parse_endpoint(const std::string& endpoint) {
  const auto colon = endpoint.find("://");
  const auto scheme = lower(endpoint.substr(0, colon == std::string::npos ? 0 : colon));
  if (scheme != "http" && scheme != "https")
    throw ConfigurationError(255, fmt::format("Invalid endpoint: {}", endpoint));
  const auto begin = colon + 3, slash = std::min(endpoint.find('/', begin), endpoint.size());
  Base base{scheme, lower(endpoint.substr(begin, slash - begin)), endpoint.substr(slash)};
  if (base.host.empty()) throw ConfigurationError(255, fmt::format("Invalid endpoint: {}", endpoint));
  const std::string default_port = scheme == "http" ? ":80" : ":443";
  if (base.host.ends_with(default_port)) base.host.resize(base.host.size() - default_port.size());
  while (base.path.ends_with('/')) base.path.pop_back();
  return base;
}

std::string amazon_host(const Settings& settings, const std::string& region) {
  return fmt::format("s3{}{}.{}.amazonaws.com{}", settings.fips ? "-fips" : "",
                     settings.dual_stack ? ".dualstack" : "", region, region.starts_with("cn-") ? ".cn" : "");
}

bool looks_like_ipv4(std::string_view name) {
  return std::ranges::count(name, '.') == 3 &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

bool fits_host(std::string_view bucket) {
  const bool plain = std::ranges::all_of(
      bucket, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return plain && bucket.size() >= 3 && bucket.size() <= 63 && !looks_like_ipv4(bucket) &&
         bucket.front() != '-' && bucket.back() != '-';
}

Address address_of(const Settings& settings, const std::string& region, const std::string& bucket,
                   std::string_view key) {
  const bool own = !settings.endpoint.empty();
  auto base = own ? parse_endpoint(settings.endpoint) : Base{"https", amazon_host(settings, region), ""};
  auto path = "/" + percent_encode(key, "-_.~/");
  if (bucket.empty()) return {base.scheme, base.host, base.path + path};
  // Another endpoint seldom has a name for each bucket, so it is asked by path unless the profile says else.
  const bool by_host = fits_host(bucket) && settings.style != AddressStyle::path &&
                       (!own || settings.style == AddressStyle::virtual_host);
  if (!by_host) {
    auto full = base.path + "/" + percent_encode(bucket);
    if (!key.empty()) full += path;
    return {base.scheme, base.host, full};
  }
  if (settings.accelerate && !own)
    base.host = settings.dual_stack ? "s3-accelerate.dualstack.amazonaws.com" : "s3-accelerate.amazonaws.com";
  return {base.scheme, bucket + "." + base.host, base.path + path};
}

}  // namespace runner::aws::s3
