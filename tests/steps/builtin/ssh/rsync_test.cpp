// burnett01/rsync-deployments and easingthemes/ssh-deploy with the real rsync against a real sshd.
#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/ssh/home_program.hpp"
#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_plan_host.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction rsync_deployments();
BuiltinAction ssh_deploy();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Deploy {
  explicit Deploy(BuiltinAction built_in) : action(built_in), host(std::move(built_in)) {
    fs::create_directories(site());
    // as in a job: what stands for ssh there comes first
    const auto programs = folder.path() / "ssh-programs";
    fs::create_directories(programs);
    for (const auto* name : kSshPrograms) fs::create_symlink(RUNNER_BINARY, programs / name);
    host.env_["PATH"] = programs.string() + ":/usr/local/bin:/usr/bin:/bin";
  }
  void program(const std::string& name, std::string_view text) const {
    const auto file = folder.path() / "programs" / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n" << text;
    fs::permissions(file, fs::perms::owner_all);
  }
  fs::path site() const { return folder.path() / "site"; }
  void file(const std::string& name, std::string_view text) const {
    fs::create_directories((host.workspace() / name).parent_path());
    std::ofstream(host.workspace() / name, std::ios::binary) << text;
  }
  std::vector<std::string> differences() {
    FakePlanHost plan(host);
    return action.differences(plan);
  }
  bool left_nothing() const { return fs::is_empty(host.temp()); }

  TempDir folder;
  BuiltinAction action;
  FakeHost host;
};

struct Burnett : Deploy {
  explicit Burnett(const SshServer& server = shared_server()) : Deploy(rsync_deployments()) {
    host.with = {{"switches", "-avzr --delete"},
                 {"path", "dist/"},
                 {"remote_path", site().string() + "/"},
                 {"remote_host", "127.0.0.1"},
                 {"remote_port", std::to_string(server.port())},
                 {"remote_user", current_user()},
                 {"remote_key", read_file(key_file("ed25519"))}};
    file("dist/index.html", "hello");
    file("dist/a/b.css", "body {}");
  }
};

struct Easing : Deploy {
  explicit Easing(const SshServer& server = shared_server()) : Deploy(ssh_deploy()) {
    host.with = {{"SSH_PRIVATE_KEY", read_file(key_file("ed25519"))},
                 {"REMOTE_HOST", "127.0.0.1"},
                 {"REMOTE_PORT", std::to_string(server.port())},
                 {"REMOTE_USER", current_user()},
                 {"SOURCE", "dist/"},
                 {"TARGET", site().string() + "/"}};
    file("dist/index.html", "hello");
    file("dist/a/b.css", "body {}");
  }
};

constexpr const char* kNoRsync = "ForceCommand sh -c 'echo rsync: not found >&2; exit 127'";

}  // namespace

TEST_CASE("rsync-deployments: sends, deletes, and leaves no key behind") {
  Burnett deploy;
  std::ofstream(deploy.site() / "old.html") << "old";
  CHECK(deploy.host.run().message == "");
  CHECK(read_file(deploy.site() / "index.html") == "hello");
  CHECK(read_file(deploy.site() / "a/b.css") == "body {}");
  CHECK_FALSE(fs::exists(deploy.site() / "old.html"));
  CHECK(has(deploy.host.text, "deleting old.html"));
  CHECK(has(deploy.host.text, fmt::format("rsync -avzr --delete -e 'ssh -p {}' {}/dist/ {}@127.0.0.1:{}/",
                                          shared_server().port(), deploy.host.workspace().string(),
                                          current_user(), deploy.site().string())));
  CHECK(deploy.left_nothing());
  CHECK(deploy.host.notes.size() == 1);
}

TEST_CASE("rsync-deployments: what the inputs mean") {
  struct Case {
    const char *why, *name, *value, *there, *not_there;
  };
  for (const auto& c :
       {Case{"without path all of the workspace goes", "path", "", "dist/index.html", "index.html"},
        Case{"a folder without slash is itself sent", "path", "dist", "dist/a/b.css", "index.html"},
        Case{"a pattern is expanded", "path", "dist/*.html", "index.html", "a"},
        Case{"quotes in switches", "switches", "-a --exclude='*.css' --exclude \"x y\"", "index.html",
             "a/b.css"},
        Case{"options of ssh", "rsh", "-o Compression=yes -4", "index.html", "x"},
        Case{"old RSA keys are allowed", "legacy_allow_rsa_hostkeys", "true", "index.html", "x"},
        Case{"strict checking, as always here", "strict_hostkeys_checking", "true", "index.html", "x"}}) {
    SUBCASE(c.why) {
      Burnett deploy;
      deploy.host.with[c.name] = c.value;
      CHECK(deploy.host.run().message == "");
      CHECK(fs::exists(deploy.site() / c.there));
      CHECK_FALSE(fs::exists(deploy.site() / c.not_there));
    }
  }
}

