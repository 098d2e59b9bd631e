// appleboy/scp-action against a real sshd.
#include <sys/stat.h>

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/step.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/ssh_login.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction scp();
}

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// A host whose workspace has a few files, and a target folder.
class ScpHost : public FakeHost {
 public:
  explicit ScpHost(const SshServer& server = shared_server()) : FakeHost(scp()) {
    with["host"] = server.address();
    with["username"] = current_user();
    with["key"] = read_file(key_file("ed25519"));
    with["target"] = target.path() / "app";
    write("dist/a.txt", "aaa");
    write("dist/.env", "hidden");
    write("dist/bin/run", "#!/bin/sh\n");
    fs::permissions(workspace() / "dist/bin/run", fs::perms(0751));
    fs::create_symlink("../a.txt", workspace() / "dist/bin/link");
  }
  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((workspace() / name).parent_path());
    std::ofstream(workspace() / name, std::ios::binary) << content;
  }
  fs::path at(const std::string& name) const { return target.path() / "app" / name; }
  TempDir target;
};

int mode_of(const fs::path& path) { return static_cast<int>(fs::status(path).permissions()); }

}  // namespace

TEST_CASE("scp: files arrive with contents, modes, times and symlinks") {
  struct Case {
    const char *why, *strip, *prefix;
  };
  for (const auto& c : {Case{"strip 0", "0", "dist/"}, Case{"strip 1", "1", ""}}) {
    SUBCASE(c.why) {
      ScpHost host;
      host.with["source"] = "dist/*";
      host.with["strip_components"] = c.strip;
      const auto old = fs::file_time_type::clock::now() - std::chrono::hours(50);
      fs::last_write_time(host.workspace() / "dist/a.txt", old);
      CHECK(host.run().message == "");
      const std::string prefix = c.prefix;
      CHECK(read_file(host.at(prefix + "a.txt")) == "aaa");
      CHECK(read_file(host.at(prefix + ".env")) == "hidden");
      CHECK(mode_of(host.at(prefix + "bin/run")) == 0751);
      CHECK(fs::read_symlink(host.at(prefix + "bin/link")) == "../a.txt");
      CHECK(fs::last_write_time(host.at(prefix + "a.txt")) < old + std::chrono::seconds(1));
      CHECK(has(host.text, "copy 3 files (19 bytes) to"));
      CHECK(has(host.text, "✅ Successfully executed transfer data to all host\n"));
    }
  }
  SUBCASE("strip 2") {
    ScpHost host;
    host.with["source"] = "dist/*";
    host.with["strip_components"] = "2";
    CHECK(host.run().message == "");
    CHECK(fs::exists(host.at("run")));
    CHECK_FALSE(fs::exists(host.at("a.txt")));
  }
}

TEST_CASE("scp: targets") {
  ScpHost host;
  host.with["source"] = "dist/a.txt";
  host.with["strip_components"] = "1";
  SUBCASE("several, and blanks in a name") {
    host.with["target"] =
        (host.target.path() / "one x").string() + ", " + (host.target.path() / "two").string();
    CHECK(host.run().message == "");
    CHECK(read_file(host.target.path() / "one x" / "a.txt") == "aaa");
    CHECK(read_file(host.target.path() / "two" / "a.txt") == "aaa");
  }
  SUBCASE("no shell sees its text") {
    host.with["target"] =
        host.target.path().string() + "/$(touch " + host.target.path().string() + "/pwned);x`";
    CHECK(host.run().message == "");
    CHECK_FALSE(fs::exists(host.target.path() / "pwned"));
  }
  SUBCASE("nothing is deleted without rm") {
    fs::create_directories(host.at(""));
    std::ofstream(host.at("old")) << "x";
    CHECK(host.run().message == "");
    CHECK(fs::exists(host.at("old")));
  }
  SUBCASE("rm") {
    fs::create_directories(host.at(""));
    std::ofstream(host.at("old")) << "x";
    host.with["rm"] = "true";
    CHECK(host.run().message == "");
    CHECK_FALSE(fs::exists(host.at("old")));
    CHECK(fs::exists(host.at("a.txt")));
  }
  SUBCASE("an existing file is a new one afterwards") {
    fs::create_directories(host.at(""));
    std::ofstream(host.at("kept")) << "before";
    fs::create_hard_link(host.at("kept"), host.at("a.txt"));
    CHECK(host.run().message == "");
    CHECK(read_file(host.at("kept")) == "before");
  }
  SUBCASE("overwrite writes into it") {
    fs::create_directories(host.at(""));
    std::ofstream(host.at("kept")) << "before";
    fs::create_hard_link(host.at("kept"), host.at("a.txt"));
    host.with["overwrite"] = "true";
    CHECK(host.run().message == "");
    CHECK(read_file(host.at("kept")) == "aaa");
  }
  SUBCASE("a symlink where a folder comes is replaced") {
    host.with["strip_components"] = "0";
    host.with["source"] = "dist";
    fs::create_directories(host.target.path() / "releases");
    fs::create_directories(host.at(""));
    fs::create_directory_symlink(host.target.path() / "releases", host.at("dist"));
    CHECK(host.run().message == "");
    CHECK_FALSE(fs::is_symlink(host.at("dist")));
    CHECK(fs::is_empty(host.target.path() / "releases"));
  }
}

