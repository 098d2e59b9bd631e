// appleboy/ssh-action against a real sshd.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <thread>

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
TEST_CASE("ssh: exit status, output and end line by version") {
  struct Case {
    const char *why, *script;
    ActionVersion version;
    const char *message, *text;
  };
  for (const auto& c :
       {Case{"plain lines", "echo one; echo\necho two >&2", {1, 2, 0, 3}, "", "one\n"},
        Case{"stderr is a plain line too", "echo two >&2", {1, 0, 0, 1}, "", "\ntwo\n===="},
        Case{"the old format",
             "echo one; echo two >&2",
             {0, 1, 10, 3},
             "",
             "======CMD======\necho one; echo two >&2\n======END======\n"},
        Case{"the old format marks streams", "echo two >&2", {1, 0, 3, 3}, "", "\nerr: two\n"},
        Case{"the old end line", "true", {1, 1, 0, 3}, "", "to all host.\n"},
        Case{"the new end line", "true", {}, "", "to all hosts.\n"},
        Case{"no script connects and succeeds", "", {}, "", "to all hosts.\n"},
        Case{"the last command counts", "false\ntrue", {}, "", "to all hosts."},
        Case{"exit status", "echo x; exit 3", {}, "Process exited with status 3", "x\n"},
        Case{"set -e", "set -e\n(exit 3)\necho no", {}, "Process exited with status 3", ""},
        Case{"a signal", "kill -KILL $$", {}, "Process exited with status 137 from signal KILL", ""},
        Case{"stdin is empty", "cat; echo end", {}, "", "end\n"},
        Case{"a last line without its end", "printf abc", {}, "", "abc\n="}}) {
    SUBCASE(c.why) {
      FakeHost host(ssh());
      log_in(host, shared_server());
      host.with["script"] = c.script;
      host.version_ = c.version;
      const auto result = host.run();
      CHECK(result.message == c.message);
      CHECK((result.outcome == Outcome::success) == (*c.message == '\0'));
      CHECK_MESSAGE(has("\n" + host.text, c.text), host.text);
    }
  }
}

TEST_CASE("ssh: script_path, envs, capture_stdout, request_pty") {
  FakeHost host(ssh());
  log_in(host, shared_server());
  SUBCASE("script, then the file") {
    std::ofstream(host.workspace() / "s.sh") << "echo second\n";
    host.with["script"] = "echo first";
    host.with["script_path"] = "s.sh";
    CHECK(host.run().outcome == Outcome::success);
    CHECK(has(host.text, "first\nsecond\n"));
  }
  SUBCASE("a missing file fails before connecting") {
    host.with["host"] = "127.0.0.1:1";
    host.with["script_path"] = "none.sh";
    CHECK(has(host.run().message, "none.sh"));
  }
  SUBCASE("variables") {
    host.env_["TAG"] = "it's 1 $x";
    host.with["envs"] = "tag,NOT_SET";
    host.with["script"] = "echo \"$TAG.${NOT_SET-unset}\"";
    host.run();
    CHECK(has(host.text, "it's 1 $x.unset\n"));
  }
  SUBCASE("captured: both streams and the end line") {
    host.with["capture_stdout"] = "true";
    host.with["script"] = "echo EOF; echo e >&2";
    host.run();
    CHECK(has(host.outputs["stdout"], "EOF\n"));
    CHECK(has(host.outputs["stdout"], "e\n"));
    CHECK(has(host.outputs["stdout"], "✅"));
  }
  SUBCASE("a terminal") {
    host.with["request_pty"] = "true";
    host.with["script"] = "test -t 0 && test -t 1 && echo is; stty size";
    host.run();
    CHECK(has(host.text, "is\n40 80\n"));
  }
}

