// aws-actions/amazon-ecr-login: tokens, outputs, docker's configuration, logout.
#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "steps/clients/docker/config.hpp"
#include "tests/support/fake_aws.hpp"
#include "tests/support/json_lines.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction amazon_ecr_login();

namespace {

using test::FakeAws;
using test::FakeHost;
using test::has;
using Json = FakeAws::Json;

constexpr const char* kRegistry = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

struct EcrWorld {
  FakeHost host{amazon_ecr_login()};
  FakeAws aws{host};
  EcrWorld() {
    aws.answer("GET /version", {200, R"({"ApiVersion":"1.41","MinAPIVersion":"1.12"})"});
    aws.answer("GET /v1.41/info", {200, R"({"IndexServerAddress":"https://index.hub.test/v1/"})"});
    aws.answer("POST /v1.41/auth", {200, R"({"Status":"Login Succeeded","IdentityToken":""})"});
  }
  void tokens(const std::vector<std::string>& accounts) {
    auto data = Json::array();
    for (const auto& account : accounts) {
      data.push_back({{"authorizationToken", base64("AWS:pass-" + account)},
                      {"expiresAt", 1.7e9},
                      {"proxyEndpoint", "https://" + account + ".dkr.ecr.eu-west-1.amazonaws.com"}});
    }
    aws.json("GetAuthorizationToken", {{"authorizationData", data}});
  }
  bool masked(const std::string& secret) const {
    return std::find(host.masks.begin(), host.masks.end(), secret) != host.masks.end();
  }
  std::optional<Credentials> kept(const std::string& registry) const {
    const auto none = [](const std::string&, const std::string&) { return std::optional<Credentials>(); };
    return DockerConfig(host.temp() / "docker-config").find(registry, none);
  }
};

}  // namespace

TEST_CASE("aws ecr login: one registry") {
  EcrWorld world;
  world.tokens({"123456789012"});
  const auto result = world.host.run();
  CHECK(result.message == "");
  CHECK(world.host.outputs.at("registry") == kRegistry);
  CHECK(world.host.outputs.at("docker_username_123456789012_dkr_ecr_eu_west_1_amazonaws_com") == "AWS");
  CHECK(world.host.outputs.at("docker_password_123456789012_dkr_ecr_eu_west_1_amazonaws_com") ==
        "pass-123456789012");
  CHECK(world.masked("pass-123456789012"));
  REQUIRE(world.kept(kRegistry));
  CHECK(world.kept(kRegistry)->password == "pass-123456789012");
  CHECK(world.aws.last("POST /v1.41/auth")->body()["serveraddress"] == kRegistry);
  CHECK_FALSE(std::filesystem::exists(world.host.user_home() / ".docker"));

  SUBCASE("logs out in the end") {
    CHECK(world.host.run_post().outcome == Outcome::success);
    CHECK_FALSE(world.kept(kRegistry));
  }
  SUBCASE("but for skip-logout") {
    world.host.with["skip-logout"] = "true";
    world.host.run_post();
    CHECK(world.kept(kRegistry));
  }
  SUBCASE("a logout that fails fails the post") {
    std::ofstream(world.host.temp() / "docker-config/config.json") << "no json";
    CHECK(has(world.host.run_post().message, "Failed to logout: " + std::string(kRegistry)));
  }
}

TEST_CASE("aws ecr login: several registries") {
  EcrWorld world;
  world.host.with["registries"] = "111111111111, 222222222222";
  world.tokens({"111111111111", "222222222222"});
  CHECK(world.host.run().message == "");
  CHECK(world.aws.last("GetAuthorizationToken")->body()["registryIds"] ==
        Json{"111111111111", "222222222222"});
  CHECK_FALSE(world.host.outputs.contains("registry"));
  CHECK(world.kept("222222222222.dkr.ecr.eu-west-1.amazonaws.com"));
  world.host.run_post();
  CHECK_FALSE(world.kept("111111111111.dkr.ecr.eu-west-1.amazonaws.com"));
  CHECK_FALSE(world.kept("222222222222.dkr.ecr.eu-west-1.amazonaws.com"));
}

TEST_CASE("aws ecr login: v1 leaves the password to other jobs, v2 masks it") {
  EcrWorld world;
  world.tokens({"123456789012"});
  world.host.version_ = {1, 0, 0, 1};
  world.host.run();
  CHECK_FALSE(world.masked("pass-123456789012"));
  world.host.with["mask-password"] = "true";
  world.host.run();
  CHECK(world.masked("pass-123456789012"));
}

TEST_CASE("aws ecr login: the public registry is asked in its only region") {
  EcrWorld world;
  world.host.with["registry-type"] = "public";
  world.aws.json("GetAuthorizationToken",
                 {{"authorizationData", {{"authorizationToken", base64("AWS:pub")}}}});
  CHECK(world.host.run().message == "");
  CHECK(world.host.outputs.at("registry") == "public.ecr.aws");
  CHECK(has(world.aws.last("GetAuthorizationToken")->request.url, "us-east-1"));
}

TEST_CASE("aws ecr login: failures say what to do") {
  EcrWorld world;
  SUBCASE("no region") {
    world.host.env_.erase("AWS_REGION");
    CHECK(has(world.host.run().message, "Region is missing"));
  }
  SUBCASE("no credentials: which step is missing") {
    world.host.env_.erase("AWS_ACCESS_KEY_ID");
    world.host.env_.erase("AWS_SECRET_ACCESS_KEY");
    CHECK(has(world.host.run().message, "aws-actions/configure-aws-credentials"));
  }
  SUBCASE("denied") {
    world.aws.refuse("GetAuthorizationToken", "AccessDeniedException", "User: x is not authorized");
    const auto message = world.host.run().message;
    CHECK(has(message, "User: x is not authorized"));
    CHECK(has(message, "ecr:GetAuthorizationToken"));
  }
  SUBCASE("run out") {
    world.aws.refuse("GetAuthorizationToken", "ExpiredTokenException", "The security token is expired");
    CHECK(has(world.host.run().message, "role-duration-seconds"));
  }
  SUBCASE("the registry refuses the token") {
    FakeHost host(amazon_ecr_login());
    FakeAws aws(host);
    aws.answer("GET /version", {200, R"({"ApiVersion":"1.41","MinAPIVersion":"1.12"})"});
    aws.answer("GET /v1.41/info", {200, R"({"IndexServerAddress":"https://index.hub.test/v1/"})"});
    aws.answer("POST /v1.41/auth", {500, R"({"message":"401 Unauthorized"})"});
    aws.json(
        "GetAuthorizationToken",
        {{"authorizationData", Json::array({Json{{"authorizationToken", base64("AWS:p")},
                                                 {"proxyEndpoint", std::string("https://") + kRegistry}}})}});
    CHECK(has(host.run().message,
              "Could not login to registry " + std::string(kRegistry) + ": 401 Unauthorized"));
  }
}

namespace {

// Of "docker login -u USER -p PASSWORD https://HOST".
std::string login_host(const Json& call) {
  const std::string address = call.back();
  return address.substr(address.starts_with("https://") ? 8 : 0);
}

}  // namespace

TEST_CASE("aws ecr login: outputs, masks, logins and refusals are the original's") {
  for (const auto& row : test::json_lines("aws/amazon_ecr_login.jsonl")) {
    SUBCASE(row["why"].get<std::string>().c_str()) {
      EcrWorld world;
      world.host.version_ = {2, 1, 7, 3};
      for (const auto& [name, value] : row["inputs"].items()) world.host.with[name] = value;
      const auto asked = row.contains("asked") ? row["asked"][0] : Json::object();
      if (asked.value("Action", "").starts_with("Spencer"))
        world.aws.json("GetAuthorizationToken",
                       {{"authorizationData", {{"authorizationToken", base64("AWS:pass-public")}}}});
      else
        world.tokens(asked.value("registryIds", std::vector<std::string>{"123456789012"}));

      const auto result = world.host.run();
      CHECK((result.outcome == Outcome::success) == !row.contains("refused"));
      if (row.contains("refused")) {
        CHECK(has(result.message, row["refused"].get<std::string>()));
        continue;
      }
      CHECK(Json(world.host.outputs) == Json(row["outputs"].get<std::map<std::string, std::string>>()));
      for (const auto& call : row["docker"]) {
        const auto registry = login_host(call);
        REQUIRE_MESSAGE(world.kept(registry), registry);
        CHECK(world.kept(registry)->password == call[4].get<std::string>());
        CHECK(world.masked(call[4].get<std::string>()) == !row["masked"].empty());
        if (asked.contains("registryIds"))
          CHECK(world.aws.last("GetAuthorizationToken")->body()["registryIds"] == asked["registryIds"]);
      }
      CHECK(world.host.run_post().outcome == Outcome::success);
      for (const auto& call : row["docker"])
        CHECK(world.kept(login_host(call)).has_value() != row["logs_out"].get<bool>());
    }
  }
}

}  // namespace runner
