// What needs no server: durations, addresses, patterns, keys, known hosts, scripts.
#include "parser/base/text.hpp"

#include <doctest/doctest.h>

#include "steps/clients/ssh/address.hpp"
#include "steps/clients/ssh/known_hosts.hpp"
#include "steps/clients/ssh/private_key.hpp"
#include "steps/clients/ssh/script.hpp"
#include "steps/formats/go_duration.hpp"
#include "steps/formats/go_glob.hpp"
#include "steps/step.hpp"
#include "tests/support/ssh_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

TEST_CASE("ssh: durations as Go writes them") {
  struct Case {
    const char *why, *text;
    long long want;
  };  // -1: refused
  for (const auto& c : {Case{"seconds", "90s", 90'000}, Case{"two units", "1h30m", 5'400'000},
                        Case{"a fraction", "1.5m", 90'000}, Case{"milliseconds are no minutes", "250ms", 250},
                        Case{"zero needs no unit", "0", 0}, Case{"a bare number is refused", "10", -1},
                        Case{"empty is refused", "", -1}, Case{"an unknown unit is refused", "3d", -1},
                        Case{"a unit alone is refused", "s", -1}, Case{"blanks are refused", "1 s", -1},
                        Case{"a point needs a digit", ".s", -1}, Case{"a point first is fine", ".5s", 500},
                        Case{"a sign", "+2s", 2'000}, Case{"microseconds", "1500\u00b5s", 2},
                        Case{"too long for Go", "999999999h", -1}}) {
    SUBCASE(c.why) {
      const auto got = parse_go_duration(c.text);
      CHECK((got ? got->count() : -1) == c.want);
    }
  }
}

TEST_CASE("ssh: host lists") {
  struct Case {
    const char *why, *list, *want;
  };
  for (const auto& c :
       {Case{"default port", "web1", "web1:2200"}, Case{"own port", "web1:22", "web1:22"},
        Case{"blanks and empty items go", " a , ,b:1,", "a:2200 b:1"}, Case{"IPv6 bare", "::1", "[::1]:2200"},
        Case{"IPv6 with port", "[::1]:24", "[::1]:24"},
        Case{"a line break does not separate", "a\nb", "a\nb:2200"}, Case{"nothing", " , ", ""},
        Case{"port of an unset secret", "a:", "a:2200"}, Case{"no port", "a:x", "!"},
        Case{"port too large", "a:70000", "!"}, Case{"bracket open", "[::1", "!"}}) {
    SUBCASE(c.why) {
      std::string got;
      try {
        for (const auto& address : ssh_addresses(c.list, 2200))
          got += (got.empty() ? "" : " ") + address.text();
      } catch (const InputError&) {
        got = "!";
      }
      CHECK(got == c.want);
    }
  }
}

TEST_CASE("ssh: patterns as Go's filepath.Match") {
  struct Case {
    const char *pattern, *name;
    int want;
  };  // -1: malformed
  for (const auto& c : {Case{"*", "abc", 1},
                        Case{"*", ".env", 1},
                        Case{"*", "a/b", 0},
                        Case{"*c", "abc", 1},
                        Case{"a*/b", "abc/b", 1},
                        Case{"a*/b", "a/c/b", 0},
                        Case{"a*b*c*d*e*/f", "axbxcxdxe/f", 1},
                        Case{"a*b*c*d*e*/f", "axbxcxdxexxx/fff", 0},
                        Case{"a?c", "abc", 1},
                        Case{"a?c", "a\u00e4c", 1},
                        Case{"a?c", "a/c", 0},
                        Case{"[a-c]x", "bx", 1},
                        Case{"[^a-c]x", "bx", 0},
                        Case{"[^a-c]x", "dx", 1},
                        Case{"a\\*b", "a*b", 1},
                        Case{"a\\*b", "axb", 0},
                        Case{"[]a]", "]", -1},
                        Case{"[-]", "-", -1},
                        Case{"[x-]", "x", -1},
                        Case{"[", "a", -1},
                        Case{"[^", "a", -1},
                        Case{"a[", "ab", -1},
                        Case{"*x", "xxx", 1},
                        Case{"", "", 1},
                        Case{"", "a", 0},
                        Case{"a\\", "a", -1},
                        Case{"ab[c]", "abc", 1},
                        Case{"ab[^b-d]", "abc", 0},
                        Case{"{a,b}", "a", 0},
                        Case{"**", "abc", 1}}) {
    CAPTURE(c.pattern);
    CAPTURE(c.name);
    const auto got = go_match(c.pattern, c.name);
    CHECK((got ? static_cast<int>(*got) : -1) == c.want);
  }
}

TEST_CASE("ssh: patterns over files keep the spelling Go gives them") {
  const TempDir folder;
  for (const auto* name : {"dist/a.txt", "dist/.hidden", "dist/sub/b.txt", "x/c", "star*"})
    folder.write(name, "");
  struct Case {
    const char *pattern, *want;
  };
  for (const auto& c :
       {Case{"dist/*", "dist/.hidden dist/a.txt dist/sub"}, Case{"./dist/*.txt", "dist/a.txt"},
        Case{"./x/", "./x/"}, Case{"dist", "dist"}, Case{"none", ""}, Case{"*/c", "x/c"},
        Case{"*/*/b*", "dist/sub/b.txt"}, Case{".", "."}, Case{"nope/*", ""}, Case{"star\\*", "star*"}}) {
    CAPTURE(c.pattern);
    std::string got;
    for (const auto& name : go_glob(folder.path(), c.pattern)) got += (got.empty() ? "" : " ") + name;
    CHECK(got == c.want);
  }
}

TEST_CASE("ssh: private keys as users paste them") {
  const std::string key = read_file(key_file("ed25519")), locked = read_file(key_file("locked"));
  CHECK(normalized_private_key(key) == key);
  CHECK(normalized_private_key("\n  " + replace_all(key, "\n", "\r\n  ") + "\n\n") == key);
  CHECK(normalized_private_key(trim(key)) == key);
  struct Case {
    const char* why;
    std::string text;
    bool passphrase;
    const char* want;
  };
  for (const auto& c :
       {Case{"a good key", key, false, ""}, Case{"a locked one with passphrase", locked, true, ""},
        Case{"a locked one without", locked, false, "this private key is passphrase protected"},
        Case{"old PEM, locked",
             "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nx\n-----END RSA PRIVATE KEY-----\n",
             false, "passphrase protected"},
        Case{"PuTTY's format", "PuTTY-User-Key-File-3: ssh-ed25519\n", false, "PuTTY's format"},
        Case{"the public half", read_file(key_file("ed25519").string() + ".pub"), false, "public key"},
        Case{"something else", "hunter2", false, "ssh: no key found"},
        Case{"line breaks lost", replace_all(key, "\n", " "), false, "one line"},
        Case{"cut short", key.substr(0, 100), false, "cut short"}}) {
    SUBCASE(c.why) {
      const auto got = private_key_problem(c.text, c.passphrase).value_or("");
      CHECK((*c.want == '\0' ? got.empty() : got.find(c.want) != std::string::npos));
    }
  }
}

TEST_CASE("ssh: why a key was not opened by its passphrase") {
  const TempDir folder;
  const auto locked_with = [&](const std::string& cipher) {
    const auto file = (folder.path() / cipher).string();
    REQUIRE(std::system(("ssh-keygen -q -t ed25519 -N 'open sesame' -Z " + cipher + " -f " + file).c_str()) ==
            0);
    return read_file(file);
  };
  const char* const wrong = "ssh: the `passphrase` given does not open this private key";
  CHECK(locked_key_problem(locked_with("aes256-ctr")) == wrong);
  CHECK(locked_key_problem(locked_with("aes256-gcm@openssh.com")) == wrong);
  CHECK(locked_key_problem(locked_with("chacha20-poly1305@openssh.com")) ==
        "ssh: this private key is encrypted with chacha20-poly1305@openssh.com, which cannot be read here; "
        "`ssh-keygen -p -Z aes256-ctr -f KEY` encrypts it otherwise");
  CHECK(locked_key_problem(
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n-----END ENCRYPTED PRIVATE KEY-----\n") == wrong);
  CHECK(locked_key_problem(read_file(key_file("ed25519"))) == "");
}

TEST_CASE("ssh: known hosts") {
  const std::string blob(
      "\0\0\0\x0bssh-ed25519"
      "AAAA",
      19),
      other(
          "\0\0\0\x0bssh-ed25519"
          "BBBB",
          19),
      rsa("\0\0\0\x07ssh-rsa"
          "CC",
          13);
  const auto line = [](const std::string& names, const std::string& type, const std::string& key) {
    return names + " " + type + " " + base64(key) + " comment\n";
  };
  using Kind = HostKeyVerdict::Kind;
  struct Case {
    const char* why;
    std::string text;
    SshAddress address;
    Kind want;
    int at;
  };
  for (const auto& c :
       {Case{"the key on file", "# x\n\n" + line("web1", "ssh-ed25519", blob), {"web1", 22}, Kind::known, 3},
        Case{"nothing on file", line("web2", "ssh-ed25519", blob), {"web1", 22}, Kind::unknown, 0},
        Case{
            "another key on file", "\n" + line("web1", "ssh-ed25519", other), {"web1", 22}, Kind::changed, 2},
        Case{"only a key of another type on file",
             line("web1", "ssh-rsa", rsa),
             {"web1", 22},
             Kind::changed,
             1},
        Case{"several keys, one fits",
             line("web1", "ssh-ed25519", other) + line("web1", "ssh-ed25519", blob),
             {"web1", 22},
             Kind::known,
             2},
        Case{"names in any case", line("WEB1,10.0.0.1", "ssh-ed25519", blob), {"Web1", 22}, Kind::known, 1},
        Case{"a port has its own lines",
             line("[web1]:2222", "ssh-ed25519", blob),
             {"web1", 2222},
             Kind::known,
             1},
        Case{"the plain host vouches for a port",
             line("web1", "ssh-ed25519", blob),
             {"web1", 2222},
             Kind::known,
             1},
        Case{"but does not refuse one", line("web1", "ssh-ed25519", other), {"web1", 2222}, Kind::unknown, 0},
        Case{"wildcards",
             line("*.example.com,!bad.example.com", "ssh-ed25519", blob),
             {"a.example.com", 22},
             Kind::known,
             1},
        Case{"negated",
             line("*.example.com,!bad.example.com", "ssh-ed25519", blob),
             {"bad.example.com", 22},
             Kind::unknown,
             0},
        Case{"revoked",
             "@revoked " + line("*", "ssh-ed25519", blob) + line("web1", "ssh-ed25519", blob),
             {"web1", 22},
             Kind::revoked,
             1},
        Case{"authorities say nothing here",
             "@cert-authority " + line("*", "ssh-ed25519", other),
             {"web1", 22},
             Kind::unknown,
             0},
        Case{"rubbish is passed over", "web1\nweb1 ssh-ed25519 ***\n", {"web1", 22}, Kind::unknown, 0}}) {
    SUBCASE(c.why) {
      KnownHosts known;
      known.add_text("file", c.text);
      const auto got = known.judge(c.address, {blob});
      CHECK(got.kind == c.want);
      CHECK((got.line == nullptr ? 0 : got.line->line) == c.at);
    }
  }
}

TEST_CASE("ssh: hashed names, as ssh-keygen -H writes them") {
  const TempDir folder;
  const auto key = read_file(key_file("ed25519").string() + ".pub");
  const auto file = folder.write("known_hosts", "[example.com]:2222 " + key);
  REQUIRE(std::system(("ssh-keygen -q -H -f " + file.string() + " >/dev/null 2>&1").c_str()) == 0);
  const auto text = read_file(file);
  REQUIRE(text.starts_with("|1|"));
  const auto names = split(text, ' ').front();
  CHECK(known_host_matches(names, "[example.com]:2222"));
  CHECK_FALSE(known_host_matches(names, "example.com"));
}

TEST_CASE("ssh: remembering a key writes a private file that reads back") {
  const TempDir folder;
  const std::string blob(
      "\0\0\0\x0bssh-ed25519"
      "AAAA",
      19);
  const auto file = folder.path() / "state" / "known_hosts";
  remember_host_key(file, {"web1", 22}, {blob});
  remember_host_key(file, {"::1", 2222}, {blob});
  remember_host_key(file, {"web1", 22}, {blob});
  CHECK(split_lines(read_file(file)).size() == 2);
  CHECK(static_cast<int>(std::filesystem::status(file).permissions()) == 0600);
  KnownHosts known;
  known.add_file(file);
  CHECK(known.judge({"::1", 2222}, {blob}).kind == HostKeyVerdict::Kind::known);
  CHECK(known.types({"web1", 22}) == std::vector<std::string>{"ssh-ed25519"});
}

TEST_CASE("ssh: variables are handed over quoted") {
  const Environment env{{"TAG", "v1"},
                        {"QUOTE", "it's $HOME"},
                        {"GITHUB_SHA", "abc"},
                        {"INPUT_KEY", "secret"},
                        {"INPUT_PROXY_PASSWORD", "secret"},
                        {"INPUT_TARGET", "x"},
                        {"OTHER", "y"}};
  const auto joined = [&](std::string_view names, bool all, std::string_view format) {
    std::string text;
    for (const auto& line : export_lines(env, names, all, format)) text += line + ";";
    return text;
  };
  const char* kFormat = "export {NAME}={VALUE}";
  CHECK(joined("tag, QUOTE,missing", false, kFormat) == "export TAG='v1';export QUOTE='it'\\''s $HOME';");
  CHECK(joined("", false, kFormat) == "");
  CHECK(joined("", true, kFormat) == "export GITHUB_SHA='abc';export INPUT_TARGET='x';");
  CHECK(joined("TAG", false, "set -x {NAME} {VALUE}") == "set -x TAG 'v1';");
}

TEST_CASE("ssh: paths on the server expand ~ and variables, nothing else") {
  struct Case {
    const char *path, *want;
  };
  for (const auto& c :
       {Case{"/var/www/my app", "\"/var/www/my app\""}, Case{"~/app", "~/\"app\""}, Case{"~", "~"},
        Case{"~/", "~/"}, Case{"~deploy/app", "~deploy/\"app\""}, Case{"$HOME/app", "\"$HOME/app\""},
        Case{"${HOME}/a", "\"${HOME}/a\""}, Case{"/x/$(touch pwned)", "\"/x/\\$(touch pwned)\""},
        Case{"a;b`c`", "\"a;b\\`c\\`\""}, Case{"a\"b\\", "\"a\\\"b\\\\\""},
        Case{"~$(id)/x", "\"~\\$(id)/x\""}, Case{"${x:-$(id)}", "\"\\${x:-\\$(id)}\""}}) {
    CHECK(remote_path(c.path) == c.want);
  }
}

TEST_CASE("ssh: versions decide by what was written") {
  struct Case {
    const char* why;
    ActionVersion version;
    bool want;
  };
  for (const auto& c : {Case{"unknown is the newest", {}, true}, Case{"v1 moves", {1, 0, 0, 1}, true},
                        Case{"v1.0.0 does not", {1, 0, 0, 3}, false}, Case{"v1.2 moves", {1, 2, 0, 2}, true},
                        Case{"v0.1.10 is old", {0, 1, 10, 3}, false}, Case{"v1.2.0", {1, 2, 0, 3}, true},
                        Case{"v2 is later", {2, 0, 0, 1}, true}, Case{"v1.1", {1, 1, 0, 2}, false}}) {
    SUBCASE(c.why) { CHECK(c.version.at_least(1, 2, 0) == c.want); }
  }
}

}  // namespace runner::test
