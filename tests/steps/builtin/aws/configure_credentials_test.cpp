// aws-actions/configure-aws-credentials: the ways to credentials, what is exported and masked, what is
// refused.
#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "tests/support/fake_aws.hpp"
#include "tests/support/json_lines.hpp"
#include "tests/support/s3_http.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction configure_aws_credentials();

namespace {

using test::FakeAws;
using test::FakeHost;
using test::has;

constexpr const char* kRole = "arn:aws:iam::123456789012:role/deploy";

struct CredentialsWorld {
  FakeHost host{configure_aws_credentials()};
  FakeAws aws{host, false};
  CredentialsWorld() { host.with = {{"aws-region", "eu-west-1"}}; }
  void keys() {
    host.with["aws-access-key-id"] = "AKIAINPUT";
    host.with["aws-secret-access-key"] = "input-secret";
  }
  void profile(const std::string& keys) const {
    std::filesystem::create_directories(host.user_home() / ".aws");
    std::ofstream(host.user_home() / ".aws/credentials") << keys;
  }
  bool masked(const std::string& secret) const {
    return std::find(host.masks.begin(), host.masks.end(), secret) != host.masks.end();
  }
  std::vector<std::string> problems() const { return configure_aws_credentials().problems(host); }
};

}  // namespace

TEST_CASE("aws credentials: keys are exported, masked and checked") {
  CredentialsWorld world;
  world.keys();
  world.aws.identity("123456789012", "arn:aws:iam::123456789012:user/ana");
  const auto result = world.host.run();
  CHECK(result.message == "");
  const auto& exported = world.host.exported;
  CHECK(exported.at("AWS_ACCESS_KEY_ID") == "AKIAINPUT");
  CHECK(exported.at("AWS_SECRET_ACCESS_KEY") == "input-secret");
  CHECK_FALSE(exported.contains("AWS_SESSION_TOKEN"));
  CHECK(exported.at("AWS_REGION") == "eu-west-1");
  CHECK(exported.at("AWS_DEFAULT_REGION") == "eu-west-1");
  CHECK(world.masked("AKIAINPUT"));
  CHECK(world.masked("input-secret"));
  CHECK(world.host.outputs.at("aws-account-id") == "123456789012");
  CHECK(world.host.outputs.at("authenticated-arn") == "arn:aws:iam::123456789012:user/ana");
  CHECK(has(world.host.text, "Proceeding with IAM user credentials"));
  CHECK(has(world.aws.calls.at(0).request.url, "sts.eu-west-1."));

  SUBCASE("the post takes all five back") {
    CHECK(world.host.run_post().outcome == Outcome::success);
    for (const auto* name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
                             "AWS_DEFAULT_REGION"})
      CHECK(exported.at(name) == "");
  }
  SUBCASE("unless it is told not to") {
    world.host.env_["AWS_SKIP_CLEANUP_STEP"] = "true";
    world.host.run_post();
    CHECK(exported.at("AWS_ACCESS_KEY_ID") == "AKIAINPUT");
  }
  SUBCASE("which v5 does not know") {
    world.host.env_["AWS_SKIP_CLEANUP_STEP"] = "true";
    world.host.version_ = {5, 0, 0, 1};
    world.host.run_post();
    CHECK(exported.at("AWS_ACCESS_KEY_ID") == "");
  }
}

TEST_CASE("aws credentials: an earlier session token does not stay beside new keys") {
  CredentialsWorld world;
  world.keys();
  world.host.env_["AWS_SESSION_TOKEN"] = "of-an-earlier-step";
  world.aws.identity("1", "arn:x");
  world.host.run();
  CHECK(world.host.exported.at("AWS_SESSION_TOKEN") == "");
}

