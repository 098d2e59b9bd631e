// tests/support/ssh_login.hpp -- what every test of an ssh action needs: a server and the inputs to log in
// there.
#pragma once
#include <string>
#include <string_view>

#include "tests/support/fake_host.hpp"
#include "tests/support/ssh_server.hpp"

namespace runner::test {

inline FakeHost* log_in(FakeHost& host, const SshServer& server, const std::string& key = "ed25519") {
  host.with["host"] = server.address();
  host.with["username"] = current_user();
  host.with["key"] = read_file(key_file(key));
  return &host;
}

// One server for the tests that only use it.
inline const SshServer& shared_server() {
  static const SshServer server(
      {.host_keys = {"host_ed25519", "host_ecdsa", "host_rsa"}, .extra = "", .user = "", .password = ""});
  return server;
}

}  // namespace runner::test
