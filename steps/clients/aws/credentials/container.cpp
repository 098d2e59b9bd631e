// The credentials that a container's or an instance's surroundings give out over HTTP, without proxies and
// within seconds.
#include <filesystem>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/credentials/credentials.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

using namespace std::chrono_literals;

constexpr CredentialNames kMetadata{"AccessKeyId", "SecretAccessKey", "Token", "Expiration"};

HttpRequest metadata_request(const Chain& chain, std::string method, std::string url,
                             std::chrono::milliseconds timeout) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.connect_timeout = request.timeout = timeout;
  request.proxy = HttpProxy{};
  request.stop = chain.world.stop;
  return request;
}

std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  auto host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.find(':')));
}

// Else the token in the header could be lured anywhere.
bool may_be_asked(std::string_view url) {
  if (url.starts_with("https://")) return true;
  const auto host = host_of(url);
  for (const auto* known : {"localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"}) {
    if (host == known) return true;
  }
  return host.starts_with("127.");
}

std::string container_token(const Environment& env) {
  if (const auto file = env_value(env, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); !file.empty())
    return std::string(trim(read_file(file)));
  return env_value(env, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
}

ConfigurationError failed(std::string_view why) {
  return {255, fmt::format("Error when retrieving credentials from container-role: {}", why)};
}

}  // namespace

std::optional<Credentials> container_credentials(const Chain& chain) {
  const auto& env = chain.world.env;
  const auto relative = env_value(env, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  auto url = env_value(env, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (!relative.empty()) url = "http://169.254.170.2" + relative;
  if (url.empty()) return std::nullopt;
  if (!may_be_asked(url)) {
    throw failed(fmt::format(
        "Unsupported host '{}'. Can only retrieve metadata from an https address, loopback or these "
        "hosts: 169.254.170.2, 169.254.170.23, fd00:ec2::23, localhost",
        host_of(url)));
  }
  auto request = metadata_request(chain, "GET", url, 2s);
  request.headers = {{"Accept", "application/json"}};
  if (auto token = container_token(env); !token.empty()) request.headers.emplace_back("Authorization", token);
  std::string problem;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    try {
      const auto answer = chain.world.http.send(request);
      const auto json = read_ordered_json(answer.body);
      if (answer.status == 200 && json.is_object()) return read_credentials(json, kMetadata, "container");
      problem = fmt::format("status {}", answer.status);
    } catch (const HttpError& error) {
      if (chain.world.stop.stop_requested()) throw;
      problem = error.cause();
    }
  }
  throw failed(fmt::format("Error retrieving metadata: {}", problem));
}

}  // namespace runner::aws
