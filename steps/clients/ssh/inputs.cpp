#include "steps/clients/ssh/inputs.hpp"

#include <fstream>
#include <sstream>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/ssh/private_key.hpp"
#include "steps/formats/go_duration.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace {

std::string named(std::string_view prefix, std::string_view name) {
  return fmt::format("{}{}", prefix, name);
}

// 0 and less mean: no limit.
std::optional<std::chrono::milliseconds> duration_input(const StepInputs& inputs, const std::string& name) {
  const auto text = inputs.input(name);
  if (text.empty()) return std::nullopt;
  const auto time = parse_go_duration(text);
  if (!time) {
    throw InputError(
        fmt::format("{}: \"{}\" is no duration: a number needs a unit, as in 90s, 10m or 1h30m", name, text));
  }
  return time->count() > 0 ? time : std::nullopt;
}

IpVersion protocol_input(const StepInputs& inputs, const std::string& name) {
  const auto text = lower(inputs.input(name));
  if (text.empty() || text == "tcp") return IpVersion::any;
  if (text == "tcp4") return IpVersion::v4;
  if (text == "tcp6") return IpVersion::v6;
  throw InputError(fmt::format("{}: \"{}\" is not one of tcp, tcp4, tcp6", name, text));
}

std::string read_key_file(const std::filesystem::path& file, const std::string& name) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) throw InputError(fmt::format("{}: open {}: no such file", name, file.string()));
  return text.str();
}

// `prefix`: "" or "proxy_".
SshLogin login_inputs(const StepInputs& host, const std::filesystem::path& workspace,
                      std::string_view prefix) {
  SshLogin login{.user = host.input(named(prefix, "username")),
                 .password = host.input(named(prefix, "password")),
                 .passphrase = host.input(named(prefix, "passphrase")),
                 .keys = {},
                 .agent_socket = env_value(host.env(), "SSH_AUTH_SOCK")};
  if (const auto path = host.input(named(prefix, "key_path")); !path.empty()) {
    const auto text = read_key_file(workspace / path, named(prefix, "key_path"));
    login.keys.push_back({named(prefix, "key_path"), normalized_private_key(text)});
  }
  if (const auto text = host.input(named(prefix, "key")); !text.empty()) {
    login.keys.push_back({named(prefix, "key"), normalized_private_key(text)});
  }
  if (login.user.empty()) throw InputError(fmt::format("error: missing {}", named(prefix, "username")));
  if (login.password.empty() && login.keys.empty() && login.agent_socket.empty()) {
    throw InputError(fmt::format("error: can't connect without a private SSH key or password{}",
                                 prefix.empty() ? "" : " (of the jump host)"));
  }
  return login;
}

SshServer server_inputs(const StepInputs& host, const std::filesystem::path& workspace,
                        std::string_view prefix) {
  SshServer server;
  server.version = protocol_input(host, named(prefix, "protocol"));
  server.login = login_inputs(host, workspace, prefix);
  server.fingerprint = host.input(named(prefix, "fingerprint"));
  server.ciphers = host.input(named(prefix, "cipher"));
  server.insecure_ciphers = is_true(host.input(named(prefix, "use_insecure_cipher")));
  server.timeout = duration_input(host, named(prefix, "timeout"));
  return server;
}

void check_key(const StepInputs& inputs, std::string_view prefix, std::vector<std::string>& problems) {
  const auto key = inputs.input(named(prefix, "key"));
  if (key.empty() || !known_before_run(key)) return;
  const bool passphrase = !inputs.input(named(prefix, "passphrase")).empty();
  if (const auto problem = private_key_problem(normalized_private_key(key), passphrase)) {
    problems.push_back(fmt::format("{}: {}", named(prefix, "key"), *problem));
  }
}

bool any_given(const StepInputs& inputs, std::string_view prefix) {
  for (const auto* name : {"password", "key", "key_path"}) {
    if (!inputs.input(named(prefix, name)).empty()) return true;
  }
  return !env_value(inputs.env(), "SSH_AUTH_SOCK").empty();
}

void check_side(const StepInputs& inputs, std::string_view prefix, std::vector<std::string>& problems) {
  const auto attempt = [&](const auto& read, const std::string& name) {
    if (!known_before_run(inputs.input(name))) return;
    try {
      read(name);
    } catch (const InputError& error) {
      problems.emplace_back(error.what());
    }
  };
  attempt([&](const std::string& name) { ssh_port(inputs.input(name)); }, named(prefix, "port"));
  attempt([&](const std::string& name) { ssh_addresses(inputs.input(name), 22); }, named(prefix, "host"));
  attempt([&](const std::string& name) { duration_input(inputs, name); }, named(prefix, "timeout"));
  attempt([&](const std::string& name) { protocol_input(inputs, name); }, named(prefix, "protocol"));
  check_key(inputs, prefix, problems);
  if (any_given(inputs, prefix)) return;
  problems.push_back(
      fmt::format("can't connect without a private SSH key or password: {}, {} and {} are empty",
                  named(prefix, "password"), named(prefix, "key"), named(prefix, "key_path")));
}