TEST_CASE("rsync-deployments: keys") {
  Burnett deploy;
  SUBCASE("with a passphrase") {
    deploy.host.with["remote_key"] = read_file(key_file("locked"));
    deploy.host.with["remote_key_pass"] = "open sesame";
    CHECK(deploy.host.run().message == "");
    CHECK(read_file(deploy.site() / "index.html") == "hello");
    CHECK_FALSE(has(deploy.host.text, "open sesame"));
    CHECK(std::count(deploy.host.masks.begin(), deploy.host.masks.end(), "open sesame") == 1);
    CHECK(deploy.left_nothing());
  }
  SUBCASE("the passphrase is missing") {
    deploy.host.with["remote_key"] = read_file(key_file("locked"));
    CHECK(deploy.host.run().message ==
          "ssh: this private key is passphrase protected, and `remote_key_pass` is empty");
  }
  SUBCASE("a wrong passphrase") {
    deploy.host.with["remote_key"] = read_file(key_file("locked"));
    deploy.host.with["remote_key_pass"] = "wrong";
    const auto message = deploy.host.run().message;
    CHECK(message == "ssh: the `remote_key_pass` given does not open this private key");
    CHECK(deploy.left_nothing());
  }
  SUBCASE("CR LF and no last line end") {
    auto key = replace_all(read_file(key_file("ed25519")), "\n", "\r\n");
    deploy.host.with["remote_key"] = key.substr(0, key.size() - 2);
    CHECK(deploy.host.run().message == "");
  }
  SUBCASE("one that the server does not know") {
    deploy.host.with["remote_key"] = read_file(key_file("stranger"));
    const auto message = deploy.host.run().message;
    CHECK_MESSAGE(has(message, "does not accept this key"), message);
    CHECK(deploy.left_nothing());
  }
  SUBCASE("a public one") {
    deploy.host.with["remote_key"] = "ssh-ed25519 AAAA me";
    CHECK(has(deploy.host.run().message, "this is a public key"));
  }
}

TEST_CASE("rsync-deployments: host keys") {
  const SshServer server;
  Burnett deploy(server);
  const auto own = deploy.host.state_dir() / "known_hosts",
             users = deploy.host.user_home() / ".ssh" / "known_hosts";
  fs::create_directories(users.parent_path());
  SUBCASE("a new one is shown and remembered") {
    CHECK(deploy.host.run().message == "");
    CHECK(has(deploy.host.notices(), "is new: its host key ssh-ed25519 " + fingerprint_of("host_ed25519")));
    CHECK(has(read_file(own), trim(server.known_hosts_line("host_ed25519"))));
    deploy.host.annotations.clear();
    deploy.host.strict_host_keys_ = true;
    CHECK(deploy.host.run().message == "");
    CHECK_FALSE(has(deploy.host.notices() + deploy.host.text, "is new"));
    CHECK_FALSE(fs::exists(users));
  }
  SUBCASE("strict refuses it") {
    deploy.host.strict_host_keys_ = true;
    CHECK(has(deploy.host.run().message, "the host key of 127.0.0.1 is unknown, and strict host keys"));
    CHECK_FALSE(fs::exists(own));
    CHECK_FALSE(fs::exists(deploy.site() / "index.html"));
  }
  SUBCASE("so does the workflow's own option") {
    deploy.host.with["rsh"] = "-o StrictHostKeyChecking=yes";
    CHECK(has(deploy.host.run().message, "strict host keys"));
  }
  SUBCASE("an option that switches checking off does not") {
    std::ofstream(users) << server.known_hosts_line("other_ed25519");
    deploy.host.with["rsh"] = "-o StrictHostKeyChecking=no";
    const auto message = deploy.host.run().message;
    CHECK(has(message, "the host key of 127.0.0.1 has changed"));
    CHECK(has(message, users.string() + ":1"));
    CHECK_FALSE(fs::exists(deploy.site() / "index.html"));
  }
  SUBCASE("the user's file counts") {
    std::ofstream(users) << server.known_hosts_line("host_ed25519");
    deploy.host.strict_host_keys_ = true;
    CHECK(deploy.host.run().message == "");
    CHECK(read_file(own) == "");
  }
}