TEST_CASE("aws credentials: the account is masked by the version") {
  struct Case {
    const char* why;
    ActionVersion version;
    const char* given;
    bool want;
  };
  for (const auto& c :
       {Case{"v1 masks", {1, 0, 0, 1}, "", true}, Case{"v2 masks", {2, 0, 0, 1}, "", true},
        Case{"v4 does not", {4, 0, 0, 1}, "", false}, Case{"v2 told not to", {2, 0, 0, 1}, "false", false},
        Case{"v4 told to", {4, 0, 0, 1}, "true", true}}) {
    SUBCASE(c.why) {
      CredentialsWorld world;
      world.keys();
      world.host.version_ = c.version;
      world.host.with["mask-aws-account-id"] = c.given;
      world.aws.identity("123456789012", "arn:aws:iam::123456789012:user/ana");
      world.host.run();
      CHECK(world.masked("123456789012") == c.want);
    }
  }
}

TEST_CASE("aws credentials: a role is assumed with the keys, tagged, and its keys exported") {
  CredentialsWorld world;
  world.keys();
  world.host.with["role-to-assume"] = "deploy";
  world.host.with["role-external-id"] = "ext";
  world.host.with["managed-session-policies"] = "arn:aws:iam::aws:policy/A\narn:aws:iam::aws:policy/B";
  world.host.contexts = {{"github.repository", "o/r"}, {"github.actor", "ana[bot]"}, {"github.run_id", "7"}};
  world.aws.identity("123456789012", "arn:aws:iam::123456789012:user/ana");
  world.aws.role("AssumeRole");
  const auto result = world.host.run();
  CHECK(result.message == "");
  CHECK(world.aws.order() == "GetCallerIdentity AssumeRole GetCallerIdentity");
  const auto body = world.aws.last("AssumeRole")->request.body;
  for (const auto* part :
       {"RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fdeploy", "RoleSessionName=GitHubActions",
        "DurationSeconds=3600", "ExternalId=ext",
        "PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FB", "Tags.member.1.Key=GitHub",
        "Tags.member.1.Value=Actions", "Tags.member.3.Value=ana_bot_", "RunId"})
    CHECK_MESSAGE(has(body, part), part);
  CHECK(world.host.exported.at("AWS_ACCESS_KEY_ID") == "ASIAROLE");
  CHECK(world.host.exported.at("AWS_SESSION_TOKEN") == "role-token");
  CHECK(world.masked("input-secret"));
  CHECK(world.masked("role-token"));
  CHECK(has(world.host.text, "Authenticated as assumedRoleId AROA:GitHubActions"));
}

TEST_CASE("aws credentials: how long a role lasts") {
  struct Case {
    const char* why;
    int major;
    const char* given;
    const char* want;
  };
  for (const auto& c :
       {Case{"v2 with keys: six hours", 2, "", "DurationSeconds=21600"},
        Case{"v4: one", 4, "", "DurationSeconds=3600"}, Case{"as given", 1, "900", "DurationSeconds=900"}}) {
    SUBCASE(c.why) {
      CredentialsWorld world;
      world.keys();
      world.host.with["role-to-assume"] = kRole;
      world.host.with["role-duration-seconds"] = c.given;
      world.host.version_ = {c.major, 0, 0, 1};
      world.aws.identity("123456789012", "arn:x");
      world.aws.role("AssumeRole");
      world.host.run();
      CHECK(has(world.aws.last("AssumeRole")->request.body, c.want));
    }
  }
}

TEST_CASE("aws credentials: too many tags for the role's policies are left out") {
  CredentialsWorld world;
  world.keys();
  world.host.with["role-to-assume"] = kRole;
  world.host.contexts = {{"github.repository", "o/r"}, {"github.run_id", "7"}};
  world.aws.identity("123456789012", "arn:x");
  world.aws.refuse_in_xml("AssumeRole", "PackedPolicyTooLarge", "too large", 400);
  world.aws.role("AssumeRole");
  CHECK(world.host.run().message == "");
  CHECK_FALSE(has(world.aws.last("AssumeRole")->request.body, "RunId"));
  CHECK(has(world.aws.last("AssumeRole")->request.body, "Repository"));
}

