#include "steps/clients/ssh/address.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

SshAddress one_address(std::string_view text, int default_port) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos)
      throw InputError(fmt::format("host \"{}\": the closing ] is missing", text));
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':')
      throw InputError(fmt::format("host \"{}\": after ] comes :port", text));
    return {std::string(text.substr(1, end - 1)), rest.size() > 1 ? ssh_port(rest.substr(1)) : default_port};
  }
  const auto colon = text.find(':');
  // more than one colon without brackets: an IPv6 address alone
  if (colon == std::string_view::npos || colon != text.rfind(':')) return {std::string(text), default_port};
  const auto port = text.substr(colon + 1);
  return {std::string(text.substr(0, colon)), port.empty() ? default_port : ssh_port(port)};
}

}  // namespace

std::string SshAddress::text() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

int ssh_port(std::string_view text) {
  text = trim(text);
  if (text.empty()) return 22;
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535) {
    throw InputError(fmt::format("port \"{}\" is not a number from 1 to 65535", text));
  }
  return port;
}

std::vector<SshAddress> ssh_addresses(std::string_view list, int default_port) {
  std::vector<SshAddress> addresses;
  for (const auto item : split(list, ',')) {
    if (const auto text = trim(item); !text.empty()) addresses.push_back(one_address(text, default_port));
  }
  return addresses;
}

}  // namespace runner
