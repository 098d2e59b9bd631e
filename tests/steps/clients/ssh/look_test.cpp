// What `plan --targets` tells of servers and targets, from real sshds; and that looking changes nothing.
#include "steps/clients/ssh/look.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/step.hpp"
#include "tests/support/fake_plan_host.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction scp();
BuiltinAction ssh();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

std::string differences_of(FakeHost& host, const BuiltinAction& action) {
  FakePlanHost plan(host);
  std::string text;
  for (const auto& line : action.differences(plan)) text += line + "\n";
  return text;
}

}  // namespace

TEST_CASE("ssh: a plan tells of reachability, host key, login and machine") {
  const SshServer server;
  FakeHost host(ssh());
  log_in(host, server);
  host.with["script"] = "true";
  const auto where = fmt::format("{}@{}: ", current_user(), server.address());
  const auto user_file = host.user_home() / ".ssh" / "known_hosts";
  fs::create_directories(user_file.parent_path());
  const auto tells = [&](const std::string& want) {
    const auto text = differences_of(host, ssh());
    CHECK_MESSAGE(has(text, want), text);
    CHECK_FALSE(fs::exists(host.state_dir() / "known_hosts"));
  };
  SUBCASE("an unknown host key is shown and not remembered") {
    tells("\n" + where + "login works (key), host key unknown: ssh-ed25519 " +
          fingerprint_of("host_ed25519") + ", Linux ");
  }
  SUBCASE("a known one") {
    std::ofstream(user_file) << server.known_hosts_line("host_ed25519");
    tells(where + "login works (key), host key known (ssh-ed25519), Linux ");
  }
  SUBCASE("a changed one") {
    std::ofstream(user_file) << server.known_hosts_line("other_ed25519");
    tells(where + "could not read the target: ssh: handshake failed: the host key of " + server.address() +
          " has changed\n  it shows ");
  }
  SUBCASE("strict") {
    host.strict_host_keys_ = true;
    tells("is unknown, and strict host keys are asked for");
  }
  SUBCASE("the fingerprint of the inputs") {
    host.with["fingerprint"] = fingerprint_of("host_ed25519");
    tells("host key as `fingerprint` says");
  }
  SUBCASE("a login that fails") {
    host.with["key"] = read_file(key_file("stranger"));
    tells(where + "could not read the target: ssh: handshake failed: ssh: unable to authenticate");
  }
  SUBCASE("nobody there, beside one who is: both in order") {
    host.with["host"] = "127.0.0.1:1," + server.address();
    tells("@127.0.0.1:1: could not read the target: dial tcp 127.0.0.1:1: connect: connection refused\n" +
          where + "login works");
  }
  SUBCASE("through a jump host") {
    host.with["proxy_host"] = shared_server().address();
    host.with["proxy_username"] = current_user();
    host.with["proxy_key"] = read_file(key_file("rsa"));
    tells(where + "through " + shared_server().address() + " (proxy_key), host key unknown: ");
  }
  SUBCASE("not known before the run") {
    host.with["host"] = "${{ steps.x.outputs.ip }}";
    tells("servers not looked at: `host` is known only at the run");
  }
}

TEST_CASE("ssh: a plan names servers whose machine is another, and those without commands") {
  const TempDir tools;
  tools.write("uname", "#!/bin/sh\n[ \"$1\" = -m ] && echo aarch64 || echo Linux\n");
  fs::permissions(tools.path() / "uname", fs::perms(0755));
  FakeHost host(ssh());
  SUBCASE("another machine") {
    const SshServer server({.extra = "SetEnv PATH=" + tools.path().string() + ":/usr/bin:/bin"});
    log_in(host, server);
    CHECK(has(differences_of(host, ssh()), "Linux aarch64: an image built on this "));
    CHECK(has(differences_of(host, ssh()), "say `--docker-platform linux/arm64`"));
  }
  SUBCASE("SFTP only") {
    const SshServer server({.extra = "ForceCommand internal-sftp"});
    log_in(host, server);
    const auto text = differences_of(host, ssh());
    CHECK(has(text, "no commands, SFTP only\n"));
    CHECK(has(text, ": the server runs no commands: this step would fail\n"));
  }
}

