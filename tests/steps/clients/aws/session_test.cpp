// Profile, region, addresses and other settings: which of the places that name one counts.
#include "steps/clients/aws/session.hpp"

#include <doctest/doctest.h>

#include "steps/clients/aws/endpoint.hpp"
#include "tests/support/aws_world.hpp"

using namespace runner;
using namespace runner::aws;
using test::AwsWorld;
using test::thrown_by;

TEST_CASE("aws: the region is the nearest one that is named") {
  AwsWorld world;
  world.config("[default]\nregion = from-default\n[profile dev]\nregion = from-dev\n");
  world.env["AWS_DEFAULT_REGION"] = "from-older";
  CHECK(world.session({.region = "given"}).region() == "given");
  CHECK(world.session().region() == "eu-west-1");
  world.env["AWS_REGION"] = "";
  CHECK(world.session().region() == "from-older");
  world.env.erase("AWS_DEFAULT_REGION");
  CHECK(world.session().region() == "from-default");
  world.env["AWS_PROFILE"] = "dev";
  CHECK(world.session().region() == "from-dev");
  CHECK(world.session({.profile = "default"}).region() == "from-default");
}

TEST_CASE("aws: a profile that is not there is an error before anything else") {
  AwsWorld world;
  world.config("[profile staging]\nregion = x\n");
  auto session = world.session({.profile = "stagin"});
  CHECK(thrown_by([&] { session.credentials(); }) ==
        "The config profile (stagin) could not be found; did you mean \"staging\"?");
  CHECK(world.session().profile() == "default");
  CHECK(world.session().setting("region").empty());
}

TEST_CASE("aws: addresses that are configured, nearest first") {
  AwsWorld world;
  world.config(
      "[default]\nservices = local\nendpoint_url = http://profile\n[services local]\n"
      "ecs =\n  endpoint_url = http://section/\n");
  CHECK(world.session().configured_endpoint("ECS") == "http://section");
  CHECK(world.session().configured_endpoint("ECR") == "http://profile");
  world.env["AWS_ENDPOINT_URL"] = "http://all";
  CHECK(world.session().configured_endpoint("ECS") == "http://all");
  world.env["AWS_ENDPOINT_URL_ECS"] = "http://ecs";
  CHECK(world.session().configured_endpoint("ECS") == "http://ecs");
  CHECK(world.session({.endpoint_url = "http://given/"}).configured_endpoint("ECS") == "http://given");
  world.env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  CHECK(world.session().configured_endpoint("ECS").empty());
}

TEST_CASE("aws: the public address of a service") {
  struct Case {
    const char *service, *region, *variable, *host, *signing_region;
  };
  const Case cases[] = {
      {"ecs", "eu-west-1", "", "ecs.eu-west-1.amazonaws.com", "eu-west-1"},
      {"ecr", "eu-west-1", "", "api.ecr.eu-west-1.amazonaws.com", "eu-west-1"},
      {"ecs", "cn-north-1", "", "ecs.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {"ecs", "us-gov-west-1", "", "ecs.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
      {"cloudfront", "eu-west-1", "", "cloudfront.amazonaws.com", "us-east-1"},
      {"cloudfront", "", "", "cloudfront.amazonaws.com", "us-east-1"},
      {"cloudfront", "cn-north-1", "", "cloudfront.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
      {"ecr-public", "eu-west-1", "", "api.ecr-public.us-east-1.amazonaws.com", "us-east-1"},
      {"ecs", "us-east-1", "AWS_USE_FIPS_ENDPOINT", "ecs-fips.us-east-1.amazonaws.com", "us-east-1"},
      {"ecs", "us-east-1", "AWS_USE_DUALSTACK_ENDPOINT", "ecs.us-east-1.api.aws", "us-east-1"},
  };
  for (const auto& c : cases) {
    INFO(c.service << " in " << c.region << " " << c.variable);
    AwsWorld world;
    world.env["AWS_REGION"] = c.region;
    if (*c.variable != '\0') world.env[c.variable] = "true";
    const auto endpoint = endpoint_of(world.session(), *find_service(c.service));
    CHECK(endpoint.url == "https://" + std::string(c.host));
    CHECK(endpoint.host == c.host);
    CHECK(endpoint.scope.region == c.signing_region);
  }
  AwsWorld world;
  world.env.erase("AWS_REGION");
  CHECK(thrown_by([&] { endpoint_of(world.session(), *find_service("ecs")); }) ==
        "You must specify a region. You can also configure your region by running \"aws configure\".");
  CHECK(thrown_by([&] { endpoint_of(world.session({.region = "eu west"}), *find_service("ecs")); }) ==
        "Provided region_name 'eu west' doesn't match a supported format.");
}

TEST_CASE("aws: a configured address keeps its port and path") {
  CHECK(read_endpoint("http://127.0.0.1:4566").host == "127.0.0.1:4566");
  CHECK(read_endpoint("https://proxy.example:443/aws").host == "proxy.example");
  CHECK(read_endpoint("https://proxy.example/aws").path == "/aws");
  for (const auto* wrong : {"localhost:4566", "ftp://x", "http://", "http://a b", "http://user@host"})
    CHECK_THROWS_AS(read_endpoint(wrong), ConfigurationError);
}

TEST_CASE("aws: requests carry the session's settings, not those of this process") {
  AwsWorld world;
  world.env["HTTPS_PROXY"] = "http://proxy:3128";
  world.env["no_proxy"] = "internal";
  world.env["AWS_CA_BUNDLE"] = "/ca.pem";
  const auto session = world.session({.verify_tls = false, .read_timeout = std::chrono::seconds(7)});
  const auto request = request_for(session, "https://ecs.eu-west-1.amazonaws.com/");
  CHECK(request.proxy->url == "http://proxy:3128");
  CHECK(request.proxy->exceptions == "internal");
  CHECK(request.ca_file == "/ca.pem");
  CHECK(!request.verify_tls);
  CHECK(request.read_timeout == std::chrono::seconds(7));
  CHECK(request_for(session, "http://plain/").proxy->url.empty());
}

TEST_CASE("aws: how often a call is tried") {
  AwsWorld world;
  CHECK(world.session().max_attempts() == 3);
  world.config("[default]\nmax_attempts = 5\n");
  CHECK(world.session().max_attempts() == 5);
  world.env["AWS_MAX_ATTEMPTS"] = "1";
  CHECK(world.session().max_attempts() == 1);
  for (const auto* wrong : {"0", "many", "3x"}) {
    world.env["AWS_MAX_ATTEMPTS"] = wrong;
    CHECK(thrown_by([&] { static_cast<void>(world.session().max_attempts()); }) ==
          "max_attempts is \"" + std::string(wrong) + "\": expected a whole number from 1 on");
  }
}