TEST_CASE("aws credentials: the job's token") {
  CredentialsWorld world;
  world.host.with["role-to-assume"] = kRole;
  world.host.env_["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "request-token";
  world.host.env_["ACTIONS_ID_TOKEN_REQUEST_URL"] = "http://127.0.0.1:1/token?api=1";
  world.aws.answer("GET /token", {200, R"({"value":"the.jwt"})"});
  world.aws.role("AssumeRoleWithWebIdentity");
  world.aws.identity("123456789012", "arn:x");

  SUBCASE("is taken") {
    CHECK(world.host.run().message == "");
    CHECK(has(world.aws.calls.at(0).request.url, "&audience=sts.amazonaws.com"));
    const auto& assume = *world.aws.last("AssumeRoleWithWebIdentity");
    CHECK(has(assume.request.body, "WebIdentityToken=the.jwt"));
    CHECK_FALSE(has(assume.request.body, "Tags"));
    for (const auto& [name, value] : assume.request.headers) CHECK(name != "Authorization");
    CHECK(world.masked("the.jwt"));
    CHECK(world.host.exported.at("AWS_SESSION_TOKEN") == "role-token");
  }
  SUBCASE("keys are preferred") {
    world.keys();
    world.aws.role("AssumeRole");
    CHECK(world.host.run().message == "");
    CHECK_FALSE(has(world.aws.order(), "WebIdentity"));
  }
}

TEST_CASE("aws credentials: a refused token says so once") {
  CredentialsWorld world;
  world.host.with["role-to-assume"] = kRole;
  world.host.with["web-identity-token-file"] = "token";
  std::ofstream(world.host.workspace() / "token") << "jwt-of-a-file\n";
  world.aws.refuse_in_xml("AssumeRoleWithWebIdentity", "AccessDenied",
                          "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  const auto result = world.host.run();
  CHECK(result.outcome == Outcome::failure);
  CHECK(has(result.message, "Could not assume role with web identity token file"));
  CHECK(has(result.message, "Not authorized to perform sts:AssumeRoleWithWebIdentity"));
  CHECK(has(result.message, "sts:AssumeRoleWithWebIdentity on arn:aws:iam::123456789012:role/deploy"));
  CHECK(world.aws.calls.size() == 1);
  CHECK(world.host.exported.count("AWS_ACCESS_KEY_ID") == 0);
}

TEST_CASE("aws credentials: a profile of this machine stands in only when it is named") {
  CredentialsWorld world;
  world.host.with["role-to-assume"] = kRole;
  world.profile("[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = work-secret\n");

  SUBCASE("not by itself: refused before the run, with the way out") {
    REQUIRE(world.problems().size() == 1);
    CHECK(has(world.problems().front(), "--aws-profile NAME"));
    CHECK(has(world.problems().front(), kRole));
    CHECK(world.host.run().outcome == Outcome::failure);
    CHECK(world.aws.calls.empty());
  }
  SUBCASE("named: its keys, and the log says so") {
    world.host.aws_profile_ = "work";
    world.aws.identity("123456789012", "arn:aws:iam::123456789012:user/me");
    CHECK(world.problems().empty());
    CHECK(has(configure_aws_credentials().effects(world.host).at(0), "the profile work of this machine"));
    CHECK(world.host.run().message == "");
    CHECK(world.host.exported.at("AWS_ACCESS_KEY_ID") == "AKIAWORK");
    CHECK(world.masked("work-secret"));
    CHECK(has(world.host.annotations.at(0).message,
              "The profile work of this machine (account 123456789012) stands in for " + std::string(kRole)));
  }
  SUBCASE("of another account: refused, nothing exported") {
    world.host.aws_profile_ = "work";
    world.aws.identity("999999999999", "arn:aws:iam::999999999999:user/me");
    const auto result = world.host.run();
    CHECK(has(result.message, "999999999999"));
    CHECK(has(result.message, "123456789012"));
    CHECK(world.host.exported.count("AWS_ACCESS_KEY_ID") == 0);
  }
  SUBCASE("for a bare name: cannot be checked, which is said") {
    world.host.with["role-to-assume"] = "deploy";
    world.host.aws_profile_ = "work";
    world.aws.identity("999999999999", "arn:x");
    CHECK(world.host.run().message == "");
    CHECK(has(world.host.annotations.at(0).message, "cannot be checked"));
  }
  SUBCASE("one that is not there") {
    world.host.aws_profile_ = "wrok";
    CHECK(has(world.host.run().message, "wrok"));
  }
  SUBCASE("keys of the step go before it") {
    world.keys();
    world.host.aws_profile_ = "work";
    world.aws.identity("123456789012", "arn:x");
    world.aws.role("AssumeRole");
    CHECK(world.host.run().message == "");
    CHECK(world.host.exported.at("AWS_ACCESS_KEY_ID") == "ASIAROLE");
  }
}

TEST_CASE("aws credentials: what is wrong is said before the run") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    const char* want;
  };
  for (const auto& c :
       {Case{"no region", {}, "Input required and not supplied: aws-region"},
        Case{"an impossible region", {{"aws-region", "eu west"}}, "Region is not valid: eu west"},
        Case{"half a key",
             {{"aws-region", "r"}, {"aws-access-key-id", "A"}},
             "'aws-secret-access-key' must be provided"},
        Case{"an empty secret",
             {{"aws-region", "r"}, {"aws-access-key-id", ""}},
             "aws-access-key-id is empty"},
        Case{"a boolean that is none",
             {{"aws-region", "r"}, {"role-chaining", "yes"}},
             "Input does not meet YAML 1.2 \"Core Schema\" specification: role-chaining"}}) {
    SUBCASE(c.why) {
      CredentialsWorld world;
      world.host.with = c.with;
      REQUIRE(world.problems().size() == 1);
      CHECK(has(world.problems().front(), c.want));
      CHECK(has(world.host.run().message, c.want));
      CHECK(world.aws.calls.empty());
    }
  }
}