TEST_CASE("rsync-deployments: failures") {
  SUBCASE("an empty remote_path") {
    Burnett deploy;
    deploy.host.with["remote_path"] = "  ";
    CHECK(deploy.host.run().message == "The remote_path can not be empty.");
    CHECK(deploy.action.problems(deploy.host) ==
          std::vector<std::string>{"The remote_path can not be empty."});
  }
  SUBCASE("a port that is none") {
    Burnett deploy;
    deploy.host.with["remote_port"] = "ssh";
    CHECK(has(deploy.action.problems(deploy.host).at(0), "remote_port: "));
  }
  SUBCASE("a source that is not there") {
    Burnett deploy;
    deploy.host.with["path"] = "none/";
    const auto message = deploy.host.run().message;
    CHECK_MESSAGE(has(message, "rsync exited with code 23: some files could not be transferred"), message);
    CHECK(has(message, "none"));
  }
  SUBCASE("no rsync here") {
    Burnett deploy;
    deploy.host.env_["PATH"] = deploy.folder.path().string();
    CHECK(has(deploy.host.run().message, "apt-get install rsync, here and on the server too"));
  }
  SUBCASE("no rsync there") {
    const SshServer bare({.host_keys = {"host_ed25519"}, .extra = kNoRsync, .user = "", .password = ""});
    Burnett deploy(bare);
    const auto message = deploy.host.run().message;
    CHECK_MESSAGE(has(message, "rsync is missing on 127.0.0.1: apt-get install rsync there"), message);
  }
  SUBCASE("it is not there that something is missing") {
    struct Case {
      const char *why, *program, *text, *want;
    };
    for (const auto& c : {Case{"ssh, which says so", "ssh",
                               "echo 'ssh: not found: apt-get install openssh-client' >&2; exit 127",
                               "ssh: not found: apt-get install openssh-client"},
                          Case{"what a wrapper of rsync starts", "rsync", "exec /none/rsync \"$@\"",
                               "a program was not found on this machine"},
                          Case{"a folder whose name has rsync in it", "ssh", "exec /none/rsync-1/ssh \"$@\"",
                               "/none/rsync-1/ssh: not found"}}) {
      SUBCASE(c.why) {
        Burnett deploy;
        deploy.program(c.program, c.text);
        auto& path = deploy.host.env_["PATH"];
        path = (deploy.folder.path() / "programs").string() + ":" + path;
        const auto message = deploy.host.run().message;
        CHECK_MESSAGE(has(message, c.want), message);
        CHECK_FALSE(has(message, "is missing on"));
      }
    }
  }
  SUBCASE("nobody listens") {
    Burnett deploy;
    deploy.host.with["remote_port"] = "1";
    CHECK(has(deploy.host.run().message, "Connection refused"));
  }
  SUBCASE("stopped") {
    Burnett deploy;
    deploy.host.stop_.request_stop();
    CHECK(deploy.host.run().outcome == Outcome::cancelled);
    CHECK(deploy.left_nothing());
  }
}

TEST_CASE("rsync-deployments: the plan compares and changes nothing") {
  Burnett deploy;
  const auto destination = fmt::format("{}@127.0.0.1:{}/", current_user(), deploy.site().string());
  std::ofstream(deploy.site() / "old.html") << "old";
  std::ofstream(deploy.site() / "index.html") << "hallo, other";
  SUBCASE("new, changed, deleted") {
    CHECK(deploy.differences() ==
          std::vector<std::string>{"send 2 files to " + destination + ": 1 new, 1 changed; 12 Bytes",
                                   "delete 1 file on " + destination, "  + a/b.css", "  ~ index.html",
                                   "  - old.html"});
    CHECK(read_file(deploy.site() / "index.html") == "hallo, other");
    CHECK(fs::exists(deploy.site() / "old.html"));
    CHECK(deploy.left_nothing());
    CHECK_FALSE(fs::exists(deploy.host.state_dir() / "known_hosts"));
  }
  SUBCASE("remembered host keys count") {
    std::ofstream(deploy.host.state_dir() / "known_hosts")
        << shared_server().known_hosts_line("other_ed25519");
    CHECK_THROWS_WITH_AS(deploy.differences(), doctest::Contains("has changed"), Error);
  }
  SUBCASE("nothing to do") {
    CHECK(deploy.host.run().message == "");
    CHECK(deploy.differences() == std::vector<std::string>{destination + ": nothing to send"});
  }
  SUBCASE("options that act all the same are left out") {
    const auto made = deploy.folder.path() / "made", log = deploy.folder.path() / "log";
    deploy.host.with["switches"] =
        fmt::format("-a --log-file={} --rsync-path 'mkdir {} && rsync'", log.string(), made.string());
    CHECK(deploy.differences().size() == 3);
    CHECK_FALSE(fs::exists(made));
    CHECK_FALSE(fs::exists(log));
  }
  CHECK(deploy.action.effects(deploy.host).at(0).starts_with("send dist/ to " + destination + " with rsync"));
}