TEST_CASE("scp: a plan tells what would be added, replaced and deleted, and changes nothing") {
  struct Case {
    const char *why, *configuration;
  };
  for (const auto& c : {Case{"with a shell", ""}, Case{"over SFTP", "ForceCommand internal-sftp"}}) {
    CAPTURE(c.why);
    const bool shell = *c.configuration == '\0';
    const SshServer server({.extra = c.configuration});
    FakeHost host(scp());
    log_in(host, server);
    const TempDir target;
    host.with["source"] = "dist";
    host.with["strip_components"] = "1";
    host.with["target"] = (target.path() / "app").string();
    fs::create_directories(host.workspace() / "dist/sub dir");
    for (const auto* name : {"a", "b", "sub dir/c d"})
      std::ofstream(host.workspace() / "dist" / name) << "new";
    const auto tells = [&](const std::string& want) {
      const auto text = differences_of(host, scp());
      CHECK_MESSAGE(has(text, want), text);
    };
    const auto where = fmt::format("{}@{}: {}: ", current_user(), server.address(), host.with["target"]);
    tells(where + "is not there yet and will be made; adds 3 files (a, b, sub dir/c d); ");
    tells(" free for 9 bytes\n");
    CHECK_FALSE(fs::exists(target.path() / "app"));

    target.write("app/a", "old"), target.write("app/sub dir/c d", "older"), target.write("app/kept", "x");
    tells(where + "adds 1 file (b), replaces 2 (a, sub dir/c d), of another size: 1 (sub dir/c d); ");
    host.with["rm"] = "true";
    tells(where + (shell ? "rm: deletes 3 files first, 1 not sent again: kept; "
                         : "rm: deletes all that is there first; "));
    host.with["rm"] = "false";
    CHECK(read_file(target.path() / "app/a") == "old");
    CHECK(fs::exists(target.path() / "app/kept"));

    host.with["source"] = "later";
    tells("later is not known before the run");
    host.with["source"] = "dist";
    if (!shell) continue;
    fs::remove_all(target.path() / "app");
    target.write("elsewhere/x", "x"), target.write("app/b/x", "x");
    fs::create_directory_symlink("../elsewhere", target.path() / "app/sub dir");
    tells("puts a folder in place of the symlink sub dir; cannot replace the folder b by a file; ");
    host.with["target"] = (target.path() / "elsewhere/x/deep").string();
    tells((target.path() / "elsewhere/x").string() + " is a file: no folder can be made there\n");
  }
}

TEST_CASE("scp: a plan tells what does not fit and where one may not write" * doctest::skip(!is_root())) {
  const SshServer server({.user = "deployer", .password = "pw", .tiny_disk = true});
  FakeHost host(scp());
  host.with["host"] = server.address();
  host.with["username"] = "deployer", host.with["password"] = "pw";
  host.with["source"] = "big";
  std::ofstream(host.workspace() / "big") << std::string(300'000, 'x');
  host.with["target"] = (server.folder() / "tiny").string() + ",/etc/app,~/app";
  const auto text = differences_of(host, scp());
  CHECK_MESSAGE(has(text, "login works (password)"), text);
  CHECK_MESSAGE(has(text, "/tiny: adds 1 file (big); does not fit: "), text);
  CHECK_MESSAGE(has(text, "/etc/app: this user may not write there; is not there yet"), text);
  CHECK_MESSAGE(has(text, ": ~/app: is not there yet and will be made; adds 1 file (big); "), text);
}

TEST_CASE("scp: answers of other systems' tools") {
  const auto facts = read_target_facts(
      "motd of the server\n@target yes no\n@free Some Disk 100 60 40 60% /mnt/a b\n@names\n"
      "-rw-r--r--    1 0        0              812 Jan  1  2020 ./a name\n"
      "lrwxrwxrwx 1 1000 1000 5 Nov 21 17:58 l -> a -> b\n"
      "brw-rw---- 1 0 6 8, 0 Nov 21 17:58 disk\n"
      "total 0\n");
  CHECK(facts.there);
  CHECK_FALSE(facts.writable);
  CHECK(facts.free_bytes == 40U * 1024);
  CHECK(facts.names_known);
  REQUIRE(facts.found.size() == 2);
  CHECK(facts.found.at("a name").size_bytes == 812);
  CHECK(facts.found.at("l").kind == 'l');
  CHECK_FALSE(read_target_facts("@target no yes\n@free \n").free_bytes);
  CHECK(docker_platform_of("aarch64") == "linux/arm64");
  CHECK(docker_platform_of("armv7l") == "linux/arm/v7");
  CHECK(docker_platform_of("pdp11") == "");
}

}  // namespace runner::test
