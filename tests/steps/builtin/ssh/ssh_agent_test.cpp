// webfactory/ssh-agent with the real ssh-agent, and what uses it.
#include <signal.h>

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/run_fixture.hpp"
#include "tests/support/runner_process.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction ssh_agent();
BuiltinAction ssh();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// Its agent ends with it, also when a check fails.
struct Agent {
  Agent() {
    host.env_["HOME"] = home().string();
    host.env_["PATH"] = "/usr/bin:/bin";
    fs::create_directories(home());
    host.with["ssh-private-key"] = read_file(key_file("ed25519"));
  }
  ~Agent() {
    if (pid() > 1) ::kill(pid(), SIGTERM);
  }
  fs::path home() const { return folder.path() / "job"; }
  int pid() const { return std::atoi(host.state("SSH_AGENT_PID").c_str()); }
  std::string git_config() const { return read_file(home() / ".gitconfig"); }

  TempDir folder;
  FakeHost host{ssh_agent()};
};

std::string key_with_comment(const TempDir& folder, const std::string& comment) {
  const auto file = folder.path() / "key";
  fs::remove(file);
  make_key(file, "ed25519");
  const auto command =
      fmt::format("ssh-keygen -q -c -C '{}' -f '{}' >/dev/null 2>&1", comment, file.string());
  REQUIRE(std::system(command.c_str()) == 0);
  return read_file(file);
}

}  // namespace

TEST_CASE("ssh-agent: keys serve the job, and the agent ends in post") {
  Agent agent;
  auto& host = agent.host;
  host.with["ssh-private-key"] =
      replace_all(read_file(key_file("ed25519")) + read_file(key_file("rsa")), "\n", "\r\n");
  REQUIRE(host.run().message == "");
  CHECK(has(host.text, "Key(s) added:\n256 SHA256:"));
  CHECK(has(host.text, "(RSA)"));
  CHECK(host.notes == std::vector<std::string>{"2 keys"});
  CHECK(host.exported["SSH_AUTH_SOCK"].size() < 108);
  CHECK(host.exported["SSH_AGENT_PID"] == std::to_string(agent.pid()));
  for (const auto& entry : fs::recursive_directory_iterator(agent.folder.path())) {
    if (entry.is_regular_file()) CHECK_FALSE(has(read_file(entry.path()), "PRIVATE KEY"));
  }

  FakeHost next(ssh());  // ssh-action falls back to it
  log_in(next, shared_server());
  next.with.erase("key");
  next.env_["SSH_AUTH_SOCK"] = host.exported["SSH_AUTH_SOCK"];
  next.with["script"] = "echo in";
  CHECK(next.run().message == "");
  CHECK(has(next.text, "in\n"));

  const auto folder = fs::path(host.state("folder"));
  CHECK(host.run_post().outcome == Outcome::success);
  CHECK(has(host.text, "Stopping SSH agent"));
  CHECK_FALSE(has(host.text, "Error stopping"));
  CHECK_FALSE(fs::exists(folder));
  next.text.clear();
  CHECK(next.run().outcome == Outcome::failure);
}

TEST_CASE("ssh-agent: where its socket is") {
  Agent agent;
  SUBCASE("where the input says") {
    const auto socket = agent.folder.path() / "mine";
    agent.host.with["ssh-auth-sock"] = socket.string();
    REQUIRE(agent.host.run().message == "");
    CHECK(fs::is_socket(socket));
    CHECK(agent.host.exported["SSH_AUTH_SOCK"] == socket.string());
    SUBCASE("a second step takes it over") {
      FakeHost second(ssh_agent());
      second.env_ = agent.host.env_;
      second.with["ssh-auth-sock"] = socket.string();
      second.with["ssh-private-key"] = read_file(key_file("ecdsa"));
      CHECK(second.run().message == "");
      CHECK(has(second.text, "ssh-agent is already running, not starting a new one"));
      CHECK(has(second.text, "(ED25519)"));
      CHECK(has(second.text, "(ECDSA)"));
      CHECK(second.run_post().outcome == Outcome::success);
      CHECK(::kill(agent.pid(), 0) == 0);
    }
  }
  SUBCASE("the user's own agent gets no keys") {
    agent.host.env_["SSH_AUTH_SOCK"] = (agent.folder.path() / "users").string();
    REQUIRE(agent.host.run().message == "");
    CHECK(agent.host.exported["SSH_AUTH_SOCK"] != (agent.folder.path() / "users").string());
  }
}

