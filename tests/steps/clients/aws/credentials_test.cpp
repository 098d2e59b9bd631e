// The chain of sources: which one is taken, what it asks and what it says when it does not work.
#include <sys/stat.h>

#include <doctest/doctest.h>

#include "steps/clients/aws/time.hpp"
#include "tests/support/aws_world.hpp"
#include "tests/support/text.hpp"

using namespace runner;
using namespace runner::aws;
using test::AwsWorld;
using test::has;
using test::thrown_by;

namespace {

HttpResponse answered(std::string body) { return {200, {}, std::move(body)}; }

HttpResponse role_answer(const std::string& operation, const std::string& key,
                         const std::string& until = "2026-11-21T01:00:00Z") {
  return answered(
      fmt::format("<{0}Response><{0}Result><Credentials><AccessKeyId>{1}</AccessKeyId><SecretAccessKey>s"
                  "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>{2}</Expiration></Credentials>"
                  "</{0}Result></{0}Response>",
                  operation, key, until));
}

std::string key_of(AwsWorld& world, Options options = {}) {
  auto session = world.session(std::move(options));
  return session.credentials()->access_key_id;
}

std::string problem_of(AwsWorld& world, Options options = {}) {
  auto session = world.session(std::move(options));
  return thrown_by([&] { session.credentials(); });
}

std::string text_of_header(const HttpRequest& request, const std::string& name) {
  return HttpResponse{0, request.headers, ""}.header(name);
}

}  // namespace

TEST_CASE("aws: keys of the environment and of files, in their order") {
  AwsWorld world;
  world.shared_credentials(
      "[default]\naws_access_key_id = shared\naws_secret_access_key = s\n"
      "[dev]\naws_access_key_id = shared-dev\naws_secret_access_key = s\naws_session_token = t\n");
  world.config(
      "[default]\naws_access_key_id = config\naws_secret_access_key = s\n"
      "[profile only]\naws_access_key_id = config-only\naws_secret_access_key = s\n");
  CHECK(key_of(world) == "AKIDEXAMPLE");
  CHECK(key_of(world, {.profile = "dev"}) == "shared-dev");
  world.env["AWS_PROFILE"] = "dev";
  CHECK(key_of(world) == "AKIDEXAMPLE");  // a profile named by a variable does not beat keys in variables
  world.without_keys();
  auto session = world.session();
  CHECK(session.credentials()->session_token == "t");
  CHECK(session.credentials()->source == "profile dev");
  world.env.erase("AWS_PROFILE");
  CHECK(key_of(world) == "shared");
  CHECK(key_of(world, {.profile = "only"}) == "config-only");
  CHECK(key_of(world, {.credentials = Credentials{.access_key_id = "given", .secret_access_key = "s"}}) ==
        "given");
  CHECK(!world.session({.sign = false}).credentials());
  CHECK(world.http.requests.empty());
}