// appleboy/ssh-action had the input from 0.0.3 to 1.2.0.
TEST_CASE("ssh: script_stop is what the version makes of it") {
  constexpr const char* kContinued = "echo one \\\n  two\nfalse\necho three";
  constexpr const char* kDocument = "cat <<END\none\n  two\nEND\necho three";
  struct Case {
    const char* why;
    ActionVersion version;
    const char *script, *message, *text, *warning;
  };
  for (const auto& c :
       {Case{"gone: it goes on", {1, 0, 0, 1}, "false\necho three", "", "three\n", "script_stop is ignored"},
        Case{"gone since 1.2.1", {1, 2, 1, 3}, "false\necho three", "", "three\n", "`set -e`"},
        Case{
            "gone: here-documents are whole", {1, 0, 0, 1}, kDocument, "", "one\n  two\nthree\n", "`set -e`"},
        Case{
            "gone: so is case", {}, "case a in\n  a) echo hit ;;\nesac\necho three", "", "hit\n", "`set -e`"},
        Case{"there: it stops",
             {1, 2, 0, 3},
             "echo one\nfalse\necho three",
             "Process exited with status 1",
             "one\n",
             "puts a check behind every line"},
        Case{"there: joined lines are whole",
             {1, 0, 3, 3},
             kContinued,
             "Process exited with status 1",
             "one two\n",
             "`set -e`"},
        Case{
            "there: not so at first", {0, 1, 2, 3}, kContinued, "Process exited with status", "", "`set -e`"},
        Case{"there: a here-document gets the checks and loses its indents",
             {1, 2, 0, 3},
             kDocument,
             "",
             "\ntwo\n",
             "here-documents"},
        Case{"there: at first it keeps its indents",
             {0, 1, 2, 3},
             kDocument,
             "",
             "\nout:   two\n",
             "here-documents"}}) {
    SUBCASE(c.why) {
      FakeHost host(ssh());
      log_in(host, shared_server());
      host.version_ = c.version;
      host.with["script_stop"] = "true";
      host.with["script"] = c.script;
      const auto message = host.run().message;
      CHECK_MESSAGE((*c.message == '\0' ? message.empty() : has(message, c.message)), message);
      CHECK_MESSAGE(has("\n" + host.text, c.text), host.text);
      const bool went_on = has("\n" + host.text, "\nthree\n") || has(host.text, "out: three\n");
      CHECK(went_on == message.empty());
      const auto warnings = host.told(AnnotationLevel::warning);
      REQUIRE(warnings.size() == 1);
      CHECK_MESSAGE(has(warnings[0].message, c.warning), warnings[0].message);
    }
  }
  SUBCASE("not asked for, it is not spoken of") {
    FakeHost host(ssh());
    log_in(host, shared_server());
    host.with["script_stop"] = "false";
    CHECK(host.run().message == "");
    CHECK(host.told(AnnotationLevel::warning).empty());
  }
}

TEST_CASE("ssh: long scripts") {
  for (const size_t size : {33'990U, 34'100U, 40'000U, 200'000U}) {
    CAPTURE(size);
    FakeHost host(ssh());
    log_in(host, shared_server());
    std::string script = "x=0\n";
    while (script.size() < size - 40) script += "x=$((x+1)) # filling up\n";
    host.with["script"] = script + "echo counted $x; cat; exit 3\n";
    CHECK(host.run().message == "Process exited with status 3");
    CHECK(has(host.text, fmt::format("counted {}\n", std::count(script.begin(), script.end(), '#'))));
  }
}

TEST_CASE("ssh: much output arrives whole and in order") {
  FakeHost host(ssh());
  log_in(host, shared_server());
  host.with["script"] = "i=0; while [ $i -lt 50000 ]; do echo \"line $i of the output\"; i=$((i+1)); done";
  CHECK(host.run().outcome == Outcome::success);
  std::string want;
  for (int i = 0; i < 50000; ++i) want += fmt::format("line {} of the output\n", i);
  CHECK(has(host.text, want));
}

TEST_CASE("ssh: output streams while the script runs") {
  // The script waits for a file that only the arrival of its first line makes.
  class Streaming : public FakeHost {
   public:
    using FakeHost::FakeHost;
    std::filesystem::path signal;
    void log(std::string_view line) override {
      FakeHost::log(line);
      if (line == "ready") std::ofstream{signal};
    }
  };
  const TempDir folder;
  Streaming host(ssh());
  log_in(host, shared_server());
  host.signal = folder.path() / "go";
  host.with["command_timeout"] = "20s";
  host.with["script"] =
      fmt::format("echo ready; until [ -e {} ]; do sleep 0.01; done; echo went on", host.signal.string());
  CHECK(host.run().outcome == Outcome::success);
  CHECK(has(host.text, "ready\nwent on\n"));
}

