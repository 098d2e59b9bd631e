// steps/clients/aws/s3/address.hpp -- where a bucket and a key are asked for (aws.md 2.2). Pure.
#pragma once
#include <string>
#include <string_view>

#include "steps/clients/aws/s3/settings.hpp"

namespace runner::aws::s3 {

struct Address {
  std::string scheme, host,
      path;  // host with its port when it is not the default; path encoded, as it is sent
  std::string url() const { return scheme + "://" + host + path; }
};

// An empty bucket: the service itself. Throws ConfigurationError for an endpoint that is not a URL.
Address address_of(const Settings& settings, const std::string& region, const std::string& bucket,
                   std::string_view key);
// May the name be a part of a host name?
bool fits_host(std::string_view bucket);

}  // namespace runner::aws::s3
