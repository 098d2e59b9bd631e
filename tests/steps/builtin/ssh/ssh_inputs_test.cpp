// Every input of ssh-action and scp-action: its fallback, and what it does against a real sshd.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction scp();
BuiltinAction ssh();
}  // namespace runner

namespace runner::test {
namespace {

using Inputs = std::map<std::string, std::string>;

// builtin-actions.md 8: what is not given.
const Inputs kShared{{"host", ""},
                     {"port", "22"},
                     {"protocol", "tcp"},
                     {"username", ""},
                     {"password", ""},
                     {"key", ""},
                     {"key_path", ""},
                     {"passphrase", ""},
                     {"fingerprint", ""},
                     {"timeout", "30s"},
                     {"command_timeout", "10m"},
                     {"cipher", ""},
                     {"use_insecure_cipher", "false"},
                     {"proxy_host", ""},
                     {"proxy_port", "22"},
                     {"proxy_protocol", "tcp"},
                     {"proxy_username", ""},
                     {"proxy_password", ""},
                     {"proxy_key", ""},
                     {"proxy_key_path", ""},
                     {"proxy_passphrase", ""},
                     {"proxy_fingerprint", ""},
                     {"proxy_timeout", "30s"},
                     {"proxy_cipher", ""},
                     {"proxy_use_insecure_cipher", "false"},
                     {"capture_stdout", "false"},
                     {"debug", "false"},
                     {"curl_insecure", "false"},
                     {"version", ""}};
const Inputs kSsh{{"script", ""},           {"script_path", ""},     {"envs", ""},
                  {"script_stop", "false"}, {"sync", "false"},       {"envs_format", "export {NAME}={VALUE}"},
                  {"allenvs", "false"},     {"request_pty", "false"}};
const Inputs kScp{{"source", ""},         {"target", ""},
                  {"rm", "false"},        {"strip_components", "0"},
                  {"overwrite", "false"}, {"tar_dereference", "false"},
                  {"tar_tmp_path", ""},   {"tar_exec", "tar"}};

void check_inputs(const BuiltinAction& action, const Inputs& own) {
  auto want = kShared;
  want.insert(own.begin(), own.end());
  Inputs got;
  for (const auto& input : action.spec.inputs) got[input.name] = input.fallback;
  CHECK(got == want);
  REQUIRE(action.spec.outputs.size() == 1);
  CHECK(action.spec.outputs[0].first == "stdout");
}

}  // namespace

TEST_CASE("ssh: all inputs and outputs, with their fallbacks") {
  check_inputs(ssh(), kSsh);
  check_inputs(scp(), kScp);
}

TEST_CASE("ssh: what each input does") {
  struct Case {
    const char* why;
    Inputs with;
    const char *message, *text;
  };
  for (const auto& c :
       {Case{"an empty port is 22, unless the host names one", {{"port", ""}}, "", "to all hosts"},
        Case{"tcp4", {{"protocol", "tcp4"}}, "", ""},
        Case{"an unknown protocol",
             {{"protocol", "udp"}},
             "protocol: \"udp\" is not one of tcp, tcp4, tcp6",
             ""},
        Case{"old ciphers too", {{"use_insecure_cipher", "true"}}, "", ""},
        Case{"several ciphers", {{"cipher", "aes256-cbc, aes128-ctr"}}, "", ""},
        Case{"a cipher nobody knows", {{"cipher", "rot13"}}, "cipher: none of \"rot13\" is known here", ""},
        Case{"a longer time", {{"timeout", "1m30s"}}, "", ""},
        Case{
            "time without a unit", {{"command_timeout", "10"}}, "command_timeout: \"10\" is no duration", ""},
        Case{"no limit", {{"command_timeout", "0s"}}, "", ""},
        Case{"names of variables, in any case", {{"envs", "tag"}, {"script", "echo =$TAG"}}, "", "=v1\n"},
        Case{"a format of their own",
             {{"envs", "TAG"}, {"envs_format", "{NAME}={VALUE}; readonly {NAME}"}, {"script", "echo =$TAG"}},
             "",
             "=v1\n"},
        Case{"all variables, but no secrets",
             {{"allenvs", "true"}, {"script", "echo =$GITHUB_SHA.$INPUT_KEY.$INPUT_PASSWORD.$TAG"}},
             "",
             "=abc...\n"},
        Case{"stdout and stderr as one", {{"request_pty", "true"}, {"script", "echo one >&2"}}, "", "one\n"},
        Case{"debug and what else means nothing here",
             {{"debug", "true"}, {"curl_insecure", "true"}, {"version", "1.8.0"}},
             "",
             ""},
        Case{"a fingerprint without its padding, with a blank",
             {{"fingerprint", " " + fingerprint_of("host_rsa") + "= "}},
             "",
             ""}}) {
    SUBCASE(c.why) {
      FakeHost host(ssh());
      log_in(host, shared_server());
      host.env_["TAG"] = "v1", host.env_["GITHUB_SHA"] = "abc";
      host.env_["INPUT_KEY"] = host.env_["INPUT_PASSWORD"] = "hidden";
      for (const auto& [name, value] : c.with) host.with[name] = value;
      const auto message = host.run().message;
      CHECK_MESSAGE((*c.message == '\0' ? message.empty() : has(message, c.message)), message);
      CHECK_MESSAGE(has(host.text, c.text), host.text);
    }
  }
}

TEST_CASE("ssh: what each input of the jump host does" * doctest::skip(!is_root())) {
  static const SshServer jump({.host_keys = {"host_ed25519", "host_rsa"}, .user = "hop", .password = "pw 1"});
  struct Case {
    const char* why;
    Inputs with;
    const char* message;
  };
  const auto key = [](const char* name) { return read_file(key_file(name)); };
  for (const auto& c :
       {Case{"a password", {{"proxy_password", "pw 1"}}, ""},
        Case{"a wrong password", {{"proxy_password", "pw 2"}}, "attempted methods [none password]"},
        Case{"a key", {{"proxy_key", key("ed25519")}}, ""},
        Case{"a key with a passphrase",
             {{"proxy_key", key("locked")}, {"proxy_passphrase", "open sesame"}},
             ""},
        Case{"a key file", {{"proxy_key_path", key_file("rsa").string()}}, ""},
        Case{"nothing to log in with",
             {},
             "can't connect without a private SSH key or password (of the jump host)"},
        Case{"its fingerprint",
             {{"proxy_password", "pw 1"}, {"proxy_fingerprint", fingerprint_of("host_rsa")}},
             ""},
        Case{"another one's fingerprint",
             {{"proxy_password", "pw 1"}, {"proxy_fingerprint", fingerprint_of("other_ed25519")}},
             "ssh: handshake failed: ssh: host key fingerprint mismatch"},
        Case{"a protocol",
             {{"proxy_password", "pw 1"}, {"proxy_protocol", "tcp6"}},
             "dial tcp: lookup 127.0.0.1"},
        Case{"a cipher",
             {{"proxy_password", "pw 1"}, {"proxy_cipher", "aes128-cbc"}},
             "ssh: handshake failed"},
        Case{"old ciphers too", {{"proxy_password", "pw 1"}, {"proxy_use_insecure_cipher", "true"}}, ""},
        Case{"a time",
             {{"proxy_password", "pw 1"}, {"proxy_timeout", "x"}},
             "proxy_timeout: \"x\" is no duration"},
        Case{"several of them",
             {{"proxy_host", "a,b"}, {"proxy_password", "x"}},
             "one jump host is possible"}}) {
    SUBCASE(c.why) {
      FakeHost host(ssh());
      log_in(host, shared_server());
      host.with["proxy_host"] = "127.0.0.1";
      host.with["proxy_port"] = std::to_string(jump.port());
      host.with["proxy_username"] = "hop";
      host.with["script"] = "id -un";
      for (const auto& [name, value] : c.with) host.with[name] = value;
      const auto message = host.run().message;
      CHECK_MESSAGE((*c.message == '\0' ? message.empty() : has(message, c.message)), message);
      if (message.empty()) CHECK(has(host.text, current_user() + "\n"));
      CHECK_FALSE(has(message + host.text, "pw 2"));
    }
  }
}

TEST_CASE("ssh: output with several hosts, by version") {
  struct Case {
    const char* why;
    ActionVersion version;
    const char *out, *err;
  };
  for (const auto& c : {Case{"0.1.x", {0, 1, 10, 3}, "out: one\n", "err: two\n"},
                        Case{"1.0.x", {1, 0, 3, 3}, "out: one\n", "err: two\n"},
                        Case{"1.1.x", {1, 1, 0, 3}, "out: one\n", "err: two\n"},
                        Case{"1.2.0", {1, 2, 0, 3}, "one\n", "two\n"},
                        Case{"v1", {1, 0, 0, 1}, "one\n", "two\n"}, Case{"master", {}, "one\n", "two\n"}}) {
    SUBCASE(c.why) {
      const SshServer other;
      FakeHost host(ssh());
      log_in(host, shared_server());
      host.with["host"] = shared_server().address() + "," + other.address();
      host.with["script"] = "echo one; echo two >&2";
      host.version_ = c.version;
      CHECK(host.run().message == "");
      for (const auto& address : {shared_server().address(), other.address()}) {
        CHECK(has("\n" + host.text, "\n" + address + ": " + c.out));
        CHECK(has(host.text, address + ": " + c.err));
      }
    }
  }
}

}  // namespace runner::test
