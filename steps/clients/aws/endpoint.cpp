#include "steps/clients/aws/endpoint.hpp"

#include "parser/base/text.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

struct Partition {
  std::string_view region_prefix, suffix, dual_stack_suffix;
};
constexpr Partition kPartitions[] = {{"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
                                     {"us-isob-", "sc2s.sgov.gov", "sc2s.sgov.gov"},
                                     {"us-isof-", "csp.hci.ic.gov", "csp.hci.ic.gov"},
                                     {"us-iso-", "c2s.ic.gov", "c2s.ic.gov"},
                                     {"eu-isoe-", "cloud.adc-e.uk", "cloud.adc-e.uk"},
                                     {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
                                     {"", "amazonaws.com", "api.aws"}};

const Partition& partition_of(const std::string& region) {
  const auto* partition = std::begin(kPartitions);
  while (!region.starts_with(partition->region_prefix)) ++partition;
  return *partition;
}

bool switched_on(const Session& session, const char* variable, const char* setting) {
  const auto chosen = env_value(session.world().env, variable);
  return equal_ignoring_case(chosen.empty() ? session.setting(setting) : chosen, "true");
}

// A service with one address for all regions has others only in China.
bool is_chinese_cloudfront(const Service& service, const std::string& region) {
  return service.name == "cloudfront" && region.starts_with("cn-");
}

std::string public_host(const Session& session, const Service& service, const std::string& region) {
  if (is_chinese_cloudfront(service, region)) return "cloudfront.cn-northwest-1.amazonaws.com.cn";
  const auto& partition = partition_of(region);
  const bool dual = switched_on(session, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
  const bool fips = switched_on(session, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
  auto host = dual && !service.dual_stack_host.empty() ? service.dual_stack_host
              : fips && !service.fips_host.empty()     ? service.fips_host
                                                       : service.host;
  for (const auto& [from, to] : {std::pair(std::string_view(".amazonaws.com"), partition.suffix),
                                 std::pair(std::string_view(".api.aws"), partition.dual_stack_suffix)}) {
    if (host.ends_with(from)) host.replace(host.size() - from.size() + 1, from.size() - 1, to);
  }
  return replace_all(std::move(host), "{region}", region);
}

std::string first_value(const Environment& env, const char* name, const char* other) {
  auto value = env_value(env, name);
  return value.empty() ? env_value(env, other) : value;
}

HttpProxy proxy_for(const Environment& env, std::string_view url) {
  // HTTP_PROXY in capitals counts too, as for the CLI
  auto proxy = url.starts_with("https://") ? first_value(env, "https_proxy", "HTTPS_PROXY")
                                           : first_value(env, "http_proxy", "HTTP_PROXY");
  return {std::move(proxy), first_value(env, "no_proxy", "NO_PROXY")};
}

}  // namespace

std::string dns_suffix(const std::string& region) { return std::string(partition_of(region).suffix); }

Endpoint read_endpoint(const std::string& url) {
  const auto scheme = url.find("://");
  const bool known = url.starts_with("http://") || url.starts_with("https://");
  const auto slash = known ? url.find('/', scheme + 3) : std::string::npos;
  Endpoint endpoint{.url = url, .host = {}, .path = {}, .scope = {}};
  if (known) endpoint.host = url.substr(scheme + 3, slash - scheme - 3);
  if (endpoint.host.empty() || url.find_first_of(" \t\r\n?#@") != std::string::npos)
    throw ConfigurationError(255,
                             fmt::format("Invalid endpoint: {}: expected http(s)://host[:port][/path]", url));
  if (slash != std::string::npos) endpoint.path = url.substr(slash);
  // libcurl leaves out a port that is the scheme's own
  const std::string_view own = url.starts_with("https://") ? ":443" : ":80";
  if (endpoint.host.ends_with(own)) endpoint.host.resize(endpoint.host.size() - own.size());
  return endpoint;
}

Endpoint endpoint_of(const Session& session, const Service& service) {
  auto region = session.region();
  const bool regional = service.host.find("{region}") != std::string::npos;
  if (regional && region.empty()) {
    throw ConfigurationError(
        253, "You must specify a region. You can also configure your region by running \"aws configure\".");
  }
  if (region.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") !=
      std::string::npos)
    throw ConfigurationError(
        255, fmt::format("Provided region_name '{}' doesn't match a supported format.", region));
  const auto configured = session.configured_endpoint(service.endpoint_key);
  auto endpoint =
      read_endpoint(configured.empty() ? "https://" + public_host(session, service, region) : configured);
  endpoint.scope.service = service.signing_name;
  endpoint.scope.region = is_chinese_cloudfront(service, region) ? "cn-northwest-1"
                          : !service.signing_region.empty()      ? service.signing_region
                                                                 : region;
  return endpoint;
}

HttpRequest request_for(const Session& session, std::string url) {
  HttpRequest request;
  request.proxy = proxy_for(session.world().env, url);
  request.url = std::move(url);
  request.connect_timeout = session.options().connect_timeout;
  request.read_timeout = session.options().read_timeout;
  request.verify_tls = session.options().verify_tls;
  request.ca_file = session.ca_bundle();
  request.stop = session.world().stop;
  request.path_as_is = true;
  return request;
}

}  // namespace runner::aws
