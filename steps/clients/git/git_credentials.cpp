#include "steps/clients/git/git_credentials.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/git/git.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

// A new file that only we can read.
fs::path private_file(const fs::path& folder, const std::string& prefix, std::string_view text) {
  std::string name = (folder / (prefix + "XXXXXX")).string();
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) throw Error("make a file in {}: {}", folder.string(), std::strerror(errno));
  const auto written = ::write(fd, text.data(), text.size());
  ::close(fd);
  if (written != static_cast<ssize_t>(text.size())) throw Error("write {}: {}", name, std::strerror(errno));
  return name;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string in_quotes(const fs::path& file) { return "\"" + file.string() + "\""; }

std::string ssh_command(StepHost& host) {
  auto key = host.raw_input("ssh-key");
  key = std::string(trim(key)) + "\n";
  const auto key_file = private_file(host.temp(), "ssh-key-", key);
  auto known =
      text_of(host.user_home() / ".ssh" / "known_hosts") + "\n" + host.raw_input("ssh-known-hosts") + "\n";
  const auto known_file = private_file(host.temp(), "known-hosts-", known);
  host.save_state("key_file", key_file.string());
  host.save_state("known_file", known_file.string());
  auto command = fmt::format("ssh -i {}", in_quotes(key_file));
  if (is_true(host.input("ssh-strict"))) command += " -o StrictHostKeyChecking=yes -o CheckHostIP=no";
  return command + fmt::format(" -o {}", in_quotes("UserKnownHostsFile=" + known_file.string()));
}

git::Config configuration(const fs::path& git_dir) {
  return git::make<git::Config>("open the checkout's configuration", git_config_open_ondisk,
                                (git_dir / "config").c_str());
}

void set(const git::Config& config, const std::string& key, const std::string& value) {
  git::check(git_config_set_string(config.get(), key.c_str(), value.c_str()),
             fmt::format("write {} into the checkout's configuration", key));
}

}  // namespace

GitAccess make_access(StepHost& host, const std::string& server, const std::string& token) {
  GitAccess access;
  access.server = server;
  if (!host.input("ssh-key").empty()) {
    access.ssh_command = ssh_command(host);
  } else if (!token.empty()) {
    const auto basic = base64("x-access-token:" + token);
    host.add_mask(token);
    host.add_mask(basic);
    access.header = "AUTHORIZATION: basic " + basic;
  }
  return access;
}

void persist_access(StepHost& host, const fs::path& folder, const GitAccess& access) {
  git::start();
  const auto git_dir = folder / ".git";
  const auto config = configuration(git_dir);
  host.save_state("git_dir", git_dir.string());
  const auto remember = [&](const std::string& key, const std::string& value) {
    set(config, key, value);
    host.save_state("config_key", key);
  };
  if (!access.ssh_command.empty()) return remember("core.sshCommand", access.ssh_command);
  if (access.header.empty()) return;
  const auto key = "http." + access.server + ".extraheader";
  if (!host.version().at_least(6)) return remember(key, access.header);
  const auto section = fmt::format("[http \"{}\"]\n\textraheader = {}\n", access.server, access.header);
  const auto file = private_file(host.temp(), "git-credentials-", section);
  host.save_state("credentials_file", file.string());
  remember("includeIf.gitdir:" + git_dir.string() + ".path", file.string());
}

void forget_access(StepHost& host) {
  std::error_code ignored;
  for (const auto* name : {"key_file", "known_file", "credentials_file"}) {
    if (const auto file = host.state(name); !file.empty()) fs::remove(file, ignored);
  }
  const auto git_dir = host.state("git_dir"), key = host.state("config_key");
  if (key.empty() || !fs::exists(fs::path(git_dir) / "config", ignored)) return;
  git::start();
  git_config_delete_entry(configuration(git_dir).get(), key.c_str());
}

void remove_earlier_access(StepHost& host, const fs::path& folder, const std::string& server) {
  git::start();
  const auto config = configuration(folder / ".git");
  const auto include = "includeIf.gitdir:" + (folder / ".git").string() + ".path";
  const auto ours = "^" + host.temp().string() + "/git-credentials-";
  git_config_delete_multivar(config.get(), include.c_str(), ours.c_str());
  for (const auto& key : {"http." + server + ".extraheader", std::string("core.sshCommand")}) {
    git_config_delete_multivar(config.get(), key.c_str(), ".*");
  }
}

}  // namespace runner
