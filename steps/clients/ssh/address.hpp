// steps/clients/ssh/address.hpp -- where a server is: "host", "host:port", "[::1]:22".
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct SshAddress {
  std::string host;
  int port = 22;
  std::string text() const;  // "host:22", "[::1]:22"
  bool operator==(const SshAddress&) const = default;
};

// A comma list; blanks around and empty items are dropped. Throws InputError for a port that is none.
std::vector<SshAddress> ssh_addresses(std::string_view list, int default_port);
int ssh_port(std::string_view text);  // empty: 22. Throws InputError

}  // namespace runner