TEST_CASE("ssh-deploy: sends with the original's options") {
  Easing deploy;
  std::ofstream(deploy.site() / "old.html") << "old";
  SUBCASE("nothing is deleted unless asked") {
    CHECK(deploy.host.run().message == "");
    CHECK(read_file(deploy.site() / "a/b.css") == "body {}");
    CHECK(fs::exists(deploy.site() / "old.html"));
    CHECK(has(deploy.host.text, " --recursive -rlgoDzvc -i\n"));
    CHECK(has(deploy.host.text, "-o StrictHostKeyChecking=no' --recursive"));
    CHECK(deploy.left_nothing());
  }
  SUBCASE("before v4 with other options") {
    deploy.host.version_ = {2, 2, 1, 3};
    CHECK(deploy.host.run().message == "");
    CHECK(has(deploy.host.text, " --recursive -rltgoDzvO\n"));
  }
  SUBCASE("excluded and deleted") {
    deploy.host.with["ARGS"] = "-rlz --delete";
    deploy.host.with["EXCLUDE"] = "/a/, *.map";
    CHECK(deploy.host.run().message == "");
    CHECK(fs::exists(deploy.site() / "index.html"));
    CHECK_FALSE(fs::exists(deploy.site() / "a"));
    CHECK_FALSE(fs::exists(deploy.site() / "old.html"));
  }
  SUBCASE("several sources") {
    deploy.file("other/c.txt", "c");
    deploy.host.with["SOURCE"] = "dist/index.html other";
    CHECK(deploy.host.run().message == "");
    CHECK(fs::exists(deploy.site() / "index.html"));
    CHECK(fs::exists(deploy.site() / "other/c.txt"));
  }
  SUBCASE("one source with a blank before 3.4") {
    deploy.file("my site/c.txt", "c");
    deploy.host.version_ = {3, 0, 1, 3};
    deploy.host.with["SOURCE"] = "my site/";
    CHECK(deploy.host.run().message == "");
    CHECK(fs::exists(deploy.site() / "c.txt"));
  }
  SUBCASE("variables beat inputs") {
    const auto other = deploy.folder.path() / "other";
    deploy.host.env_["TARGET"] = other.string() + "/";
    CHECK(deploy.host.run().message == "");
    CHECK(fs::exists(other / "index.html"));
  }
  SUBCASE("variables alone are enough") {
    for (const auto& [name, value] : deploy.host.with) deploy.host.env_[name] = value;
    deploy.host.with.clear();
    CHECK(deploy.action.problems(deploy.host).empty());
    CHECK(deploy.host.run().message == "");
    CHECK(fs::exists(deploy.site() / "index.html"));
  }
  SUBCASE("the default target") {
    deploy.host.with.erase("TARGET");
    CHECK(has(deploy.action.effects(deploy.host).at(0),
              fmt::format("to {0}@127.0.0.1:/home/{0}/ with", current_user())));
  }
}

