#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "tests/support/fake_engine.hpp"
#include "tests/support/fake_host.hpp"

namespace runner {

BuiltinAction azure_docker_login();

namespace {

nlohmann::json config_of(const test::FakeHost& host) {
  const std::filesystem::path folder = host.exported.at("DOCKER_CONFIG");
  return nlohmann::json::parse(test::read_file(folder / "config.json"));
}

}  // namespace

TEST_CASE("azure docker login: kept unchecked, in a folder of the job's own") {
  test::FakeHost host(azure_docker_login());
  test::FakeEngine engine(host);
  host.with = {{"username", "ana"}, {"password", "s3cret"}};
  SUBCASE("the server as it is written") {
    host.with["login-server"] = "https://r.test";
    CHECK(host.run().message == "");
    CHECK(config_of(host)["auths"]["https://r.test"]["auth"] == base64("ana:s3cret"));
    CHECK(engine.asked.empty());
    const std::filesystem::path folder = host.exported.at("DOCKER_CONFIG");
    CHECK(folder.parent_path() == host.temp());
    CHECK(folder.filename().string().starts_with("docker_login_1"));
    CHECK(host.masks == std::vector<std::string>{"s3cret", base64("ana:s3cret")});
    CHECK(host.text == "DOCKER_CONFIG environment variable is set\n");
  }
  SUBCASE("no server is Docker Hub") {
    CHECK(host.run().message == "");
    CHECK(config_of(host)["auths"].contains("https://index.hub.test/v1/"));
  }
  SUBCASE("beside the logins of steps before") {
    const auto folder = host.temp() / "before";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "config.json") << R"({"auths":{"one.test":{"auth":"eA=="}}})";
    host.env_["DOCKER_CONFIG"] = folder.string();
    host.with["login-server"] = "two.test";
    CHECK(host.run().message == "");
    CHECK(host.exported.at("DOCKER_CONFIG") == folder.string());
    CHECK(config_of(host)["auths"].size() == 2);
  }
}

TEST_CASE("azure docker login: what is required, and what a plan says") {
  test::FakeHost host(azure_docker_login());
  host.with = {{"username", "ana"}, {"login-server", "r.test"}};
  CHECK(host.run().message == "Input required and not supplied: password");
  CHECK(host.exported.empty());
  CHECK(azure_docker_login().effects(host) == std::vector<std::string>{"log in to r.test as ana"});
}

}  // namespace runner
