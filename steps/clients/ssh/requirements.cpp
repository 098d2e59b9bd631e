#include "steps/clients/ssh/requirements.hpp"

#include "parser/expr/expression.hpp"
#include "steps/clients/ssh/address.hpp"

namespace runner {

std::vector<Requirement> ssh_requirements(const StepInputs& inputs) try {
  // What stands behind a jump host need not be in reach of this machine.
  const std::string prefix = inputs.input("proxy_host").empty() ? "" : "proxy_";
  const auto hosts = inputs.input(prefix + "host"), port = inputs.input(prefix + "port");
  if (expr::has_expression(hosts + port)) return {};
  std::vector<Requirement> all;
  for (const auto& address : ssh_addresses(hosts, ssh_port(port)))
    all.push_back({Requirement::Kind::ssh_host, address.text()});
  return all;
} catch (const InputError&) {  // told as a problem of the step
  return {};
}

}  // namespace runner
