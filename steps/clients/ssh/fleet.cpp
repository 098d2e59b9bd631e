// The second half of inputs.hpp: output of servers, and work on all of them.
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/core.h>

#include "steps/clients/ssh/inputs.hpp"
#include "steps/clients/ssh/wait.hpp"

namespace runner {
namespace {

HostKeyRules host_key_rules(StepHost& host) {
  const auto home = host.user_home() / ".ssh";
  return {.files = {home / "known_hosts", home / "known_hosts2", "/etc/ssh/ssh_known_hosts"},
          .own_file = host.state_dir() / "known_hosts",
          .strict = host.strict_host_keys(),
          .say = [&host](std::string_view text) { host.notice(std::string(text)); }};
}

bool same_host_twice(const SshInputs& inputs, const std::string& name) {
  return std::count_if(inputs.servers.begin(), inputs.servers.end(),
                       [&](const auto& server) { return server.address.host == name; }) > 1;
}

// A server that is just starting again, or that has too many logins at once, is there a moment later.
constexpr std::chrono::seconds kBeforeNextTry[] = {std::chrono::seconds(1), std::chrono::seconds(3)};

std::unique_ptr<SshConnection> connect(StepHost& host, const SshInputs& inputs, const SshServer& server,
                                       const HostKeyRules& rules) {
  for (const auto delay : kBeforeNextTry) {
    try {
      return std::make_unique<SshConnection>(server, inputs.jump ? &*inputs.jump : nullptr, rules,
                                             host.stop());
    } catch (const SshUnreachable& error) {
      if (host.stop().stop_requested()) throw;
      host.log(fmt::format("{}{}: trying again in {} s", host_prefix(inputs, server), error.what(),
                           delay.count()));
      host.sleep(delay);
    }
  }
  return std::make_unique<SshConnection>(server, inputs.jump ? &*inputs.jump : nullptr, rules, host.stop());
}

void show(SshOutput& output, const std::string& prefix, std::string_view line) {
  if (line.find_first_not_of(" \t") != std::string_view::npos) output.line(prefix + std::string(line));
}

}  // namespace

void SshOutput::line(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  const std::lock_guard lock(mutex_);
  host_.log(text);
  if (!capture_ || full_) return;
  full_ = captured_.size() + text.size() >= kMostCaptured;
  if (!full_) captured_.append(text).append("\n");
  if (full_)
    host_.warn(fmt::format("capture_stdout: what comes after {} MB is not in the output stdout",
                           kMostCaptured >> 20));
}

SshLines::SshLines(SshOutput& output, const std::string& out_prefix, const std::string& err_prefix)
    : out_([&output, out_prefix](auto line) { show(output, out_prefix, line); }),
      err_([&output, err_prefix](auto line) { show(output, err_prefix, line); }) {}

std::string host_prefix(const SshInputs& inputs, const SshServer& server) {
  if (inputs.servers.size() < 2) return "";
  return (same_host_twice(inputs, server.address.host) ? server.address.text() : server.address.host) + ": ";
}

StepResult on_every_server(StepHost& host, const SshInputs& inputs, bool in_turn,
                           const std::function<void(SshConnection&, const SshServer&)>& work) {
  const auto rules = host_key_rules(host);
  std::vector<std::string> errors(inputs.servers.size());
  std::vector<char> served(inputs.servers.size(), 0);
  const auto serve = [&](size_t number) {
    const auto& server = inputs.servers[number];
    try {
      const auto connection = connect(host, inputs, server, rules);
      work(*connection, server);
      served[number] = 1;
    } catch (const std::exception& error) {
      errors[number] = host_prefix(inputs, server) + error.what();
    }
  };
  if (in_turn || inputs.servers.size() == 1) {
    for (size_t i = 0; i < errors.size() && (i == 0 || errors[i - 1].empty()); ++i) serve(i);
  } else {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < errors.size(); ++i) threads.emplace_back(serve, i);
  }
  const auto first =
      std::find_if(errors.begin(), errors.end(), [](const auto& text) { return !text.empty(); });
  if (first == errors.end()) return {};
  for (size_t i = 0; errors.size() > 1 && i < errors.size(); ++i) {
    const auto prefix = host_prefix(inputs, inputs.servers[i]);
    host.log(served[i] != 0 ? prefix + "succeeded" : errors[i].empty() ? prefix + "not started" : errors[i]);
  }
  return failure(*first);
}

}  // namespace runner
