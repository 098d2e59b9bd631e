#include <sys/stat.h>

#include <algorithm>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/config.hpp"
#include "tests/support/fake_aws.hpp"
#include "tests/support/fake_engine.hpp"
#include "tests/support/fake_host.hpp"

namespace runner {

BuiltinAction docker_login();

namespace {

using nlohmann::json;

std::optional<Credentials> none_helps(const std::string&, const std::string&) { return std::nullopt; }

json written_config(const test::FakeHost& host) {
  return json::parse(test::read_file(host.temp() / "docker-config" / "config.json"));
}

}  // namespace

TEST_CASE("docker login: checked, kept for the job, the user's own file untouched") {
  test::FakeHost host(docker_login());
  const auto own = host.user_home() / ".docker" / "config.json";
  std::filesystem::create_directories(own.parent_path());
  const std::string users = R"({"credsStore":"keychain","currentContext":"default","detachKeys":"x"})";
  std::ofstream(own) << users;
  test::FakeEngine engine(host);
  engine.answer("POST /v1.41/auth", {200, R"({"Status":"Login Succeeded","IdentityToken":""})"});
  host.with = {
      {"registry", "https://registry.test:5000/team"}, {"username", "ana"}, {"password", " s3cret\n"}};

  const auto result = host.run();
  CHECK(result.message == "");
  CHECK(result.outcome == Outcome::success);
  CHECK(host.text == "Logging into https://registry.test:5000/team...\nLogin Succeeded!\n");
  const auto asked = json::parse(host.http_.requests.back().body);
  CHECK(asked == json{{"username", "ana"}, {"password", "s3cret"}, {"serveraddress", "registry.test:5000"}});
  CHECK(host.masks == std::vector<std::string>{"s3cret", base64("ana:s3cret")});
  CHECK(host.exported.at("DOCKER_CONFIG") == (host.temp() / "docker-config").string());
  CHECK(written_config(host)["auths"]["registry.test:5000"]["auth"] == base64("ana:s3cret"));
  CHECK(written_config(host)["credHelpers"]["registry.test:5000"] == "");
  CHECK(test::read_file(own) == users);
  struct stat info {};
  REQUIRE(::stat((host.temp() / "docker-config").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);

  SUBCASE("post takes it out again") {
    CHECK(host.run_post().outcome == Outcome::success);
    CHECK(written_config(host)["auths"].empty());
    CHECK(written_config(host)["credHelpers"].empty());
  }
  SUBCASE("logout: false leaves it") {
    host.with["logout"] = "false";
    host.run_post();
    CHECK(written_config(host)["auths"].size() == 1);
  }
}

TEST_CASE("docker login: a second login of one registry wins, and its post brings the first back") {
  test::FakeHost host(docker_login());
  test::FakeEngine engine(host);
  engine.answer("POST /v1.41/auth", {200, R"({"Status":"Login Succeeded"})"});
  host.with = {{"registry", "r.test:1"}, {"username", "pull"}, {"password", "one"}};
  REQUIRE(host.run().outcome == Outcome::success);
  const auto first = host.states;
  host.with = {{"registry", "r.test:1"}, {"username", "push"}, {"password", "two"}};
  REQUIRE(host.run().outcome == Outcome::success);
  const auto user = [&] { return DockerConfig(host.temp() / "docker-config").find("r.test:1", none_helps); };
  CHECK(user()->username == "push");
  host.run_post();
  CHECK(user()->username == "pull");
  host.states = first;
  host.run_post();
  CHECK_FALSE(user());
}

TEST_CASE("docker login: Docker Hub goes by the address the engine has for it") {
  struct Case {
    const char *why, *registry;
    bool hub;
  };
  for (const auto& c : {Case{"no registry", "", true}, Case{"its short name", "hub.test", true},
                        Case{"the host of its interface", "registry-1.hub.test", true},
                        Case{"another host", "other.test", false}}) {
    SUBCASE(c.why) {
      test::FakeHost host(docker_login());
      test::FakeEngine engine(host);
      engine.answer("POST /v1.41/auth", {200, "{}"});
      host.with = {{"registry", c.registry}, {"username", "u"}, {"password", "p"}};
      CHECK(host.run().outcome == Outcome::success);
      const std::string key = c.hub ? "https://index.hub.test/v1/" : c.registry;
      CHECK(written_config(host)["auths"].contains(key));
    }
  }
}

TEST_CASE("docker login: what fails, and in which words") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    test::EngineAnswer answer;
    std::string want;
  };
  const test::EngineAnswer ok{200, "{}"};
  for (const auto& c : {
           Case{"neither", {}, ok, "Username and password required"},
           Case{"no user", {{"password", "p"}}, ok, "Username required"},
           Case{"no password", {{"username", "u"}, {"password", " "}}, ok, "Password required"},
           Case{
               "refused",
               {{"registry", "r.test:1"}, {"username", "u"}, {"password", "p"}},
               {500,
                R"({"message":"login attempt to http://r.test:1/v2/ failed with status: 401 Unauthorized"})"},
               "Error response from daemon: login attempt to http://r.test:1/v2/ failed with status: 401 "
               "Unauthorized"},
           Case{"not 200",
                {{"registry", "r.test:1"}, {"username", "u"}, {"password", "p"}},
                {204, ""},
                "Error response from daemon: HTTP status 204"},
           Case{"ECR with a password of its own",
                {{"registry", "123456789012.dkr.ecr.eu-west-1.test"}, {"username", "AWS"}, {"password", "p"}},
                ok,
                "at Amazon ECR username and password are AWS keys, or not given: with `ecr: false` the step "
                "takes "
                "user AWS and the password of `aws ecr get-login-password`"},
           Case{"a scope that leaves the folder",
                {{"username", "u"}, {"password", "p"}, {"scope", "a/../b"}},
                ok,
                "Invalid scope 'a/../b': expected the name of a repository"},
           Case{"a scope with two actions' signs",
                {{"username", "u"}, {"password", "p"}, {"scope", "a@pull@push"}},
                ok,
                "Invalid scope 'a@pull@push': scope can contain at most one @ separator"},
           Case{"a scope with a strange action",
                {{"username", "u"}, {"password", "p"}, {"scope", "a@Push"}},
                ok,
                "Invalid scope 'a@Push': scope actions must be lowercase names separated by commas"},
           Case{"a list and an input",
                {{"registry-auth", "- username: u"}, {"username", "u"}},
                ok,
                "Cannot use registry-auth with other inputs"},
           Case{"an empty list", {{"registry-auth", "[]"}}, ok, "No registry to login"},
           Case{"a key twice",
                {{"registry-auth", "- username: u\n  password: p\n  username: v"}},
                ok,
                "read registry-auth: line 3, column 3: the key \"username\" is there already, in line 1"},
           Case{"no list",
                {{"registry-auth", "registry: r.test"}},
                ok,
                "registry-auth: expected a YAML list of {registry, username, password, scope, ecr}"},
           Case{"an item without a password",
                {{"registry-auth", "- {registry: r.test, username: u, password: p}\n- {username: v}"}},
                ok,
                "Password required"},
       }) {
    SUBCASE(c.why) {
      test::FakeHost host(docker_login());
      test::FakeEngine engine(host);
      engine.answer("POST /v1.41/auth", c.answer);
      host.with = c.with;
      const auto result = host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK(result.message == c.want);
      CHECK_FALSE(std::filesystem::exists(host.temp() / "docker-config"));
    }
  }
}

TEST_CASE("docker login: at Amazon ECR, with the step's keys or the job's") {
  test::FakeHost host(docker_login());
  test::FakeAws aws(host);
  aws.answer("GET /version", {200, R"({"ApiVersion":"1.41","MinAPIVersion":"1.12"})"});
  aws.answer("GET /v1.41/info", {200, R"({"IndexServerAddress":"https://index.hub.test/v1/"})"});
  aws.answer("POST /v1.41/auth", {200, R"({"Status":"Login Succeeded"})"});
  auto data = test::FakeAws::Json::array();
  for (const std::string account : {"123456789012", "222222222222"}) {
    data.push_back({{"authorizationToken", base64("AWS:token-" + account)},
                    {"proxyEndpoint", "https://" + account + ".dkr.ecr.eu-west-2.amazonaws.com"}});
  }
  aws.json("GetAuthorizationToken", {{"authorizationData", data}});
  host.with["registry"] = "123456789012.dkr.ecr.eu-west-2.amazonaws.com";
  host.env_["AWS_ACCOUNT_IDS"] = "222222222222";
  const auto asked = [&] {
    for (const auto& request : host.http_.requests) {
      if (request.body.find("registryIds") != std::string::npos) return request;
    }
    return HttpRequest{};
  };
  const auto key_used = [&] {
    for (const auto& [name, value] : asked().headers) {
      if (equal_ignoring_case(name, "Authorization")) return value.substr(value.find("Credential="), 23);
    }
    return std::string("none");
  };
  SUBCASE("the step's") {
    host.with["username"] = "AKIDSTEP";
    host.with["password"] = "secret-of-step";
    CHECK(host.run().message == "");
    CHECK(key_used().starts_with("Credential=AKIDSTEP/"));
    CHECK(host.masks.front() == "secret-of-step");
  }
  SUBCASE("the job's") {
    CHECK(host.run().message == "");
    CHECK(key_used().starts_with("Credential=AKIDTEST/"));
  }
  CHECK(asked().url.find("eu-west-2") != std::string::npos);
  CHECK(json::parse(asked().body)["registryIds"] == json{"123456789012", "222222222222"});
  CHECK(written_config(host)["auths"]["123456789012.dkr.ecr.eu-west-2.amazonaws.com"]["auth"] ==
        base64("AWS:token-123456789012"));
  CHECK(written_config(host)["auths"].size() == 2);
  CHECK(std::find(host.masks.begin(), host.masks.end(), "token-222222222222") != host.masks.end());
  host.run_post();
  CHECK(written_config(host)["auths"].empty());
}

TEST_CASE("docker login: several registries in one step") {
  test::FakeHost host(docker_login());
  test::FakeEngine engine(host);
  engine.answer("POST /v1.41/auth", {200, "{}"});
  host.with["registry-auth"] =
      "- registry: r.test\n  username: ana\n  password: one\n"
      "- registry: 123456789012.dkr.ecr.eu-west-1.test\n  username: AWS\n  password: 2222\n  ecr: false\n";
  CHECK(docker_login().problems(host).empty());
  CHECK(docker_login().effects(host) ==
        std::vector<std::string>{"log in to r.test as ana",
                                 "log in to 123456789012.dkr.ecr.eu-west-1.test as AWS"});
  CHECK(host.run().message == "");
  CHECK(host.masks[0] == "one");
  CHECK(host.masks[1] == "2222");  // before anything is asked
  CHECK(written_config(host)["auths"]["r.test"]["auth"] == base64("ana:one"));
  CHECK(written_config(host)["auths"]["123456789012.dkr.ecr.eu-west-1.test"]["auth"] == base64("AWS:2222"));
  CHECK(host.notes == std::vector<std::string>{"r.test as ana, 123456789012.dkr.ecr.eu-west-1.test as AWS"});
  host.run_post();
  CHECK(written_config(host)["auths"].empty());
}

TEST_CASE("docker login: for one repository only") {
  struct Case {
    const char *why, *registry, *scope, *key, *folder;
  };
  for (const auto& c : {
           Case{"a repository", "r.test:1", "team/app", "r.test:1/team/app", "r.test:1/team/app"},
           Case{"with actions", "r.test:1", "team/app@push,pull", "r.test:1/team/app",
                "r.test:1/team/app@push,pull"},
           Case{"actions alone", "r.test:1", "@push", "r.test:1", "r.test:1@push"},
           Case{"Docker Hub", "", "team/app", "index.hub.test/team/app", "registry-1.docker.io/team/app"},
       }) {
    SUBCASE(c.why) {
      test::FakeHost host(docker_login());
      test::FakeEngine engine(host);
      engine.answer("POST /v1.41/auth", {200, "{}"});
      host.with = {{"registry", c.registry}, {"username", "u"}, {"password", "p"}, {"scope", c.scope}};
      CHECK(host.run().message == "");
      CHECK(written_config(host)["auths"][c.key]["auth"] == base64("u:p"));
      const auto file = host.temp() / "docker-config/buildx/config" / c.folder / "config.json";
      REQUIRE(std::filesystem::exists(file));
      CHECK(json::parse(test::read_file(file))["auths"].size() == 1);
      host.run_post();
      CHECK(written_config(host)["auths"].empty());
      CHECK(json::parse(test::read_file(file))["auths"].empty());
    }
  }
}

TEST_CASE("docker login: who gets the login of a repository") {
  const test::TempDir folder;
  folder.write("config.json", R"({"auths":{"r.test/team":{"auth":")" + base64("team:p") +
                                  R"("},"r.test/team/app":{"auth":")" + base64("app:p") + R"("}}})");
  const DockerConfig config(folder.path());
  CHECK(config.find_for_repository("r.test", "team/app")->username == "app");
  CHECK(config.find_for_repository("r.test", "team/other")->username == "team");
  CHECK_FALSE(config.find_for_repository("r.test", "teams"));
  CHECK_FALSE(config.find("r.test", none_helps));
}