TEST_CASE("ssh: keys of all kinds, as pasted") {
  for (const auto* name : {"ed25519", "ecdsa", "rsa"}) {
    CAPTURE(name);
    FakeHost host(ssh());
    log_in(host, shared_server(), name);
    host.with["key"] = "  " + replace_all(std::string(trim(read_file(key_file(name)))), "\n", "\r\n");
    CHECK(host.run().message == "");
  }
}

TEST_CASE("ssh: PEM keys") {
  const TempDir folder;
  for (const std::string name : {"rsa", "ecdsa"}) {
    for (const std::string passphrase : {"", "open sesame"}) {
      CAPTURE(name);
      CAPTURE(passphrase);
      const auto file = (folder.path() / (name + (passphrase.empty() ? "" : "-locked"))).string();
      std::filesystem::copy(key_file(name), file);
      REQUIRE(std::system(fmt::format("ssh-keygen -q -p -m PEM -N '{}' -f {} >/dev/null", passphrase, file)
                              .c_str()) == 0);
      FakeHost host(ssh());
      log_in(host, shared_server());
      host.with["key"] = read_file(file);
      host.with["passphrase"] = passphrase;
      CHECK(host.run().message == "");
    }
  }
}

TEST_CASE("ssh: logins") {
  struct Case {
    const char* why;
    std::map<std::string, std::string> with;
    const char* want;
  };
  const auto key = [](const char* name) { return read_file(key_file(name)); };
  const auto kRefused =
      "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported "
      "methods remain";
  for (const auto& c :
       {Case{"a key file", {{"key", ""}, {"key_path", key_file("rsa").string()}}, ""},
        Case{"a wrong key file, then the right key", {{"key_path", key_file("stranger").string()}}, ""},
        Case{"a wrong key", {{"key", key("stranger")}}, kRefused},
        Case{"a passphrase", {{"key", key("locked")}, {"passphrase", "open sesame"}}, ""},
        Case{"a wrong passphrase",
             {{"key", key("locked")}, {"passphrase", "close"}},
             "key: ssh: the `passphrase` given does not open this private key"},
        Case{"no passphrase", {{"key", key("locked")}}, "this private key is passphrase protected"},
        Case{"PuTTY's key", {{"key", "PuTTY-User-Key-File-2: ssh-rsa"}}, "PuTTY's format"},
        Case{"no credentials", {{"key", ""}}, "error: can't connect without a private SSH key or password"},
        Case{"no host", {{"host", " , "}}, "error: missing server host"},
        Case{"a password where none is accepted",
             {{"key", ""}, {"password", "hunter2"}},
             "attempted methods [none], no supported"},
        Case{"nobody there", {{"host", "127.0.0.1:1"}}, "dial tcp 127.0.0.1:1: connect: connection refused"},
        Case{"no such name", {{"host", "no-such-host.invalid"}}, "dial tcp: lookup no-such-host.invalid"},
        Case{"a bare number is no duration", {{"timeout", "30"}}, "timeout: \"30\" is no duration"},
        Case{"a good cipher", {{"cipher", "aes128-ctr"}}, ""},
        Case{"an old cipher the server does not have", {{"cipher", "aes128-cbc"}}, "ssh: handshake failed"},
        Case{"tcp6 to an IPv4 address", {{"protocol", "tcp6"}}, "dial tcp: lookup 127.0.0.1"}}) {
    SUBCASE(c.why) {
      FakeHost host(ssh());
      log_in(host, shared_server());
      for (const auto& [name, value] : c.with) host.with[name] = value;
      const auto message = host.run().message;
      CHECK_MESSAGE((*c.want == '\0' ? message.empty() : has(message, c.want)), message);
      CHECK_FALSE(has(message + host.text, "hunter2"));
      // Tried again only where nothing can have happened: two times, after 1 s and after 3.
      CHECK(host.slept == std::chrono::seconds(has(message, "connection refused") ? 4 : 0));
      CHECK(has(host.text, "connection refused: trying again in 1 s") == has(message, "connection refused"));
    }
  }
}

