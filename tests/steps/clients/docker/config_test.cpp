#include "steps/clients/docker/config.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/engine.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner {
namespace {

std::optional<Credentials> no_helper(const std::string& helper, const std::string&) {
  FAIL_CHECK("asked the keychain " << helper);
  return std::nullopt;
}

std::string auth(const std::string& pair) { return base64(pair); }

unsigned mode_of(const std::filesystem::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

}  // namespace

TEST_CASE("docker config: the login of a registry is found under every key people have") {
  struct Case {
    const char* why;
    std::string file, key, want;  // want: user:password
  };
  const auto entry = [](const std::string& key, const std::string& pair) {
    return R"({"auths":{")" + key + R"(":{"auth":")" + auth(pair) + "\"}}}";
  };
  for (const auto& c : {
           Case{"the host itself", entry("r.test:5000", "u:p"), "r.test:5000", "u:p"},
           Case{"an old key with scheme and path", entry("https://r.test/v1/", "u:p"), "r.test", "u:p"},
           Case{"another host", entry("r.test", "u:p"), "q.test", ":"},
           Case{"another port", entry("r.test:1", "u:p"), "r.test:2", ":"},
           Case{"a password with colons", entry("r.test", "u:p:q"), "r.test", "u:p:q"},
           Case{"in plain members", R"({"auths":{"r.test":{"username":"u","password":"p"}}})", "r.test",
                "u:p"},
           Case{"an empty entry", R"({"auths":{"r.test":{}}})", "r.test", ":"},
           Case{"no file", "", "r.test", ":"},
       }) {
    SUBCASE(c.why) {
      const test::TempDir dir;
      if (!c.file.empty()) dir.write("config.json", c.file);
      const auto found = DockerConfig(dir.path()).find(c.key, no_helper).value_or(Credentials{});
      CHECK(found.username + ":" + found.password == c.want);
    }
  }
}

TEST_CASE("docker config: keychains") {
  const test::TempDir dir;
  dir.write("config.json", R"({"credsStore":"all","credHelpers":{"r.test":"one"},"auths":{"q.test":{}}})");
  DockerConfig config(dir.path());
  std::string asked;
  const auto helper = [&](const std::string& name, const std::string& key) -> std::optional<Credentials> {
    asked += name + ":" + key + " ";
    return Credentials{"u", "p", ""};
  };
  CHECK(config.find("r.test", helper));
  CHECK(config.find("q.test", helper));
  CHECK(asked == "one:r.test all:q.test ");
  CHECK(config.registries() == std::vector<std::string>{"q.test", "r.test"});

  SUBCASE("a login of this job is read from the file") {
    config.store("q.test", {"me", "secret", ""});
    config.write();
    CHECK(DockerConfig(dir.path()).find("q.test", no_helper)->password == "secret");
  }
  SUBCASE("DOCKER_AUTH_CONFIG wins") {
    config.add_overrides(R"({"auths":{"r.test":{"username":"env","password":"x"}}})");
    CHECK(config.find("r.test", no_helper)->username == "env");
  }
}

TEST_CASE("docker config: written whole, private, with unknown members, and put back") {
  const test::TempDir dir;
  const std::string before =
      R"({"auths":{"r.test":{"auth":")" + auth("old:one") + R"("}},"detachKeys":"ctrl-x"})";
  dir.write("config.json", before);
  DockerConfig config(dir.path());
  const auto saved = config.saved_entry("r.test");
  config.store("r.test", {"new", "two", ""});
  config.store("token.test", {"t", "p", "identity"});
  config.write();
  const auto text = test::read_file(dir.path() / "config.json");
  CHECK(mode_of(dir.path() / "config.json") == 0600);
  CHECK(text.find("ctrl-x") != std::string::npos);
  CHECK(text.find("\"identitytoken\": \"identity\"") != std::string::npos);
  CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), {}) == 1);
  DockerConfig again(dir.path());
  CHECK(again.find("r.test", no_helper)->username == "new");
  CHECK(again.find("token.test", no_helper)->identity_token == "identity");
  again.restore("r.test", saved);
  again.restore("token.test", "{}");
  again.write();
  CHECK(nlohmann::json::parse(test::read_file(dir.path() / "config.json")) == nlohmann::json::parse(before));
}

TEST_CASE("docker config: a file that is no JSON is named") {
  const test::TempDir dir;
  dir.write("config.json", "{");
  CHECK_THROWS_WITH(DockerConfig(dir.path()), doctest::Contains("config.json: it is not a JSON object"));
}

TEST_CASE("docker: X-Registry-Auth") {
  CHECK(registry_auth("r.test", std::nullopt) == "e30=");
  CHECK(base64_decode(registry_auth("r.test", Credentials{"u", "p", ""})) ==
        R"({"password":"p","serveraddress":"r.test","username":"u"})");
  CHECK(base64_decode(registry_auth("r.test", Credentials{"u", "", "tok"})) ==
        R"({"identitytoken":"tok","serveraddress":"r.test"})");
  CHECK(base64_url("\xfb\xff\xfe") == "-__-");
}

TEST_CASE("docker: where the engine is") {
  const test::TempDir dir;
  struct Case {
    const char* why;
    Environment env;
    std::string want;  // the address, or part of the error
  };
  for (const auto& c : {
           Case{
               "a socket", {{"DOCKER_HOST", "unix:///x/d.sock"}}, "unix:///x/d.sock|/x/d.sock|http://engine"},
           Case{"TCP", {{"DOCKER_HOST", "tcp://h:2375"}}, "tcp://h:2375||http://h:2375"},
           Case{"ssh", {{"DOCKER_HOST", "ssh://h"}}, "only unix:// and tcp:// addresses are supported"},
           Case{"TLS",
                {{"DOCKER_HOST", "tcp://h:1"}, {"DOCKER_TLS_VERIFY", "1"}},
                "TLS with client certificates"},
           Case{"a missing context", {{"DOCKER_CONTEXT", "box"}}, "find the docker context \"box\""},
       }) {
    SUBCASE(c.why) {
      std::string got;
      try {
        const auto address = docker_address(c.env, dir.path(), "");
        got = address.text + "|" + address.unix_socket + "|" + address.base_url;
      } catch (const Error& error) {
        got = error.what();
      }
      CHECK(got.find(c.want) != std::string::npos);
    }
  }
}

TEST_CASE("docker: the address of a context") {
  const test::TempDir dir;  // the folder is named for the SHA-256 of "box"
  dir.write("contexts/meta/26f8567f2569182294c3fa5b9f9cb2270b554eef628b4c149cf82a42888ff4ae/meta.json",
            R"({"Endpoints":{"docker":{"Host":"unix:///box.sock"}}})");
  CHECK(docker_address({{"DOCKER_CONTEXT", "box"}}, dir.path(), "").text == "unix:///box.sock");
  CHECK(docker_address({}, dir.path(), "box").text == "unix:///box.sock");
}

}  // namespace runner
