// appleboy/scp-action against servers and networks that make it hard.
#include <sys/stat.h>

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction scp();
BuiltinAction ssh();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

class CopyHost : public FakeHost {
 public:
  explicit CopyHost(const SshServer& server) : FakeHost(scp()) {
    log_in(*this, server);
    with["target"] = target.path() / "app";
    with["source"] = "dist";
    with["strip_components"] = "1";
    write("dist/a.txt", "aaa");
    write("dist/sub/b.txt", "bbb");
    fs::create_symlink("a.txt", workspace() / "dist/link");
  }
  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((workspace() / name).parent_path());
    std::ofstream(workspace() / name, std::ios::binary) << content;
  }
  fs::path at(const std::string& name) const { return target.path() / "app" / name; }
  TempDir target;
};

std::string bytes(size_t count) {  // that do not compress and are no two the same at any distance
  std::string text;
  uint64_t state = 1;
  while (text.size() < count) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text.append(reinterpret_cast<const char*>(&state), 8);
  }
  text.resize(count);
  return text;
}

}  // namespace

TEST_CASE("scp: a server that runs no commands gets the files over SFTP") {
  const SshServer server({.extra = "ForceCommand internal-sftp"});
  CopyHost host(server);
  CHECK(host.run().message == "");
  CHECK(has(host.text, "the server runs no commands: copying file by file over SFTP"));
  CHECK(read_file(host.at("a.txt")) == "aaa");
  CHECK(read_file(host.at("sub/b.txt")) == "bbb");
  CHECK(fs::read_symlink(host.at("link")) == "a.txt");
  SUBCASE("rm deletes what stood there, and nothing that a symlink leads to") {
    std::ofstream(host.at("old")) << "x";
    const auto outside = host.target.write("outside/kept", "x");
    fs::create_directory_symlink(outside.parent_path(), host.at("sub/away"));
    host.with["rm"] = "true";
    CHECK(host.run().message == "");
    CHECK_FALSE(fs::exists(host.at("old")));
    CHECK_FALSE(fs::exists(host.at("sub/away")));
    CHECK(fs::exists(outside));
    CHECK(read_file(host.at("a.txt")) == "aaa");
  }
  SUBCASE("a variable has nobody to expand it") {
    host.with["target"] = "$HOME/app";
    CHECK(has(host.run().message, "target \"$HOME/app\": the server runs no commands"));
  }
  SUBCASE("a script cannot run there") {
    FakeHost script(ssh());
    log_in(script, server);
    script.with["script"] = "echo hello";
    CHECK(script.run().outcome == Outcome::failure);
  }
}

TEST_CASE("scp: a user without a shell gets the files over SFTP" * doctest::skip(!is_root())) {
  const SshServer server({.user = "files", .password = "pw", .shell = "/usr/sbin/nologin"});
  CopyHost host(server);
  host.with["username"] = "files", host.with["key"] = "", host.with["password"] = "pw";
  host.with["target"] = "~/up";
  CHECK(host.run().message == "");
  CHECK(read_file(server.folder() / "home/up/sub/b.txt") == "bbb");
}

TEST_CASE("scp: no session at all is an error that says so") {
  const SshServer server({.extra = "MaxSessions 0"});
  CopyHost host(server);
  CHECK_MESSAGE(has(host.run().message, "ssh: open a session"), host.text);
}

TEST_CASE("scp: a full disk is named" * doctest::skip(!is_root())) {
  const SshServer shell({.tiny_disk = true});
  const SshServer sftp({.extra = "ForceCommand internal-sftp", .tiny_disk = true});
  for (const auto* server : {&shell, &sftp}) {
    CAPTURE(server->address());
    CopyHost host(*server);
    host.write("dist/big", bytes(1'000'000));
    host.with["target"] = (server->folder() / "tiny" / "app").string();
    const auto message = host.run().message;
    CHECK_MESSAGE((has(message, "No space left on device") || has(message, "no space left on the server")),
                  message);
  }
}