TEST_CASE("scp: rm refuses what it must not delete") {
  for (const auto* target :
       {"/", "//", "/.", "~", "~/", "$HOME", "${HOME}/", ".", "./", "..", "../x", "/x/..", "~root", "*"}) {
    CAPTURE(target);
    ScpHost host;
    host.with["source"] = "dist";
    host.with["target"] = target;
    host.with["rm"] = "true";
    CHECK(has(host.run().message, "rm: refused"));
    CHECK(has(fmt::format("{}", scp().problems(host).back()), "rm: refused"));
  }
}

TEST_CASE("scp: excludes and what is missing") {
  ScpHost host;
  SUBCASE("an exclude") {
    host.with["source"] = "dist, !dist/bin";
    CHECK(host.run().message == "");
    CHECK(fs::exists(host.at("dist/a.txt")));
    CHECK_FALSE(fs::exists(host.at("dist/bin")));
  }
  SUBCASE("a missing source beside another is a warning") {
    host.with["source"] = "dist,none";
    CHECK(host.run().message == "");
    const auto warnings = host.told(AnnotationLevel::warning);
    REQUIRE(warnings.size() == 1);
    CHECK(has(warnings[0].message, "\"none\""));
  }
  SUBCASE("nothing at all fails before connecting") {
    host.with["source"] = "none";
    host.with["host"] = "127.0.0.1:1";
    CHECK(has(host.run().message, "Cowardly refusing to create an empty archive"));
  }
  SUBCASE("no source") {
    host.with["source"] = " , ";
    CHECK(host.run().message == "missing source or target config");
  }
  SUBCASE("strip_components: true is 0 in 0.1.x") {
    host.with["source"] = "dist";
    host.with["strip_components"] = "true";
    CHECK(has(host.run().message, "strip_components: \"true\" is not a number"));
    host.version_ = {0, 1, 7, 3};
    CHECK(host.run().message == "");
    CHECK(fs::exists(host.at("dist/a.txt")));
  }
}

TEST_CASE("scp: failures on the server") {
  ScpHost host;
  host.with["source"] = "dist";
  SUBCASE("the target cannot be made") {
    std::ofstream(host.target.path() / "file") << "x";
    host.with["target"] = (host.target.path() / "file" / "x").string();
    const auto message = host.run().message;
    CHECK(has(message, "drone-scp error: tar on the server failed"));
    CHECK(has(message, "Not a directory"));
  }
  SUBCASE("a tar that fails") {
    host.with["tar_exec"] = "false";
    CHECK(has(host.run().message, "Process exited with status 1"));
  }
  SUBCASE("another tar program") {
    host.with["tar_exec"] = "/bin/tar";
    CHECK(host.run().message == "");
    CHECK(fs::exists(host.at("dist/a.txt")));
  }
}

