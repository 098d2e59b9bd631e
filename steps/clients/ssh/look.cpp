// The first half of look.hpp: servers.
#include "steps/clients/ssh/look.hpp"

#include <sys/utsname.h>

#include <array>
#include <thread>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/script.hpp"

namespace runner {
namespace {

constexpr std::chrono::seconds kPatience{30};  // for each question

// Without what a plan cannot know there is nobody to ask.
std::string not_known_yet(const StepInputs& inputs) {
  for (const auto* name :
       {"host", "port", "username", "password", "key", "key_path", "passphrase", "proxy_host", "proxy_port",
        "proxy_username", "proxy_password", "proxy_key", "proxy_key_path"}) {
    if (!known_before_run(inputs.input(name))) return name;
  }
  return "";
}

ServerFacts ask(SshConnection& connection) {
  std::string answer;
  const auto exit = connection.run(
      {.line = "exec /bin/sh -c 'echo runner: $(uname -s) $(uname -m) $(command -v tar)'",
       .input = {},
       .output = [&](Stream stream, std::string_view piece) { answer += stream == Stream::out ? piece : ""; },
       .timeout = kPatience});
  if (exit.stopped) throw SshStopped();
  ServerFacts facts;
  const auto at = answer.find("runner: ");
  if (exit.refused || at == std::string::npos) return facts;
  facts.shell = true;
  const auto line = std::string_view(answer).substr(at + 8);
  const auto words = split(trim(line.substr(0, line.find('\n'))), ' ');
  if (!words.empty()) facts.system = words[0];
  if (words.size() > 1) facts.machine = words[1];
  facts.tar = words.size() > 2;
  return facts;
}

std::string trust_text(const SshArrival& arrival) {
  switch (arrival.trust) {
    case HostKeyTrust::known:
      return fmt::format("host key known ({})", arrival.key_type);
    case HostKeyTrust::fingerprint:
      return fmt::format("host key as `fingerprint` says ({})", arrival.key_type);
    case HostKeyTrust::unknown:
      break;
  }
  return fmt::format("host key unknown: {} {}", arrival.key_type, arrival.fingerprint);
}

std::string machine_text(const ServerFacts& facts) {
  if (!facts.shell) return "no commands, SFTP only";
  auto text = fmt::format("{} {}{}", facts.system, facts.machine, facts.tar ? "" : ", no tar");
  utsname here{};
  ::uname(&here);
  const auto theirs = docker_platform_of(facts.machine), ours = docker_platform_of(here.machine);
  if (theirs.empty() || theirs == ours) return text;
  return fmt::format("{}: an image built on this {} would not run there; say `--docker-platform {}`", text,
                     here.machine, theirs);
}

std::vector<std::string> with_prefix(const std::string& prefix, std::string_view text) {
  std::vector<std::string> lines;
  for (const auto line : split_lines(text))
    lines.push_back(lines.empty() ? prefix + std::string(line) : "  " + std::string(line));
  return lines;
}

std::vector<std::string> look_at(PlanHost& host, const SshInputs& inputs, const SshServer& server,
                                 const LookCloser& closer) {
  const auto home = host.user_home() / ".ssh";
  const HostKeyRules rules{.files = {home / "known_hosts", home / "known_hosts2", "/etc/ssh/ssh_known_hosts"},
                           .own_file = host.state_dir() / "known_hosts",
                           .strict = host.strict_host_keys(),
                           .remember = false,
                           .say = {}};
  const auto where = fmt::format("{}@{}: ", server.login.user, server.address.text());
  try {
    SshConnection connection(server, inputs.jump ? &*inputs.jump : nullptr, rules, host.stop());
    const auto facts = ask(connection);
    const auto& arrival = connection.arrival();
    std::vector<std::string> lines{fmt::format("{}login works ({}), {}, {}", where, arrival.method,
                                               trust_text(arrival), machine_text(facts))};
    if (const auto* jump = connection.jump_arrival()) {
      lines.push_back(fmt::format("{}through {} ({}), {}", where, inputs.jump->address.text(), jump->method,
                                  trust_text(*jump)));
    }
    for (const auto& line : closer(connection, facts)) lines.push_back(where + line);
    return lines;
  } catch (const std::exception& error) {
    return with_prefix(where + std::string(kUnread), error.what());
  }
}

}  // namespace

std::vector<std::string> look_at_servers(PlanHost& host, const LookCloser& closer) {
  if (const auto name = not_known_yet(host); !name.empty())
    return {fmt::format("servers not looked at: `{}` is known only at the run", name)};
  const auto inputs = read_ssh_inputs(host, host.workspace());
  std::vector<std::vector<std::string>> found(inputs.servers.size());
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < found.size(); ++i)
      threads.emplace_back([&, i] { found[i] = look_at(host, inputs, inputs.servers[i], closer); });
  }
  std::vector<std::string> lines;
  for (auto& some : found) {
    for (auto& line : some) lines.push_back(std::move(line));
  }
  return lines;
}

std::string docker_platform_of(std::string_view machine) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kPlatforms{{
      {"x86_64", "linux/amd64"},
      {"amd64", "linux/amd64"},
      {"aarch64", "linux/arm64"},
      {"arm64", "linux/arm64"},
      {"armv7l", "linux/arm/v7"},
      {"armv6l", "linux/arm/v6"},
      {"i686", "linux/386"},
      {"ppc64le", "linux/ppc64le"},
      {"riscv64", "linux/riscv64"},
      {"s390x", "linux/s390x"},
      {"loongarch64", "linux/loong64"},
  }};
  for (const auto& [name, platform] : kPlatforms) {
    if (name == machine) return std::string(platform);
  }
  return "";
}

}  // namespace runner