TEST_CASE("ssh: password logins" * doctest::skip(!is_root())) {
  const SshServer server(
      {.host_keys = {"host_ed25519"}, .extra = "", .user = "deployer", .password = "hunter2 $x"});
  FakeHost host(ssh());
  host.with["host"] = server.address();
  host.with["username"] = "deployer";
  host.with["script"] = "id -un; pwd";
  SUBCASE("right") {
    host.with["password"] = "hunter2 $x";
    CHECK(host.run().message == "");
    CHECK(has(host.text, "deployer\n" + (server.folder() / "home").string()));
  }
  SUBCASE("wrong") {
    host.with["password"] = "hunter3";
    const auto message = host.run().message;
    CHECK(has(message, "attempted methods [none password]"));
    CHECK_FALSE(has(message, "hunter3"));
  }
  SUBCASE("wrong, but the key is right") {
    host.with["password"] = "hunter3";
    host.with["key"] = read_file(key_file("ed25519"));
    CHECK(host.run().message == "");
  }
}

TEST_CASE("ssh: what is secret is in no list of processes of the server") {
  FakeHost host(ssh());
  log_in(host, shared_server());
  host.env_["TOKEN"] = "tell-nobody";
  constexpr const char* kLook =
      "for p in $$ $PPID; do tr '\\0' ' ' < /proc/$p/cmdline; done; read -r x; echo \"<$x>\"";
  SUBCASE("a variable that is sent along") {
    host.with["envs"] = "TOKEN";
    host.with["script"] = std::string(kLook) + "; echo ${#TOKEN}";
    CHECK(host.run().message == "");
    CHECK(has(host.text, "<>\n11\n"));  // the script's own commands find nothing to read
  }
  SUBCASE("a secret in the script") {
    host.add_mask("tell-nobody");
    host.with["script"] = std::string(kLook) + "; x=tell-nobody; echo ${#x}; exit 7";
    CHECK(host.run().message == "Process exited with status 7");
    CHECK(has(host.text, "<>\n11\n"));
  }
  CHECK_FALSE(has(host.text, "tell-nobody"));
  CHECK(has(host.text, "sh"));
}

TEST_CASE("ssh: what is not secret is a command that the server can look at") {
  const SshServer server({.host_keys = {"host_ed25519"},
                          .extra = "ForceCommand echo \"asked: $SSH_ORIGINAL_COMMAND\"",
                          .user = "",
                          .password = ""});
  FakeHost host(ssh());
  log_in(host, server);
  host.with["script"] = "apps:list";
  CHECK(host.run().message == "");
  CHECK(has(host.text, "asked: apps:list\n"));
}

TEST_CASE("ssh: timeouts") {
  SUBCASE("a server that accepts and says nothing") {
    const Fd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(silent.get(), 5) == 0);
    ::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size);
    FakeHost host(ssh());
    log_in(host, shared_server());
    host.with["host"] = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
    host.with["timeout"] = "300ms";
    CHECK(has(host.run().message, "i/o timeout"));
  }
  SUBCASE("command_timeout ends the command and its children on the server") {
    FakeHost host(ssh());
    log_in(host, shared_server());
    host.with["script"] = "echo pid $$; sleep 1000; echo no";
    host.with["command_timeout"] = "500ms";
    CHECK(host.run().message == "Run Command Timeout");
    const auto at = host.text.find("pid ");
    REQUIRE(at != std::string::npos);
    CHECK(::kill(std::stoi(host.text.substr(at + 4)), 0) != 0);
  }
  SUBCASE("also where only a request for a signal can do it") {
    if (!is_root()) return;
    const SshServer one(
        {.host_keys = {"host_ed25519"}, .extra = "MaxSessions 1", .user = "deployer", .password = "x"});
    FakeHost host(ssh());
    log_in(host, one);
    host.with["username"] = "deployer";
    host.with["script"] = "echo pid $$; sleep 1000; echo no";
    host.with["command_timeout"] = "500ms";
    CHECK(host.run().message == "Run Command Timeout");
    CHECK_MESSAGE(::kill(std::stoi(host.text.substr(host.text.find("pid ") + 4)), 0) != 0, one.log());
  }
  SUBCASE("a script that ignores TERM is killed") {
    FakeHost host(ssh());
    log_in(host, shared_server());
    host.with["script"] = "trap '' TERM; echo pid $$; while :; do sleep 0.1; done";
    host.with["command_timeout"] = "300ms";
    CHECK(host.run().message == "Run Command Timeout");
    CHECK(::kill(std::stoi(host.text.substr(host.text.find("pid ") + 4)), 0) != 0);
  }
}