TEST_CASE("docker login: without an engine") {
  test::FakeHost host(docker_login());
  host.env_["DOCKER_HOST"] = "unix:///nowhere/d.sock";
  host.http_.answer = [](const HttpRequest&) -> HttpResponse {
    throw HttpError("GET /version", "no such file");
  };
  host.with = {{"registry", "r.test:1"}, {"username", "u"}, {"password", "p"}};
  SUBCASE("the login is kept, with a warning") {
    CHECK(host.run().outcome == Outcome::success);
    REQUIRE(host.annotations.size() == 1);
    CHECK(host.annotations[0].message ==
          "Cannot connect to the Docker daemon at unix:///nowhere/d.sock. Is the docker daemon running? The "
          "login is "
          "kept without a check.");
    CHECK(written_config(host)["auths"].contains("r.test:1"));
  }
  SUBCASE("a cancelled job is not a failed one") {
    host.stop_.request_stop();
    CHECK(host.run().outcome == Outcome::cancelled);
  }
  SUBCASE("Docker Hub's address is not known") {
    host.with["registry"] = "";
    CHECK(host.run().message ==
          "Cannot connect to the Docker daemon at unix:///nowhere/d.sock. Is the docker daemon running?");
  }
}

TEST_CASE("docker login: problems and effects of a plan") {
  test::FakeHost host(docker_login());
  host.with = {{"registry", "r.test"}, {"username", "ana"}, {"password", "${{ secrets.P }}"}};
  CHECK(docker_login().problems(host).empty());
  CHECK(docker_login().effects(host) == std::vector<std::string>{"log in to r.test as ana"});
  host.with["password"] = "";
  CHECK(docker_login().problems(host) == std::vector<std::string>{"Password required"});
}

}  // namespace runner
