// steps/clients/aws/endpoint.hpp -- where a service's requests go, for which region they are signed, and what
// of a session's settings every request carries.
#pragma once
#include <string>

#include "steps/clients/aws/model.hpp"
#include "steps/clients/aws/session.hpp"
#include "steps/clients/aws/sigv4.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {

struct Endpoint {
  std::string url;   // without a last '/'; a path of a configured address is kept
  std::string host;  // as in the Host header
  std::string path;  // "" or "/prefix"
  SigningScope scope;
};

// Throws ConfigurationError 253 where the service needs a region and none is configured.
Endpoint endpoint_of(const Session& session, const Service& service);
// Reads an address the user wrote. Throws ConfigurationError when it is none.
Endpoint read_endpoint(const std::string& url);
std::string dns_suffix(const std::string& region);  // "amazonaws.com", in China "amazonaws.com.cn"

// CA file, verification, time limits, stop and the proxy that the environment gives for `url`.
HttpRequest request_for(const Session& session, std::string url);

}  // namespace runner::aws
