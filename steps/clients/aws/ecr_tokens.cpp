#include "steps/clients/aws/ecr_tokens.hpp"

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/client.hpp"
#include "steps/clients/docker/reference.hpp"

namespace runner::aws {
namespace {

EcrToken token_of(const Json& data, const std::string& host) {
  const auto decoded = base64_decode(data.value("authorizationToken", ""));
  const auto colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos)
    throw runner::Error("Could not login to registry {}: the answer of Amazon ECR has no token", host);
  return {host, {decoded->substr(0, colon), decoded->substr(colon + 1), ""}};
}

}  // namespace

std::vector<EcrToken> ecr_tokens(Session& session, const std::vector<std::string>& accounts) {
  auto request = Json::object();
  if (!accounts.empty()) request["registryIds"] = accounts;
  const auto answer = Client(session, "ecr").call("GetAuthorizationToken", request);
  std::vector<EcrToken> tokens;
  for (const auto& data : answer.value("authorizationData", Json::array()))
    tokens.push_back(token_of(data, registry_host(data.value("proxyEndpoint", ""))));
  if (tokens.empty()) throw runner::Error("Could not retrieve an authorization token from Amazon ECR.");
  return tokens;
}

std::vector<EcrToken> ecr_public_tokens(Session& session) {
  const auto answer = Client(session, "ecr-public").call("GetAuthorizationToken", Json::object());
  return {token_of(answer.value("authorizationData", Json::object()), kEcrPublicHost)};
}

}  // namespace runner::aws
