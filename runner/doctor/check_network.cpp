// Servers and registries: does something listen there? Nobody logs in.
#include <future>

#include <fmt/core.h>

#include "runner/doctor/checks.hpp"
#include "steps/clients/ssh/address.hpp"

namespace runner {
namespace {

constexpr auto kNetwork = "Network";

struct Target {
  std::string name, kind;
  SshAddress address;
  bool banner = false;
  const NeededBy* by = nullptr;
};

std::vector<Target> targets_of(const Needs& needs) {
  std::vector<Target> targets;
  const auto add = [&](const auto& names, const char* kind, int port, bool banner) {
    for (const auto& [name, by] : names) {
      const auto addresses = ssh_addresses(name, port);
      if (!addresses.empty()) targets.push_back({name, kind, addresses.front(), banner, &by});
    }
  };
  add(needs.ssh_hosts, "ssh server", 22, true);
  add(needs.registries, "registry", 443, false);
  return targets;
}

Finding finding_of(const Target& target, const std::string& error) {
  Finding finding{kNetwork,
                  Health::good,
                  fmt::format("{} {} answers", target.kind, target.address.text()),
                  "",
                  {target.by->begin(), target.by->end()}};
  if (error.empty()) return finding;
  finding.health = Health::missing;
  finding.text = fmt::format("{} {} does not answer: {}", target.kind, target.address.text(), error);
  finding.fix = target.banner
                    ? fmt::format("ssh -v -p {} {}  (is the server up, the name right, the way open?)",
                                  target.address.port, target.address.host)
                    : fmt::format("curl -v https://{}/v2/", target.name);
  return finding;
}

}  // namespace

// At once: a server that is down costs the same few seconds as ten of them.
void check_network(const Examined& examined, std::vector<Finding>& findings) {
  const auto targets = targets_of(examined.needs);
  std::vector<std::future<std::string>> answers;
  for (const auto& target : targets) {
    answers.push_back(std::async(std::launch::async, [&] {
      return examined.world.connect(target.address.host, target.address.port, target.banner);
    }));
  }
  for (size_t i = 0; i < targets.size(); ++i) findings.push_back(finding_of(targets[i], answers[i].get()));
}

}  // namespace runner
