// steps/clients/ssh/arrival.hpp -- what a login found out on its way: whose key the server showed, and what
// let us in.
#pragma once
#include <string>

namespace runner {

enum class HostKeyTrust {
  known,
  fingerprint,
  unknown
};  // on file; named in the inputs; seen for the first time

struct SshArrival {
  std::string key_type, fingerprint;  // "ssh-ed25519", "SHA256:..."
  HostKeyTrust trust = HostKeyTrust::unknown;
  std::string software;  // as the server calls itself: "SSH-2.0-OpenSSH_9.2p1 Debian-2"
  std::string
      method;  // "password", "keyboard-interactive", or where the key came from: "key", "SSH_AUTH_SOCK"
};

}  // namespace runner