std::string addresses_text(const StepInputs& inputs, std::string_view prefix) {
  const auto user = inputs.input(named(prefix, "username")), list = inputs.input(named(prefix, "host"));
  const auto port = inputs.input(named(prefix, "port"));
  if (!known_before_run(list) || !known_before_run(port)) return fmt::format("{}@{}:{}", user, list, port);
  std::string text;
  for (const auto& address : ssh_addresses(list, ssh_port(port))) {
    text += fmt::format("{}{}@{}", text.empty() ? "" : ", ", user, address.text());
  }
  return text;
}

}  // namespace

std::vector<InputSpec> ssh_input_specs() {
  std::vector<InputSpec> specs{{.name = "host",
                                .doc = "servers, separated by commas; each may be host:port",
                                .fallback = {},
                                .required = true}};
  const auto add = [&](std::string name, std::string doc, std::string fallback = "") {
    specs.push_back({.name = std::move(name), .doc = std::move(doc), .fallback = std::move(fallback)});
  };
  add("port", "port of servers that name none", "22");
  add("protocol", "tcp, tcp4 or tcp6", "tcp");
  specs.push_back({.name = "username", .doc = "the user to log in as", .fallback = {}, .required = true});
  add("password", "tried first");
  add("key_path", "file with the private key, tried second");
  add("key", "text of the private key, tried third");
  add("passphrase", "of the private key");
  add("fingerprint", "SHA256:... of one of the server's host keys; without it the known hosts decide");
  add("timeout", "to connect, and again to log in", "30s");
  add("command_timeout", "for all that runs on a server", "10m");
  add("cipher", "ciphers to offer, separated by commas");
  add("use_insecure_cipher", "offer old ciphers too", "false");
  add("proxy_host", "jump host: the login goes through it");
  add("proxy_port", "port of the jump host", "22");
  add("proxy_protocol", "tcp, tcp4 or tcp6", "tcp");
  add("proxy_username", "user on the jump host");
  add("proxy_password", "for the jump host");
  add("proxy_key_path", "for the jump host");
  add("proxy_key", "for the jump host");
  add("proxy_passphrase", "of proxy_key");
  add("proxy_fingerprint", "SHA256:... of one of the jump host's keys");
  add("proxy_timeout", "to connect to the jump host", "30s");
  add("proxy_cipher", "ciphers to offer to the jump host");
  add("proxy_use_insecure_cipher", "offer old ciphers to the jump host", "false");
  add("capture_stdout", "put what is printed into the output stdout", "false");
  add("debug", "of the original; nothing to do here", "false");
  add("curl_insecure", "of the original; nothing to do here", "false");
  add("version", "of the original's program; nothing to do here");
  for (auto& spec : specs) {
    for (const auto* word : {"password", "key", "passphrase"})
      spec.secret |= spec.name == word || spec.name == fmt::format("proxy_{}", word);
  }
  return specs;
}

bool known_before_run(std::string_view value) { return !expr::has_expression(value); }

SshInputs read_ssh_inputs(const StepInputs& host, const std::filesystem::path& workspace) {
  const auto addresses = ssh_addresses(host.input("host"), ssh_port(host.input("port")));
  if (addresses.empty()) throw InputError("error: missing server host");
  const auto common = server_inputs(host, workspace, "");
  SshInputs inputs;
  for (const auto& address : addresses) {
    inputs.servers.push_back(common);
    inputs.servers.back().address = address;
  }
  if (!host.input("proxy_host").empty()) {
    const auto jumps = ssh_addresses(host.input("proxy_host"), ssh_port(host.input("proxy_port")));
    if (jumps.size() != 1) throw InputError("proxy_host: one jump host is possible, not several");
    inputs.jump = server_inputs(host, workspace, "proxy_");
    inputs.jump->address = jumps.front();
  }
  inputs.command_timeout = duration_input(host, "command_timeout");
  return inputs;
}

std::vector<std::string> ssh_input_problems(const StepInputs& inputs) {
  std::vector<std::string> problems;
  check_side(inputs, "", problems);
  if (!inputs.input("proxy_host").empty()) {
    check_side(inputs, "proxy_", problems);
    if (inputs.input("proxy_username").empty())
      problems.emplace_back("proxy_host is given, but proxy_username is empty");
  }
  if (const auto text = inputs.input("command_timeout"); known_before_run(text)) {
    try {
      duration_input(inputs, "command_timeout");
    } catch (const InputError& error) {
      problems.emplace_back(error.what());
    }
  }
  return problems;
}

std::string ssh_destination(const StepInputs& inputs) {
  try {
    const auto target = addresses_text(inputs, "");
    if (inputs.input("proxy_host").empty()) return target;
    return fmt::format("{} (via {})", target, addresses_text(inputs, "proxy_"));
  } catch (const InputError&) {  // a wrong port: ssh_input_problems tells
    return fmt::format("{}@{}", inputs.input("username"), inputs.input("host"));
  }
}

void warn_of_ssh_variables(StepHost& host) {
  for (const std::string name : {"host", "port", "username", "password", "key"}) {
    for (const auto* prefix : {"SSH_", "PLUGIN_"}) {
      const auto at = host.env().find(prefix + upper(name));
      if (at == host.env().end() || at->second.empty() || at->second == host.input(name)) continue;
      host.warn(
          fmt::format("The variable {} differs from the input {}. The original action would have taken the "
                      "variable; here the input counts.",
                      at->first, name));
    }
  }
}

}  // namespace runner