TEST_CASE("aws credentials: inputs from the environment since v4.3") {
  CredentialsWorld world;
  world.host.with.clear();
  world.host.env_["AWS_REGION"] = "us-west-2";
  world.host.env_["ROLE_TO_ASSUME"] = kRole;
  CHECK(has(world.problems().at(0), kRole));
  world.host.version_ = {4, 2, 0, 2};
  CHECK(has(world.problems().at(0), "aws-region"));
}

TEST_CASE("aws credentials: keys are kept without a network, and nothing else is") {
  CredentialsWorld world;
  world.keys();
  world.host.http_.answer = [](const HttpRequest&) -> HttpResponse { throw HttpError("POST", "no route"); };
  CHECK(world.host.run().message == "");
  CHECK(world.host.outputs.at("aws-account-id") == "");
  CHECK(has(world.host.annotations.at(0).message, "unchecked"));
  world.host.with["allowed-account-ids"] = "1";
  CHECK(world.host.run().outcome == Outcome::failure);
}

TEST_CASE("aws credentials: refused keys, other accounts, outputs instead of exports") {
  CredentialsWorld world;
  world.keys();
  SUBCASE("a key that STS does not know") {
    world.aws.refuse_in_xml("GetCallerIdentity", "InvalidClientTokenId",
                            "The security token included in the request is invalid.");
    const auto message = world.host.run().message;
    CHECK(has(message, "Credentials could not be loaded, please check your action inputs"));
    CHECK(has(message, "The security token included in the request is invalid."));
    CHECK(has(message, "The access key is not known there"));
  }
  SUBCASE("an account that is not allowed") {
    world.host.with["allowed-account-ids"] = "111111111111, 222222222222";
    world.aws.identity("123456789012", "arn:x");
    CHECK(has(world.host.run().message, "(123456789012) does not match any of the expected account IDs"));
  }
  SUBCASE("outputs only") {
    world.host.with["output-credentials"] = "true";
    world.host.with["output-env-credentials"] = "false";
    world.aws.identity("123456789012", "arn:x");
    CHECK(world.host.run().message == "");
    CHECK(world.host.exported.empty());
    CHECK(world.host.outputs.at("aws-secret-access-key") == "input-secret");
    world.host.run_post();
    CHECK(world.host.exported.empty());
  }
  SUBCASE("a profile in the job's own home") {
    world.host.with["aws-profile"] = "ci";
    world.aws.identity("123456789012", "arn:x");
    CHECK(world.host.run().message == "");
    CHECK_FALSE(world.host.exported.contains("AWS_ACCESS_KEY_ID"));
    CHECK(world.host.exported.at("AWS_PROFILE") == "ci");
    const auto file = std::filesystem::path(world.host.env_.at("HOME")) / ".aws/credentials";
    CHECK(test::read_file(file) ==
          "[ci]\naws_access_key_id = AKIAINPUT\naws_secret_access_key = input-secret\n");
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::mask) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(has(world.host.run().message, "overwrite-aws-profile"));
    world.host.with["overwrite-aws-profile"] = "true";
    CHECK(world.host.run().message == "");
  }
}