TEST_CASE("ssh-deploy: scripts before and after") {
  Easing deploy;
  const auto mark = deploy.folder.path() / "mark";
  SUBCASE("in order; the second one sees what rsync said") {
    deploy.host.with["SCRIPT_BEFORE"] = "ls '" + deploy.site().string() + "' | wc -l\necho \"it's before\"";
    deploy.host.with["SCRIPT_AFTER"] =
        "ls '" + deploy.site().string() + "'\necho \"$RSYNC_STDOUT\" > " + mark.string();
    CHECK(deploy.host.run().message == "");
    CHECK(has(deploy.host.text, "0\nit's before\n"));
    CHECK(has(deploy.host.text, "a\nindex.html\n"));
    CHECK(has(read_file(mark), "index.html"));
    CHECK(deploy.action.effects(deploy.host).size() == 3);
    CHECK_FALSE(fs::exists(deploy.host.workspace() / "local_ssh_script-before.sh"));
  }
  SUBCASE("a failure is a warning") {
    deploy.host.with["SCRIPT_BEFORE"] = "exit 3";
    CHECK(deploy.host.run().message == "");
    CHECK(deploy.host.annotations.at(0).message ==
          "[CMD] Remote script failed: SCRIPT_BEFORE: exited with status 3");
    CHECK(fs::exists(deploy.site() / "index.html"));
  }
  SUBCASE("unless it is required, by any text") {
    deploy.host.with["SCRIPT_BEFORE"] = "exit 3";
    deploy.host.with["SCRIPT_BEFORE_REQUIRED"] = "false";
    CHECK(deploy.host.run().message == "[CMD] Remote script failed: SCRIPT_BEFORE: exited with status 3");
    CHECK_FALSE(fs::exists(deploy.site() / "index.html"));
  }
}

// A branch's name, the title of a pull request: whatever an input holds, no shell reads it, here or on the
// server.
TEST_CASE("rsync: inputs are words, never commands") {
  const char* const texts[] = {"feat;touch${IFS}MARK;#",
                               "`touch MARK`",
                               "$(touch MARK)",
                               "a&&touch MARK",
                               "x|touch MARK",
                               "it's",
                               "\"",
                               "a\ntouch MARK",
                               "-e touch",
                               "a b*?[c]"};
  for (const auto* text : texts) {
    SUBCASE(text) {
      const auto check = [&](Deploy& deploy, std::string_view input) {
        const auto mark = deploy.folder.path() / "mark";
        const bool target = input == "remote_path" || input == "TARGET";
        deploy.host.with[std::string(input)] =
            (target ? deploy.site().string() + "/" : "") + replace_all(text, "MARK", mark.string());
        INFO(input);
        static_cast<void>(deploy.host.run());
        static_cast<void>(thrown_by([&] { deploy.differences(); }));
        CHECK_FALSE(fs::exists(mark));
      };
      for (const auto* input : {"remote_path", "path", "switches", "remote_user", "remote_host", "rsh"}) {
        Burnett deploy;
        check(deploy, input);
      }
      for (const auto* input : {"TARGET", "SOURCE", "EXCLUDE", "ARGS", "REMOTE_USER", "REMOTE_HOST"}) {
        Easing deploy;
        check(deploy, input);
      }
    }
  }
  SUBCASE("and a path that looks like a command is a path") {
    Burnett deploy;
    deploy.host.with["remote_path"] = deploy.site().string() + "/feat;touch${IFS}X;#/";
    CHECK(deploy.host.run().message == "");
    CHECK(read_file(deploy.site() / "feat;touch${IFS}X;#" / "index.html") == "hello");
  }
  SUBCASE("what only a shell could do is refused") {
    Burnett deploy;
    deploy.host.with["switches"] = "-a $(cat options)";
    const auto message = deploy.host.run().message;
    CHECK(has(message, "switches: \"$(\" is for a shell, and none is started here"));
  }
}

TEST_CASE("ssh-deploy: what is missing is named, all of it") {
  FakeHost host(ssh_deploy());
  host.with["REMOTE_USER"] = "me";
  CHECK(host.run().message == "[INPUTS] SSH_PRIVATE_KEY is mandatory\n[INPUTS] REMOTE_HOST is mandatory");
  CHECK(ssh_deploy().problems(host).size() == 2);
}

TEST_CASE("ssh-deploy: the plan compares") {
  Easing deploy;
  deploy.host.with["SCRIPT_AFTER"] = "touch " + (deploy.site() / "ran").string();
  const auto lines = deploy.differences();
  CHECK(lines.at(0) == fmt::format("send 2 files to {}@127.0.0.1:{}/: 2 new, 0 changed; 12 Bytes",
                                   current_user(), deploy.site().string()));
  CHECK(lines.back() == fmt::format("run SCRIPT_AFTER on {}@127.0.0.1", current_user()));
  CHECK(fs::is_empty(deploy.site()));
}

}  // namespace runner::test
