// Host keys and jump hosts of appleboy/ssh-action, against a real sshd.

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction ssh();
}

namespace runner::test {
TEST_CASE("ssh: host keys") {
  const SshServer server(
      {.host_keys = {"host_ed25519", "host_rsa"}, .extra = "", .user = "", .password = ""});
  FakeHost host(ssh());
  log_in(host, server);
  const auto user_file = host.user_home() / ".ssh" / "known_hosts",
             own_file = host.state_dir() / "known_hosts";
  std::filesystem::create_directories(user_file.parent_path());
  const auto write_user_file = [&](const std::string& text) { std::ofstream(user_file) << text; };
  SUBCASE("a new one is shown and remembered, and then known") {
    CHECK(host.run().message == "");
    CHECK(has(host.notices(), fingerprint_of("host_ed25519")));
    CHECK(read_file(own_file) == server.known_hosts_line("host_ed25519"));
    host.annotations.clear();
    host.strict_host_keys_ = true;
    CHECK(host.run().message == "");
    CHECK_FALSE(has(host.notices() + host.text, "SHA256:"));
    CHECK_FALSE(std::filesystem::exists(user_file));
  }
  SUBCASE("strict refuses a new one and remembers nothing") {
    host.strict_host_keys_ = true;
    const auto message = host.run().message;
    CHECK(has(message, "is unknown"));
    CHECK(has(message, fingerprint_of("host_ed25519")));
    CHECK_FALSE(std::filesystem::exists(own_file));
  }
  SUBCASE("the user's file counts, and decides which key is asked for") {
    host.strict_host_keys_ = true;
    write_user_file(server.known_hosts_line("host_rsa"));
    CHECK(host.run().message == "");
    CHECK(read_file(user_file) == server.known_hosts_line("host_rsa"));
  }
  SUBCASE("a changed one is refused; file and line are named") {
    write_user_file("# mine\n" + server.known_hosts_line("other_ed25519"));
    const auto message = host.run().message;
    CHECK(has(message, "has changed"));
    CHECK(has(message, user_file.string() + ":2 holds"));
    CHECK(has(message, fingerprint_of("other_ed25519")));
    CHECK(has(message, fingerprint_of("host_ed25519")));
  }
  SUBCASE("our own file is checked too") {
    std::ofstream(own_file) << server.known_hosts_line("other_ed25519");
    CHECK(has(host.run().message, own_file.string() + ":1 holds"));
  }
  SUBCASE("a fingerprint of any of its keys is enough, whatever is on file") {
    write_user_file(server.known_hosts_line("other_ed25519"));
    for (const auto* name : {"host_ed25519", "host_rsa"}) {
      host.with["fingerprint"] = fingerprint_of(name);
      CHECK(host.run().message == "");
    }
    CHECK_FALSE(std::filesystem::exists(own_file));
  }
  SUBCASE("a wrong fingerprint") {
    host.with["fingerprint"] = fingerprint_of("other_ed25519");
    const auto message = host.run().message;
    CHECK(has(message, "ssh: handshake failed: ssh: host key fingerprint mismatch"));
    CHECK(has(message, fingerprint_of("host_rsa")));
  }
}

TEST_CASE("ssh: through a jump host") {
  const SshServer target({.host_keys = {"host_rsa"}, .extra = "", .user = "", .password = ""});
  FakeHost host(ssh());
  log_in(host, target);
  host.with["proxy_host"] = "127.0.0.1";
  host.with["proxy_port"] = std::to_string(shared_server().port());
  host.with["proxy_username"] = current_user();
  host.with["proxy_key"] = read_file(key_file("ecdsa"));
  SUBCASE("runs on the target, with much output") {
    host.with["script"] =
        "echo $SSH_CONNECTION; head -c 5000000 /dev/zero | tr '\\0' x | fold -w 100; exit 3";
    CHECK(host.run().message == "Process exited with status 3");
    CHECK(has(host.text, fmt::format(" 127.0.0.1 {}\n", target.port())));
    CHECK(has(host.text, std::string(100, 'x') + "\n"));
    CHECK(std::count(host.text.begin(), host.text.end(), 'x') > 5'000'000 - 1);
  }
  SUBCASE("a long script") {
    host.with["script"] = std::string(5'000'000, '#') + "\necho end";
    host.with["command_timeout"] = "10s";  // under the time of a keepalive, which wakes what waits in vain
    CHECK(host.run().message == "");
    CHECK(has(host.text, "end\n"));
  }
  SUBCASE("its host key is checked as well") {
    std::ofstream(host.state_dir() / "known_hosts") << shared_server().known_hosts_line("other_ed25519");
    CHECK(has(host.run().message, "has changed"));
  }
  SUBCASE("the target does not answer") {
    host.with["host"] = "127.0.0.1:1";
    CHECK(has(host.run().message, "dial tcp 127.0.0.1:1 through the jump host"));
  }
  SUBCASE("signals come through") {
    host.with["script"] = "kill -INT $$; sleep 1000";
    CHECK(has(host.run().message, "from signal INT"));
  }
}

}  // namespace runner::test