TEST_CASE("scp: what a network does to it") {
  const SshServer server;
  CopyHost host(server);
  const auto big = bytes(2'000'000);
  host.write("dist/big", big);
  SUBCASE("odd small pieces, each a little late") {
    const TcpProxy proxy({.target = server.port(), .piece_bytes = 7919, .waits_milliseconds = 1});
    host.with["host"] = proxy.address();
    CHECK(host.run().message == "");
    CHECK(read_file(host.at("big")) == big);
    CHECK(proxy.connections() == 1);  // one login does everything
  }
  SUBCASE("the connection is cut off in the middle") {
    const TcpProxy proxy({.target = server.port(), .close_after = 1'000'000});
    host.with["host"] = proxy.address();
    const auto result = host.run();
    CHECK(result.outcome == Outcome::failure);
    CHECK_FALSE(result.message.empty());
    CHECK_FALSE(has(host.text, "Successfully"));
  }
  SUBCASE("cut off before the login") {
    const TcpProxy proxy({.target = server.port(), .close_after = 500});
    host.with["host"] = proxy.address();
    CHECK(has(host.run().message, "ssh: handshake failed"));
  }
  SUBCASE("one of two: the other is served, and both are told") {
    const TcpProxy proxy({.target = server.port(), .close_after = 1'000'000});
    host.with["host"] = proxy.address() + "," + server.address();
    const auto result = host.run();
    CHECK(result.message.starts_with(proxy.address() + ": "));
    CHECK(has(host.text, server.address() + ": succeeded\n"));
    CHECK(has(host.text, result.message + "\n"));
  }
}

TEST_CASE("scp: text and what does not compress, in turn, through gzip") {
  CopyHost host(shared_server());
  host.with["host"] = fmt::format("0.0.0.0:{}", shared_server().port());  // does not look like loopback
  const std::string text(600'000, 't');
  const auto noise = bytes(700'001);
  host.write("dist/1", text), host.write("dist/2", noise), host.write("dist/3", text + noise + text);
  CHECK(host.run().message == "");
  CHECK(read_file(host.at("1")) == text);
  CHECK(read_file(host.at("2")) == noise);
  CHECK(read_file(host.at("3")) == text + noise + text);
}

TEST_CASE("ssh: keyboard-interactive is a password login too" * doctest::skip(!is_root())) {
  const SshServer server({.user = "deployer", .password = "hunter2", .pam = true});
  FakeHost host(ssh());
  host.with["host"] = server.address();
  host.with["username"] = "deployer";
  host.with["script"] = "id -un";
  host.with["password"] = "hunter2";
  CHECK_MESSAGE(host.run().message == "", server.log());
  CHECK(has(host.text, "deployer\n"));
  host.with["password"] = "wrong one";
  const auto message = host.run().message;
  CHECK(has(message, "attempted methods [none keyboard-interactive]"));
  CHECK_FALSE(has(message, "wrong one"));
}

TEST_CASE("ssh: servers with one kind of host key, and users with any kind of key") {
  for (const auto* kind : {"host_rsa", "host_ed25519", "host_ecdsa"}) {
    const SshServer server({.host_keys = {kind}});
    for (const auto* key : {"rsa", "ed25519"}) {
      CAPTURE(kind);
      CAPTURE(key);
      FakeHost host(ssh());
      log_in(host, server, key);
      host.with["fingerprint"] = fingerprint_of(kind);
      CHECK(host.run().message == "");
    }
  }
}

TEST_CASE("ssh: in turn, a host that was not started is named") {
  const SshServer other;
  FakeHost host(ssh());
  log_in(host, shared_server());
  host.with["host"] = shared_server().address() + "," + other.address();
  host.with["sync"] = "true";
  host.with["script"] = "exit 4";
  CHECK(host.run().message == shared_server().address() + ": Process exited with status 4");
  CHECK(has(host.text, other.address() + ": not started\n"));
}

}  // namespace runner::test