TEST_CASE("aws: keys that are not whole, or not there") {
  AwsWorld world;
  world.env.erase("AWS_SECRET_ACCESS_KEY");
  CHECK(problem_of(world) == "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
  world.env["AWS_ACCESS_KEY_ID"] = "";  // empty counts as not set
  CHECK(problem_of(world) ==
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".");
  world.shared_credentials("[default]\naws_access_key_id = a\n");
  CHECK(problem_of(world) ==
        "Partial credentials found in shared-credentials-file, missing: aws_secret_access_key");
}

TEST_CASE("aws: a role of a profile is asked for with the keys of another") {
  AwsWorld world;
  world.without_keys();
  world.config(
      "[profile base]\naws_access_key_id = base\naws_secret_access_key = s\n"
      "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = x y\n"
      "role_session_name = me\nduration_seconds = 900\n"
      "[profile outer]\nrole_arn = arn:aws:iam::2:role/o\nsource_profile = role\n");
  world.answers({role_answer("AssumeRole", "inner"), role_answer("AssumeRole", "outer")});
  SUBCASE("once") {
    CHECK(key_of(world, {.profile = "role"}) == "inner");
    REQUIRE(world.http.requests.size() == 1);
    const auto& request = world.http.requests[0];
    CHECK(request.url == "https://sts.eu-west-1.amazonaws.com/");
    CHECK(
        has(request.body, "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"));
    CHECK(has(request.body, "RoleSessionName=me"));
    CHECK(has(request.body, "DurationSeconds=900"));
    CHECK(has(request.body, "ExternalId=x%20y"));
    CHECK(has(text_of_header(request, "Authorization"), "Credential=base/20261121/eu-west-1/sts/"));
  }
  SUBCASE("through a second role") {
    CHECK(key_of(world, {.profile = "outer"}) == "outer");
    REQUIRE(world.http.requests.size() == 2);
    CHECK(has(text_of_header(world.http.requests[1], "Authorization"), "Credential=inner/"));
    CHECK(text_of_header(world.http.requests[1], "X-Amz-Security-Token") == "t");
    CHECK(has(world.http.requests[1].body, "RoleSessionName=botocore-session-1795219200"));
  }
  SUBCASE("the address of the command line is not that of STS") {
    CHECK(key_of(world, {.profile = "role", .endpoint_url = "http://s3.local"}) == "inner");
    CHECK(has(world.http.requests[0].url, "https://sts."));
  }
  SUBCASE("refused") {
    world.answers(
        {{403,
          {},
          "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"}});
    CHECK(problem_of(world, {.profile = "role"}) ==
          "An error occurred (AccessDenied) when calling the AssumeRole operation: no");
  }
}

TEST_CASE("aws: a role whose profile cannot work says why") {
  struct Case {
    const char *config, *want;
  };
  const Case cases[] = {
      {"source_profile = base\ncredential_source = Environment\n",
       "The profile \"r\" contains both source_profile and credential_source."},
      {"", "Partial credentials found in assume-role, missing: source_profile or credential_source"},
      {"source_profile = none\n",
       "The source_profile \"none\" referenced in the profile \"r\" does not exist."},
      {"source_profile = r\n", "Infinite loop in credential configuration detected."},
      {"source_profile = empty\n", "The source profile \"empty\" must have credentials."},
      {"credential_source = Enviroment\n",
       "The credential source \"Enviroment\" referenced in profile \"r\" is not valid; did you mean "
       "\"Environment\"?"},
      {"credential_source = Environment\n",
       "No credentials found in credential_source referenced in profile r"},
      {"source_profile = base\nmfa_serial = x\n", "MFA"},
  };
  for (const auto& c : cases) {
    INFO(c.config);
    AwsWorld world;
    world.without_keys();
    world.config(
        "[profile base]\naws_access_key_id = b\naws_secret_access_key = s\n[profile empty]\nregion = x\n"
        "[profile r]\nrole_arn = arn:aws:iam::1:role/r\n" +
        std::string(c.config));
    CHECK(has(problem_of(world, {.profile = "r"}), c.want));
    CHECK(world.http.requests.empty());
  }
}

TEST_CASE("aws: a role by a token file, which is read anew at every renewal") {
  AwsWorld world;
  world.without_keys();
  const auto file = world.home.write("token", "first\n");
  world.env["AWS_WEB_IDENTITY_TOKEN_FILE"] = file.string();
  CHECK(has(problem_of(world), "has no role ARN configured"));
  world.env["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/w";
  world.answers({role_answer("AssumeRoleWithWebIdentity", "one"),
                 role_answer("AssumeRoleWithWebIdentity", "two", "2026-11-21T02:00:00Z")});
  auto session = world.session();
  CHECK(session.credentials()->access_key_id == "one");
  CHECK(world.http.requests[0].body.ends_with("WebIdentityToken=first"));
  CHECK(text_of_header(world.http.requests[0], "Authorization").empty());
  world.now += std::chrono::minutes(44);
  CHECK(session.credentials()->access_key_id == "one");
  CHECK(world.http.requests.size() == 1);
  world.home.write("token", "second");
  world.now += std::chrono::minutes(2);
  CHECK(session.credentials()->access_key_id == "two");
  CHECK(has(world.http.requests[1].body, "second"));
}

TEST_CASE("aws: credentials that cannot be renewed serve until they are nearly over") {
  AwsWorld world;
  world.without_keys();
  world.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1/c";
  world.answers(
      {answered(
           R"({"AccessKeyId": "a", "SecretAccessKey": "s", "Token": "t", "Expiration": "2026-11-21T01:00:00Z"})"),
       {500, {}, ""}});
  auto session = world.session();
  CHECK(session.credentials()->access_key_id == "a");
  world.now += std::chrono::minutes(48);
  CHECK(session.credentials()->access_key_id == "a");
  CHECK(world.http.requests.size() == 4);  // it was tried, three times
  world.now += std::chrono::minutes(4);
  CHECK(has(thrown_by([&] { session.credentials(); }), "container-role"));
}

TEST_CASE("aws: a program that prints credentials") {
  AwsWorld world;
  world.without_keys();
  const auto script =
      world.home.write("give creds",
                       "#!/bin/sh\n[ \"$1\" = ok ] && echo '{\"Version\":1,\"AccessKeyId\":\"p\","
                       "\"SecretAccessKey\":\"s\"}' && exit 0\n"
                       "[ \"$1\" = old ] && echo '{\"Version\":2}' && exit 0\n"
                       "[ \"$1\" = text ] && echo top-secret && exit 0\n"
                       "echo locked out >&2\nexit 3\n");
  ::chmod(script.c_str(), 0755);
  const auto with = [&](const char* argument) {
    world.config(fmt::format("[default]\ncredential_process = \"{}\" {}\n", script.string(), argument));
  };
  with("ok");
  CHECK(key_of(world) == "p");
  with("old");
  CHECK(has(problem_of(world), "Unsupported version '2'"));
  with("fail");
  CHECK(problem_of(world) == "Error when retrieving credentials from custom-process: locked out");
  with("text");
  CHECK(has(problem_of(world), "it did not print a JSON object"));
  CHECK(!has(problem_of(world), "top-secret"));
  world.config("[default]\ncredential_process = no-such-program\n");
  CHECK(has(problem_of(world), "no-such-program is not on PATH"));
}

TEST_CASE("aws: a container's credentials come only from near by") {
  AwsWorld world;
  world.without_keys();
  world.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://evil.example/c";
  CHECK(has(problem_of(world), "Unsupported host 'evil.example'"));
  world.env["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1@evil.example/c";
  CHECK(has(problem_of(world), "Unsupported host 'evil.example'"));
  CHECK(world.http.requests.empty());
  world.env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/role";
  world.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "tok";
  world.answers({answered(R"({"AccessKeyId": "c", "SecretAccessKey": "s", "Token": "t"})")});
  CHECK(key_of(world) == "c");
  CHECK(world.http.requests[0].url == "http://169.254.170.2/role");
  CHECK(text_of_header(world.http.requests[0], "Authorization") == "tok");
  CHECK(world.http.requests[0].proxy->url.empty());
}

TEST_CASE("aws: an instance's role by the second version of its metadata") {
  AwsWorld world;
  world.without_keys();
  world.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1338/";
  CHECK(has(problem_of(world), "Unable to locate credentials"));
  CHECK(world.http.requests.empty());  // switched off
  world.env.erase("AWS_EC2_METADATA_DISABLED");
  SUBCASE("with a token") {
    world.answers({answered("TOKEN"), answered("my-role"),
                   answered(R"({"AccessKeyId": "i", "SecretAccessKey": "s", "Token": "t"})")});
    CHECK(key_of(world) == "i");
    CHECK(world.http.requests[0].method == "PUT");
    CHECK(world.http.requests[1].url == "http://127.0.0.1:1338/latest/meta-data/iam/security-credentials/");
    CHECK(world.http.requests[2].url ==
          "http://127.0.0.1:1338/latest/meta-data/iam/security-credentials/my-role");
    CHECK(text_of_header(world.http.requests[2], "x-aws-ec2-metadata-token") == "TOKEN");
  }
  SUBCASE("nobody there: no credentials, no error of its own") {
    world.http.answer = [](const HttpRequest&) -> HttpResponse { throw HttpError("GET", "refused"); };
    CHECK(has(problem_of(world), "Unable to locate credentials"));
  }
}

TEST_CASE("aws: the token that aws sso login left") {
  AwsWorld world;
  world.without_keys();
  world.config(
      "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy\n"
      "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n");
  CHECK(has(problem_of(world), "aws sso login"));
  // the file's name is the SHA-1 of "corp"
  const auto token = [&](const char* until) {
    world.home.write(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
                     fmt::format(R"({{"accessToken": "tok", "expiresAt": "{}"}})", until));
  };
  token("2026-11-20T23:59:59Z");
  CHECK(has(problem_of(world), "has expired or is otherwise invalid"));
  CHECK(world.http.requests.empty());
  token("2026-11-21T08:00:00Z");
  world.answers(
      {answered(R"({"roleCredentials": {"accessKeyId": "sso", "secretAccessKey": "s", "sessionToken": "t",
                        "expiration": 1795222800000}})")});
  auto session = world.session();
  CHECK(session.credentials()->access_key_id == "sso");
  CHECK(session.credentials()->expires == world.now + std::chrono::hours(1));
  CHECK(world.http.requests[0].url ==
        "https://portal.sso.eu-central-1.amazonaws.com/federation/"
        "credentials?role_name=Deploy&account_id=123456789012");
  CHECK(text_of_header(world.http.requests[0], "x-amz-sso_bearer_token") == "tok");
}

TEST_CASE("aws: times as services write them") {
  struct Case {
    const char *written, *printed;
  };
  const Case cases[] = {{"2026-11-21T00:24:28Z", "2026-11-21T00:24:28+00:00"},
                        {"2026-11-21T00:24:28.5Z", "2026-11-21T00:24:28.500000+00:00"},
                        {"2026-11-21T00:24:28+02:00", "2026-11-21T00:24:28+02:00"},
                        {"2026-11-21T00:24:28.1234567-0330", "2026-11-21T00:24:28.123456-03:30"},
                        {"Sat, 21 Nov 2026 14:31:34 GMT", "2026-11-21T14:31:34+00:00"},
                        {"2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"},
                        {"soon", "soon"}};
  for (const auto& c : cases) CHECK(print_time(c.written) == c.printed);
  CHECK(read_time("2026-11-21T01:00:00+02:00") == read_time("2026-11-20T23:00:00Z"));
  CHECK(read_time("1795219200.5") == Time(std::chrono::milliseconds(1'795'219'200'500)));
  for (const auto* none : {"tomorrow", "33333333102", "9999-12-31T00:00:00Z", "", "2026-11-21"})
    CHECK(!read_time(none));
}