namespace {

using Texts = std::map<std::string, std::string>;

// The parameters of a request as STS reads them, but for the version of its interface.
Texts sts_parameters(const std::string& body) {
  Texts found;
  for (const auto pair : split(body, '&')) {
    const auto equals = pair.find('=');
    found[std::string(pair.substr(0, equals))] =
        test::percent_decoded(replace_all(std::string(pair.substr(equals + 1)), "+", "%20"));
  }
  found.erase("Version");
  return found;
}

std::vector<Texts> asked_of_sts(const FakeAws& aws) {
  std::vector<Texts> all;
  for (const auto& call : aws.calls) all.push_back(sts_parameters(call.request.body));
  return all;
}

}  // namespace

TEST_CASE("aws credentials: exports, outputs, masks, requests and refusals are the original's") {
  const auto rows = test::json_lines("aws/configure_aws_credentials.jsonl");
  CHECK(rows.size() > 30);
  for (const auto& row : rows) {
    SUBCASE(row["why"].get<std::string>().c_str()) {
      CredentialsWorld world;
      world.host.with.clear();
      world.host.version_ = {6, 2, 3, 3};
      world.host.contexts = {{"github.repository", "o/r"},
                             {"github.workflow", "Deploy it"},
                             {"github.action", "__run"},
                             {"github.actor", "ana[bot]"},
                             {"github.ref", "refs/heads/main"},
                             {"github.run_id", "7"},
                             {"github.sha", "0123456789012345678901234567890123456789"}};
      std::ofstream(world.host.workspace() / "token") << "the.jwt";
      for (const auto& [name, value] : row["inputs"].items()) world.host.with[name] = value;
      for (const auto& [name, value] : row["env"].items()) world.host.env_[name] = value;
      world.aws.identity("123456789012", "arn:aws:iam::123456789012:user/ana");
      for (const auto* operation : {"AssumeRole", "AssumeRoleWithWebIdentity"}) world.aws.role(operation);

      const auto result = world.host.run();
      CHECK((result.outcome == Outcome::success) == !row.contains("refused"));
      if (row.contains("refused")) continue;
      CHECK(result.message == "");
      CHECK(Texts(world.host.exported.begin(), world.host.exported.end()) == row["exported"].get<Texts>());
      CHECK(world.host.outputs == row["outputs"].get<Texts>());
      for (const auto& secret : row["masked"]) CHECK(world.masked(secret.get<std::string>()));
      CHECK(asked_of_sts(world.aws) == row["asked"].get<std::vector<Texts>>());
    }
  }
}

}  // namespace runner