TEST_CASE("ssh-agent: deploy keys of GitHub") {
  struct Case {
    const char *why, *comment, *repository;
  };
  for (const auto& c : {Case{"as for git", "git@github.com:Owner/repo.git", "Owner/repo"},
                        Case{"as in a browser", "deploy https://github.com/o/r_1.x", "o/r_1.x"},
                        Case{"another server", "git@notgithub.com:o/r.git", ""},
                        Case{"no repository", "me@github.com", ""}}) {
    SUBCASE(c.why) {
      Agent agent;
      agent.host.with["ssh-private-key"] = key_with_comment(agent.folder, c.comment);
      REQUIRE(agent.host.run().message == "");
      const std::string repository = c.repository;
      if (repository.empty()) {
        CHECK(has(agent.host.text,
                  "does not match GitHub URL pattern. Not treating it as a GitHub deploy key."));
        CHECK(agent.git_config() == "");
        continue;
      }
      CHECK(has(agent.host.text, "for GitHub repository " + repository + "\n"));
      const auto config = read_file(agent.home() / ".ssh/config");
      CHECK(
          has(config, "    HostName github.com\n    IdentityFile " + (agent.home() / ".ssh/key-").string()));
      for (const auto* url : {"https://github.com/", "git@github.com:", "ssh://git@github.com/"})
        CHECK(has(agent.git_config(), std::string("insteadOf = ") + url + repository + "\n"));
      agent.host.run_post();
      CHECK_FALSE(has(agent.git_config(), "insteadOf"));
      CHECK(read_file(agent.home() / ".ssh/config") == "");
      CHECK(std::none_of(
          fs::directory_iterator(agent.home() / ".ssh"), fs::directory_iterator(),
          [](const auto& entry) { return entry.path().filename().string().starts_with("key-"); }));
    }
  }
}

TEST_CASE("ssh-agent: what it says and knows") {
  Agent agent;
  SUBCASE("public keys are not logged when asked not to") {
    agent.host.with["log-public-key"] = "false";
    CHECK(agent.host.run().message == "");
    CHECK_FALSE(has(agent.host.text, "Not treating it"));
  }
  SUBCASE("no deploy keys before 0.5") {
    agent.host.version_ = {0, 4, 1, 3};
    CHECK(agent.host.run().message == "");
    CHECK_FALSE(has(agent.host.text, "Configuring deployment key(s)"));
  }
  SUBCASE("GitHub's host keys are known in a job's own HOME, once") {
    CHECK(agent.host.run().message == "");
    const auto known = read_file(agent.home() / ".ssh/known_hosts");
    CHECK(std::count(known.begin(), known.end(), '\n') == 3);
  }
  SUBCASE("the user's own HOME is left as it is") {
    agent.host.env_["HOME"] = agent.host.user_home().string();
    CHECK(agent.host.run().message == "");
    CHECK_FALSE(fs::exists(agent.host.user_home() / ".ssh/known_hosts"));
  }
}

TEST_CASE("run: an agent serves the scripts of its job, and ends with it") {
  RunFixture runs;
  runs.environment["PATH"] = "/usr/bin:/bin";
  const auto key = replace_all(read_file(key_file("ed25519")), "\n", "\n            ");
  const auto seen = runs.run_steps(
      fmt::format("      - uses: webfactory/ssh-agent@v0.9.0\n        with:\n          ssh-private-key: |\n"
                  "            {}\n      - run: |\n          ssh -o StrictHostKeyChecking=no -o "
                  "UserKnownHostsFile=/dev/null "
                  "-p {} {}@127.0.0.1 'echo in as '$((40+2))\n          echo \"agent $SSH_AGENT_PID\"\n",
                  key, shared_server().port(), current_user()));
  CHECK(seen.conclusion == "success");
  CHECK_MESSAGE(seen.logged("in as 42"), seen.log());
  const auto log = seen.log();
  const auto at = log.find("\nagent ");
  REQUIRE(at != std::string::npos);
  CHECK_FALSE(is_running(std::atoi(log.c_str() + at + 7)));
  CHECK(has(log, "Stopping SSH agent"));
}

TEST_CASE("ssh-agent: failures") {
  Agent agent;
  auto& host = agent.host;
  SUBCASE("no key") {
    host.with["ssh-private-key"] = "";
    const auto message = host.run().message;
    CHECK(message.starts_with(
        "The ssh-private-key argument is empty. Maybe the secret has not been configured"));
    CHECK(ssh_agent().problems(host) == std::vector<std::string>{message});
  }
  SUBCASE("one of them with a passphrase") {
    host.with["ssh-private-key"] = read_file(key_file("ed25519")) + read_file(key_file("locked"));
    CHECK(host.run().message ==
          "ssh-private-key, key 2 of 2: this private key is passphrase protected: ssh-keygen -p makes one "
          "without");
    CHECK(agent.pid() == 0);
  }
  SUBCASE("a broken one: ssh-add's words") {
    auto key = read_file(key_file("ed25519"));
    host.with["ssh-private-key"] = key.substr(0, 100) + key.substr(140);
    CHECK(has(host.run().message, "ssh-add - failed with exit code 1: Error loading key"));
  }
  SUBCASE("a switch that is none") {
    host.with["log-public-key"] = "yes";
    CHECK(has(host.run().message, "log-public-key"));
  }
  SUBCASE("no ssh-agent") {
    host.with["ssh-agent-cmd"] = "no-such-agent";
    CHECK(host.run().message == "the program no-such-agent is not on PATH: apt-get install openssh-client");
  }
  SUBCASE("post says so when the agent is gone") {
    REQUIRE(host.run().message == "");
    host.states["SSH_AGENT_PID"] = "1";
    CHECK(host.run_post().outcome == Outcome::success);
    CHECK(has(host.text, "Error stopping the SSH agent, proceeding anyway"));
  }
  CHECK(ssh_agent().effects(host).size() == 1);
}

}  // namespace runner::test
