// tests/support/ssh_server.hpp -- a real sshd on a free port of loopback, with its own keys and
// configuration. It leaves the machine as it was: as root it runs in a mount namespace in which /run, and
// when there are users to invent /etc/passwd and /etc/shadow, are its own.
#pragma once
#include <sys/types.h>

#include <string>
#include <thread>
#include <vector>

#include "steps/system/fd.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

std::string make_key(const std::filesystem::path& file, const std::string& type,
                     const std::string& passphrase = "");

// Made once for all tests: user's keys by type ("ed25519", "rsa", "ecdsa", "locked" with passphrase "open
// sesame", "stranger", which no server accepts) and host keys ("host_ed25519", "host_rsa", "host_ecdsa",
// "other_ed25519").
std::filesystem::path key_file(const std::string& name);
std::string fingerprint_of(const std::string& name);  // "SHA256:..."

class SshServer {
 public:
  struct Options {
    std::vector<std::string> host_keys{"host_ed25519"};
    std::string extra{};             // lines for the configuration
    std::string user{}, password{};  // a user that exists only for this server; needs root
    std::string shell = "/bin/sh";   // of that user
    bool pam = false;                // asks for the password by keyboard-interactive, with the machine's PAM
    bool tiny_disk = false;          // folder() / "tiny" has 256 KiB, as the server sees it; needs root
  };
  SshServer() : SshServer(Options{}) {}
  explicit SshServer(const Options& options);
  ~SshServer();
  SshServer(const SshServer&) = delete;
  SshServer& operator=(const SshServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string known_hosts_line(const std::string& key) const;  // as ssh would have written it
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::string log() const;

 private:
  bool start(const Options& options);
  void write_configuration(const Options& options);

  TempDir folder_;
  int port_ = 0;
  pid_t pid_ = -1;
  Fd done_;
  std::jthread copier_;  // of sshd's messages into the log
};

std::string current_user();
bool is_root();

}  // namespace runner::test
