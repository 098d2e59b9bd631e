// shimataro/ssh-key-action; and ~/.ssh of a job's HOME as ssh itself sees it.
#include <sys/stat.h>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/clients/ssh/home_program.hpp"
#include "steps/clients/ssh/program.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/run_fixture.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction ssh_key();
}

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Key {
  Key() {
    host.env_["HOME"] = folder.path().string();
    host.with = {{"key", "secret key"}, {"known_hosts", "web.example ssh-ed25519 AAAA"}};
  }
  fs::path file(const std::string& name) const { return folder.path() / ".ssh" / name; }
  std::string text(const std::string& name) const { return read_file(file(name)); }

  TempDir folder;
  FakeHost host{ssh_key()};
};

mode_t all_bits_of(const fs::path& file) {
  struct stat found {};
  REQUIRE(::stat(file.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("ssh-key-action: writes, and takes away again") {
  Key key;
  key.host.with["name"] = "deploy";
  key.host.with["config"] = "Host web\n  User me";
  REQUIRE(key.host.run().message == "");
  CHECK(key.text("deploy") == "secret key\n");
  CHECK(all_bits_of(key.file("deploy")) == 0400);
  CHECK(all_bits_of(key.file("")) == 0700);
  CHECK(has(key.text("known_hosts"), "github.com ssh-rsa "));
  CHECK(key.text("known_hosts").ends_with("\nweb.example ssh-ed25519 AAAA\n"));
  CHECK(key.text("config") == "Host web\n  User me\n");
  CHECK(has(key.host.text,
            "SSH key has been stored to " + key.file("").parent_path().string() + " successfully."));
  key.host.run_post();
  CHECK_FALSE(fs::exists(key.file("")));
}

TEST_CASE("ssh-key-action: what stood there comes back") {
  Key key;
  key.host.with["config"] = "Host web";
  key.host.with["if_key_exists"] = "replace";
  key.folder.write(".ssh/id_rsa", "mine");
  key.folder.write(".ssh/known_hosts", "own line");
  ::chmod(key.file("known_hosts").c_str(), 0640);
  REQUIRE(key.host.run().message == "");
  CHECK(key.text("id_rsa") == "secret key\n");
  CHECK(key.text("known_hosts").starts_with("own line\ngithub.com "));
  CHECK(has(key.host.text, "\"; known_hosts, id_rsa\n"));
  key.folder.write(".ssh/other", "of another step");
  key.host.run_post();
  CHECK(key.text("id_rsa") == "mine");
  CHECK(key.text("known_hosts") == "own line");
  CHECK(all_bits_of(key.file("known_hosts")) == 0640);
  CHECK_FALSE(fs::exists(key.file("config")));
  CHECK(key.text("other") == "of another step");
}

TEST_CASE("ssh-key-action: a key that is there") {
  Key key;
  key.folder.write(".ssh/id_rsa", "mine");
  SUBCASE("fails, and nothing is touched") {
    CHECK(key.host.run().message ==
          "SSH key is already installed. Set \"if_key_exists\" to \"replace\" or \"ignore\" in order to "
          "avoid this "
          "error.");
    CHECK_FALSE(fs::exists(key.file("known_hosts")));
  }
  SUBCASE("or is kept") {
    key.host.with["if_key_exists"] = "ignore";
    CHECK(key.host.run().message == "");
    CHECK(key.text("id_rsa") == "mine");
    CHECK(has(key.text("known_hosts"), "web.example"));
  }
}

TEST_CASE("ssh-key-action: inputs") {
  Key key;
  const auto problem = [&] {
    const auto found = ssh_key().problems(key.host);
    return found.empty() ? "" : found.front();
  };
  SUBCASE("no key") {
    key.host.with.erase("key");
    CHECK(key.host.run().message == "Input required and not supplied: key");
    CHECK(problem() == "Input required and not supplied: key");
  }
  SUBCASE("known_hosts is needed since v2") {
    key.host.with.erase("known_hosts");
    CHECK(problem() == "Input required and not supplied: known_hosts");
    key.host.version_ = {1, 6, 5, 3};
    CHECK(problem() == "");
  }
  SUBCASE("no hosts of one's own") {
    key.host.with["known_hosts"] = "unnecessary";
    CHECK(key.host.run().message == "");
    CHECK_FALSE(has(key.text("known_hosts"), "unnecessary"));
  }
  SUBCASE("the names of v1") {
    key.host.version_ = {1, 2, 0, 3};
    key.host.with = {{"private-key", "k"}, {"public-key", "p"}, {"known-hosts", "h"}, {"name", "id"}};
    CHECK(key.host.run().message == "");
    CHECK(key.text("id") == "k\n");
    CHECK(key.text("id.pub") == "p\n");
    CHECK(key.text("known_hosts").ends_with("\nh\n"));
  }
  SUBCASE("a choice that is none") {
    key.host.with["if_key_exists"] = "replaced";
    CHECK(problem() ==
          "if_key_exists is \"replaced\"; expected: fail, ignore or replace; did you mean \"replace\"?");
  }
  SUBCASE("a name that leads out of ~/.ssh or hides what is there") {
    for (const auto* name : {"../x", "config", "authorized_keys"}) {
      key.host.with["name"] = name;
      CHECK(has(problem(), "cannot be the name of a key"));
    }
  }
}

TEST_CASE("ssh of a job: which options name a configuration") {
  struct Case {
    const char* name;
    std::vector<std::string> arguments;
    bool want;
  };
  for (const auto& c : std::vector<Case>{{"ssh", {"host", "-F", "x"}, false},
                                         {"ssh", {"-F", "x", "host"}, true},
                                         {"ssh", {"-Fx", "host"}, true},
                                         {"ssh", {"-vp", "22", "-4F", "x", "host"}, true},
                                         {"ssh", {"-i", "-F", "host"}, false},
                                         {"scp", {"-r", "-P", "22", "-F", "x", "a", "b:"}, true},
                                         {"scp", {"-BFx", "a", "b:"}, true},
                                         {"sftp", {"-b", "-F", "host"}, false},
                                         {"ssh", {}, false}}) {
    CAPTURE(c.name);
    CHECK(names_configuration(c.name, c.arguments) == c.want);
  }
}

TEST_CASE("run: what a job writes into its ~/.ssh is what ssh reads") {
  RunFixture runs;
  runs.program = RUNNER_BINARY;
  const SshServer server;
  runs.environment["PATH"] = "/usr/bin:/bin";
  runs.write("key", read_file(key_file("ed25519")));
  runs.write("hosts", server.known_hosts_line("host_ed25519"));
  runs.commit();
  const auto address = fmt::format("{}@127.0.0.1", current_user());
  SUBCASE("by the action") {
    const auto seen = runs.run_steps(fmt::format(
        "      - uses: actions/checkout@v4\n"
        "      - run: |\n          echo \"KEY<<EOF\n          $(cat key)\n          EOF\" >> $GITHUB_ENV\n"
        "          echo \"HOSTS=$(cat hosts)\" >> $GITHUB_ENV\n"
        "      - uses: shimataro/ssh-key-action@v2\n        with:\n          key: ${{{{ env.KEY }}}}\n"
        "          name: id_ed25519\n          known_hosts: ${{{{ env.HOSTS }}}}\n"
        "          config: |\n            Host web\n              HostName 127.0.0.1\n              Port {}\n"
        "              User {}\n              IdentityFile ~/.ssh/id_ed25519\n"
        "      - run: ssh web 'echo in as '$((40+2))\n"
        "      - run: echo text > a && scp -q a web:{}/copied\n"
        "      - run: rsync a web:{}/synced\n",
        server.port(), current_user(), server.folder().string(), server.folder().string()));
    CHECK(seen.conclusion == "success");
    CHECK_MESSAGE(seen.logged("in as 42"), seen.log());
    CHECK(read_file(server.folder() / "copied") == "text\n");
    CHECK(read_file(server.folder() / "synced") == "text\n");
  }
  SUBCASE("by a script") {
    const auto seen = runs.run_steps(
        fmt::format("      - uses: actions/checkout@v4\n"
                    "      - run: |\n          mkdir -p ~/.ssh && cp key ~/.ssh/id_ed25519 && chmod 600 "
                    "~/.ssh/id_ed25519\n"
                    "          cp hosts ~/.ssh/known_hosts\n          ssh -p {} {} 'echo in as '$((40+2))\n",
                    server.port(), address));
    CHECK_MESSAGE(seen.logged("in as 42"), seen.log());
  }
  SUBCASE("by a script that says itself what to read") {
    const auto seen = runs.run_steps(fmt::format(
        "      - uses: actions/checkout@v4\n"
        "      - run: |\n          mkdir -p ~/.ssh && cp hosts ~/.ssh/known_hosts && chmod 600 key\n"
        "          ssh -F /dev/null -o BatchMode=yes -i key -p {} {} true || echo \"ended with $?\"\n",
        server.port(), address));
    CHECK_MESSAGE(seen.logged("ended with 255"), seen.log());
  }
}

namespace {

// What `script` prints as a job's step, with $OURS for the `name` that a job finds and a folder $W with a
// wrapper of it; then how often the wrapper was started. What goes on for ever is ended.
std::string with_wrapper(const std::string& name, const std::string& wrapper, const std::string& script) {
  RunFixture runs;
  runs.program = RUNNER_BINARY;
  runs.environment["PATH"] = "/usr/bin:/bin";
  return runs
      .run_steps(
          fmt::format("      - env:\n"
                      "          WRAPPER: '{}'\n"
                      "          SCRIPT: '{}'\n"
                      "        run: |\n"
                      "          export N={} OURS=$(command -v {}) LOG=$PWD/log W=$PWD/w\n"
                      "          mkdir w; printf '#!/bin/sh\\necho x >>\"$LOG\"\\n%s\\n' \"$WRAPPER\" >w/$N\n"
                      "          chmod 755 w/$N\n"
                      "          timeout 20 sh -c \"$SCRIPT\" 2>&1 || true\n"
                      "          echo \"started $(wc -l <log) times\"\n",
                      wrapper, script, name, name))
      .log();
}

}  // namespace

TEST_CASE("run: a wrapper of ssh on PATH is started once, and then the real program") {
  struct Case {
    const char *why, *wrapper, *script;
  };
  for (const auto& c :
       {Case{"in front, it calls what `command -v` said", "exec \"$OURS\" \"$@\"", "PATH=$W:$PATH $N -V"},
        Case{"the same as a child", "\"$OURS\" \"$@\"", "PATH=$W:$PATH $N -V"},
        Case{"behind, it calls what `command -v` said", "exec \"$OURS\" \"$@\"",
             "PATH=${OURS%/*}:$W:/usr/bin:/bin $N -V"},
        Case{"behind, it searches PATH", "exec $N \"$@\"", "PATH=${OURS%/*}:$W:/usr/bin:/bin $N -V"},
        Case{"behind, by a relative path", "cd /; exec \"$OURS\" \"$@\"",
             "PATH=${OURS%/*}:w:/usr/bin:/bin $N -V"},
        Case{"behind, without ours on its PATH", "PATH=$W:/usr/bin:/bin exec \"$OURS\" \"$@\"",
             "PATH=${OURS%/*}:$W:/usr/bin:/bin $N -V"}}) {
    for (const std::string name : {"ssh", "scp", "sftp"}) {
      SUBCASE((name + ": " + c.why).c_str()) {
        const auto log = with_wrapper(name, c.wrapper, c.script);
        CHECK_MESSAGE(contains(log, "started 1 times"), log);
        CHECK_MESSAGE(contains(log, name == "ssh" ? "OpenSSH_" : "usage: " + name), log);
      }
    }
  }
  SUBCASE("where there is no real one, that is said") {
    const auto log = with_wrapper("ssh", "exec \"$OURS\" \"$@\"", "PATH=${OURS%/*}:$W; ssh -V");
    CHECK_MESSAGE(contains(log, "ssh: not found: apt-get install openssh-client"), log);
    CHECK_MESSAGE(contains(log, "started 1 times"), log);
  }
  SUBCASE("what the real one starts finds the wrapper again") {
    const auto log =
        with_wrapper("ssh", "exec \"$OURS\" \"$@\"",
                     "PATH=${OURS%/*}:$W:/usr/bin:/bin; ssh -o BatchMode=yes -o \"ProxyCommand ssh "
                     "-V\" nobody@127.0.0.1");
    CHECK_MESSAGE(contains(log, "OpenSSH_"), log);
    CHECK_MESSAGE(contains(log, "started 2 times"), log);
  }
}

}  // namespace runner::test