TEST_CASE("ssh: cancelled in mid-run") {
  class Cancelling : public FakeHost {
   public:
    using FakeHost::FakeHost;
    void log(std::string_view line) override {
      FakeHost::log(line);
      if (line.starts_with("pid ")) stop_.request_stop();
    }
  };
  Cancelling host(ssh());
  log_in(host, shared_server());
  host.with["script"] = "trap 'echo cleaning up; exit 1' INT; echo pid $$; sleep 1000";
  CHECK(host.run().outcome == Outcome::cancelled);
  CHECK(has(host.text, "cleaning up\n"));
  CHECK(::kill(std::stoi(host.text.substr(host.text.find("pid ") + 4)), 0) != 0);
}

TEST_CASE("ssh: a connection that breaks is an error") {
  FakeHost host(ssh());
  log_in(host, shared_server());
  host.with["script"] = "kill -KILL $PPID; sleep 3";
  CHECK(has(host.run().message, "wait: remote command exited without exit status or exit signal"));
}

TEST_CASE("ssh: several hosts") {
  const SshServer other;
  FakeHost host(ssh());
  log_in(host, shared_server());
  host.with["host"] = shared_server().address() + ", " + other.address();
  const auto first = fmt::format("127.0.0.1:{}: ", shared_server().port()),
             second = fmt::format("127.0.0.1:{}: ", other.port());
  SUBCASE("all are served, lines tell whose they are") {
    host.with["script"] = "echo here";
    CHECK(host.run().message == "");
    CHECK(has(host.text, first + "here\n"));
    CHECK(has(host.text, second + "here\n"));
  }
  // one script, two servers: SSH_CONNECTION tells them apart
  host.with["script"] =
      fmt::format("case $SSH_CONNECTION in *' {}') exit 3;; esac; echo done", shared_server().port());
  SUBCASE("one fails, the other runs to its end") {
    CHECK(host.run().message == first + "Process exited with status 3");
    CHECK(has(host.text, second + "done\n"));
  }
  SUBCASE("in turn: the rest is not started") {
    host.with["sync"] = "true";
    CHECK(host.run().message == first + "Process exited with status 3");
    CHECK_FALSE(has(host.text, "done"));
  }
}

TEST_CASE("ssh: plan and problems") {
  FakeHost host(ssh());
  host.with["host"] = "web1, web2:2222";
  host.with["username"] = "deploy";
  host.with["script"] = "a\n\nb\n";
  const auto action = ssh();
  const auto problems_are = [&](const char* want) {
    std::string text;
    for (const auto& problem : action.problems(host)) text += problem + "\n";
    CHECK_MESSAGE((*want == '\0' ? text.empty() : has(text, want)), text);
  };
  SUBCASE("effect") {
    CHECK(action.effects(host) ==
          std::vector<std::string>{"run 2 lines on deploy@web1:22, deploy@web2:2222"});
    host.with["proxy_host"] = "jump";
    host.with["proxy_username"] = "me";
    CHECK(action.effects(host).front() == "run 2 lines on deploy@web1:22, deploy@web2:2222 (via me@jump:22)");
  }
  SUBCASE("no credentials") { problems_are("can't connect without a private SSH key or password"); }
  SUBCASE("an agent will do") {
    host.env_["SSH_AUTH_SOCK"] = "/x";
    problems_are("");
  }
  SUBCASE("a key known only later is no problem") {
    host.with["key"] = "${{ steps.x.outputs.key }}";
    problems_are("");
  }
  SUBCASE("a bad key") {
    host.with["key"] = "PuTTY-User-Key-File-2";
    problems_are("key: ssh: no key found: this key is in PuTTY's format");
  }
  SUBCASE("a bad port, a bad duration") {
    host.with["password"] = "x";
    host.with["port"] = "ssh";
    host.with["command_timeout"] = "10";
    problems_are("port \"ssh\"");
    problems_are("command_timeout: \"10\" is no duration");
  }
}

TEST_CASE("ssh: variables that would have beaten the inputs are told, without their values") {
  FakeHost host(ssh());
  log_in(host, shared_server());
  host.env_["SSH_PASSWORD"] = "hunter2";
  host.run();
  const auto warnings = host.told(AnnotationLevel::warning);
  REQUIRE(warnings.size() == 1);
  CHECK(has(warnings[0].message, "SSH_PASSWORD"));
  CHECK_FALSE(has(warnings[0].message, "hunter2"));
}

}  // namespace runner::test