TEST_CASE("scp: a big file and long names, gzip and plain") {
  ScpHost host;
  std::string big;
  for (int i = 0; i < 1'000'000; ++i) big += std::to_string(i);
  host.write("big", big);
  const std::string deep = "deep/" + std::string(120, 'd') + "/" + std::string(200, 'f');
  host.write(deep, "x");
  host.with["source"] = "big,deep";
  SUBCASE("plain: the server is on this machine") {}
  SUBCASE("gzip") {
    // leads to this machine too, but does not look like loopback
    host.with["host"] = fmt::format("0.0.0.0:{}", shared_server().port());
  }
  CHECK(host.run().message == "");
  CHECK(read_file(host.at("big")) == big);
  CHECK(read_file(host.at(deep)) == "x");
}

TEST_CASE("scp: a server without tar gets the files over SFTP") {
  const TempDir tools;
  for (const auto* tool : {"sh", "bash", "mkdir", "rm", "uname"}) {
    fs::create_symlink(fs::path("/bin") / tool, tools.path() / tool);
  }
  const SshServer server({.host_keys = {"host_ed25519"},
                          .extra = "SetEnv PATH=" + tools.path().string(),
                          .user = "",
                          .password = ""});
  ScpHost host(server);
  host.with["source"] = "dist";
  host.with["strip_components"] = "1";
  std::string big(3'000'000, 'b');
  host.write("dist/big", big);
  fs::permissions(host.workspace() / "dist/bin", fs::perms(0500));
  fs::create_directories(host.target.path() / "releases");
  fs::create_directories(host.at(""));
  fs::create_directory_symlink(host.target.path() / "releases", host.at("bin"));
  CHECK(host.run().message == "");
  CHECK(has(host.text, "the server has no tar"));
  CHECK(read_file(host.at("big")) == big);
  CHECK(read_file(host.at("a.txt")) == "aaa");
  CHECK(mode_of(host.at("bin/run")) == 0751);
  CHECK(mode_of(host.at("bin")) == 0500);
  CHECK(fs::read_symlink(host.at("bin/link")) == "../a.txt");
  CHECK_FALSE(fs::is_symlink(host.at("bin")));
  CHECK(fs::is_empty(host.target.path() / "releases"));
  host.with["rm"] = "true";
  std::ofstream(host.at("old")) << "x";
  CHECK(host.run().message == "");
  CHECK_FALSE(fs::exists(host.at("old")));
}

TEST_CASE("scp: many small files, and two hosts at once") {
  const SshServer other;
  ScpHost host;
  for (int i = 0; i < 500; ++i)
    host.write(fmt::format("many/{}/{}", i % 10, i), std::string(4096, static_cast<char>('a' + i % 26)));
  host.with["source"] = "many";
  host.with["host"] = shared_server().address() + "," + other.address();
  CHECK(host.run().message == "");
  CHECK(read_file(host.at("many/9/499")) == std::string(4096, static_cast<char>('a' + 499 % 26)));
}

TEST_CASE("scp: cancelled while it copies") {
  class Cancelling : public ScpHost {
   public:
    void log(std::string_view line) override {
      FakeHost::log(line);
      if (line.starts_with("copy ")) stop_.request_stop();
    }
  };
  Cancelling host;
  host.with["source"] = "dist";
  CHECK(host.run().outcome == Outcome::cancelled);
}

TEST_CASE("scp: plan") {
  FakeHost host(scp());
  host.with = {{"host", "web1"},     {"username", "deploy"},   {"password", "x"},
               {"source", "dist/*"}, {"target", "~/app,/srv"}, {"rm", "true"}};
  CHECK(scp().effects(host) ==
        std::vector<std::string>{"copy dist/* to deploy@web1:22:~/app after rm -rf ~/app",
                                 "copy dist/* to deploy@web1:22:/srv after rm -rf /srv"});
  CHECK(scp().problems(host).empty());
  host.with["strip_components"] = "x";
  CHECK(scp().problems(host) == std::vector<std::string>{"strip_components: \"x\" is not a number"});
}

}  // namespace runner::test
