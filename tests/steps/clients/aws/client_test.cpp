// What a call does over time: attempts and pauses, the clock, pages, waiters, and being stopped.
#include "steps/clients/aws/client.hpp"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "tests/support/aws_world.hpp"

using namespace runner;
using namespace runner::aws;
using test::AwsWorld;
using test::thrown_by;
using namespace std::chrono_literals;

namespace {

HttpResponse ok(std::string body) { return {200, {}, std::move(body)}; }
HttpResponse refused(int status, const std::string& code) {
  return {status, {}, fmt::format(R"({{"__type": "{}", "message": "m"}})", code)};
}
std::string header_of(const HttpRequest& request, const std::string& name) {
  return HttpResponse{0, request.headers, ""}.header(name);
}
const HttpResponse kServices = ok(R"({"services": [], "failures": []})");
const Json kInput{{"cluster", "c"}, {"services", {"s"}}};

HttpResponse service_with(int running, int deployments = 1) {
  auto list = Json::array();
  for (int i = 0; i < deployments; ++i) list.push_back({{"id", std::to_string(i)}});
  return ok(Json{
      {"services",
       Json::array(
           {{{"status", "ACTIVE"}, {"desiredCount", 2}, {"runningCount", running}, {"deployments", list}}})},
      {"failures", Json::array()}}
                .dump());
}

}  // namespace

TEST_CASE("aws: a call signs for its service and leaves nothing of the key in sight") {
  AwsWorld world;
  world.answers({kServices});
  auto session = world.session();
  CHECK(Client(session, "ecs").call("DescribeServices", kInput).dump() == R"({"services":[],"failures":[]})");
  REQUIRE(world.http.requests.size() == 1);
  const auto& request = world.http.requests[0];
  CHECK(request.url == "https://ecs.eu-west-1.amazonaws.com/");
  CHECK(request.method == "POST");
  CHECK(header_of(request, "Authorization")
            .starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/ecs/aws4_request, "
                         "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature="));
  CHECK(header_of(request, "amz-sdk-request") == "attempt=1; max=3");
}

TEST_CASE("aws: which answers are worth another attempt") {
  struct Case {
    const char* why;
    std::vector<HttpResponse> answers;
    size_t requests;
    const char* thrown;
  };
  const Case cases[] = {
      {"the third one counts", {refused(503, "Busy"), refused(400, "ThrottlingException"), kServices}, 3, ""},
      {"three and no more",
       {refused(500, "InternalError")},
       3,
       "An error occurred (InternalError) when calling the DescribeServices operation (reached max retries: "
       "2): m"},
      {"a refusal stands",
       {refused(400, "ClusterNotFoundException")},
       1,
       "An error occurred (ClusterNotFoundException) when calling the DescribeServices operation: m"},
      {"501 stands",
       {refused(501, "X")},
       1,
       "An error occurred (X) when calling the DescribeServices operation: m"},
  };
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      AwsWorld world;
      world.answers(c.answers);
      auto session = world.session();
      Client client(session, "ecs");
      CHECK(thrown_by([&] { client.call("DescribeServices", kInput); }) == c.thrown);
      CHECK(world.http.requests.size() == c.requests);
      CHECK(world.slept.size() == c.requests - 1);
      for (size_t i = 0; i < world.slept.size(); ++i) CHECK(world.slept[i] <= std::chrono::seconds(1 << i));
    }
  }
}

TEST_CASE("aws: no answer at all names the address and the cause") {
  AwsWorld world;
  auto failure = HttpFailure::connect;
  world.http.answer = [&](const HttpRequest&) -> HttpResponse {
    throw HttpError("POST x", "Connection refused", failure);
  };
  auto session = world.session();
  Client client(session, "ecs");
  CHECK(
      thrown_by([&] { client.call("DescribeServices", kInput); }) ==
      "Could not connect to the endpoint URL: \"https://ecs.eu-west-1.amazonaws.com/\" (Connection refused)");
  CHECK(world.http.requests.size() == 3);
  failure = HttpFailure::timeout;
  CHECK(thrown_by([&] { client.call("DescribeServices", kInput); }) ==
        "Read timeout on endpoint URL: \"https://ecs.eu-west-1.amazonaws.com/\"");
}

TEST_CASE("aws: a service that is down is not asked three times for ever") {
  AwsWorld world;
  world.answers({refused(500, "X")});
  auto session = world.session();
  Client client(session, "ecs");
  for (int i = 0; i < 60; ++i) thrown_by([&] { client.call("DescribeServices", kInput); });
  CHECK(world.http.requests.size() == 60 + 100);  // 500 tokens, 5 a retry
}

TEST_CASE("aws: a wrong clock is corrected by the server's, once") {
  AwsWorld world;
  auto skewed = refused(403, "InvalidSignatureException");
  skewed.headers = {{"Date", "Sat, 21 Nov 2026 00:10:00 GMT"}};
  SUBCASE("and the call goes through") {
    world.answers({skewed, kServices});
    auto session = world.session();
    Client client(session, "ecs");
    client.call("DescribeServices", kInput);
    CHECK(header_of(world.http.requests[1], "X-Amz-Date") == "20261121T001000Z");
    CHECK(world.slept.empty());
    client.call("DescribeServices", kInput);
    CHECK(header_of(world.http.requests[2], "X-Amz-Date") == "20261121T001000Z");
  }
  SUBCASE("but not for ever") {
    world.answers({skewed});
    auto session = world.session();
    thrown_by([&] { Client(session, "ecs").call("DescribeServices", kInput); });
    CHECK(world.http.requests.size() == 2);
  }
  SUBCASE("a wrong secret has nothing to do with clocks") {
    skewed.headers = {{"Date", "Sat, 21 Nov 2026 00:01:00 GMT"}};
    world.answers({skewed});
    auto session = world.session();
    thrown_by([&] { Client(session, "ecs").call("DescribeServices", kInput); });
    CHECK(world.http.requests.size() == 1);
  }
}

TEST_CASE("aws: an input that does not fit is not sent") {
  AwsWorld world;
  auto session = world.session();
  Client client(session, "ecs");
  CHECK(thrown_by([&] {
          client.call("DescribeServices", Json{{"cluster", "c"}});
        }) == "Parameter validation failed:\nMissing required parameter in input: \"services\"");
  CHECK(world.http.requests.empty());
}

TEST_CASE("aws: a token against doing it twice is the same in every attempt") {
  AwsWorld world;
  world.answers({refused(500, "X"), ok(R"({"tasks": []})")});
  auto session = world.session();
  Client client(session, "ecs");
  client.call("RunTask", Json{{"taskDefinition", "f"}});
  CHECK(world.http.requests[0].body == world.http.requests[1].body);
  CHECK(Json::parse(world.http.requests[0].body)["clientToken"].get<std::string>().size() == 36);
  client.call("RunTask", Json{{"taskDefinition", "f"}, {"clientToken", "mine"}});
  CHECK(Json::parse(world.http.requests[2].body)["clientToken"] == "mine");
}

TEST_CASE("aws: an address with a path in front") {
  AwsWorld world;
  world.answers({kServices, ok("<Invalidation><Id>I</Id></Invalidation>")});
  auto session = world.session({.endpoint_url = "http://127.0.0.1:1/aws/"});
  Client(session, "ecs").call("DescribeServices", kInput);
  Client(session, "cloudfront").call("GetInvalidation", Json{{"DistributionId", "E"}, {"Id", "I"}});
  CHECK(world.http.requests[0].url == "http://127.0.0.1:1/aws");
  CHECK(world.http.requests[1].url == "http://127.0.0.1:1/aws/2020-05-31/distribution/E/invalidation/I");
  CHECK(world.http.requests[1].method == "GET");
}

TEST_CASE("aws: pages are one answer") {
  AwsWorld world;
  world.answers({ok(R"({"nextToken": "2", "serviceArns": ["a", "b"]})"),
                 ok(R"({"nextToken": "3", "serviceArns": []})"), ok(R"({"serviceArns": ["c"]})")});
  auto session = world.session();
  Client client(session, "ecs");
  CHECK(client.all_pages("list-services", Json{{"cluster", "c"}}).dump() ==
        R"({"serviceArns":["a","b","c"]})");
  CHECK(world.http.requests[1].body == R"({"cluster":"c","nextToken":"2"})");
  world.answers({ok(R"({"nextToken": "2", "serviceArns": ["a"]})")});
  CHECK(thrown_by([&] { client.all_pages("ListServices", {}); }).find("the same page's token twice") !=
        std::string::npos);
}

TEST_CASE("aws: waiting ends as the waiter's rules say") {
  struct Case {
    const char* why;
    std::vector<HttpResponse> answers;
    size_t polls;
    const char* thrown;
  };
  const Case cases[] = {
      {"stable in the end", {service_with(1), service_with(2, 2), service_with(2)}, 3, ""},
      {"never", {service_with(1)}, 40, "Waiter ServicesStable failed: Max attempts exceeded"},
      {"no such service",
       {ok(R"({"services": [], "failures": [{"reason": "MISSING"}]})")},
       1,
       "Waiter ServicesStable failed: Waiter encountered a terminal failure state: For expression "
       "\"failures[].reason\" we matched expected path: \"MISSING\" at least once"},
      {"refused",
       {refused(400, "ClusterNotFoundException")},
       1,
       "Waiter ServicesStable failed: An error occurred (ClusterNotFoundException): m"},
  };
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      AwsWorld world;
      world.answers(c.answers);
      auto session = world.session();
      Client client(session, "ecs");
      CHECK(thrown_by([&] { client.wait("services-stable", kInput); }) == c.thrown);
      CHECK(world.http.requests.size() == c.polls);
      CHECK(world.slept == std::vector<std::chrono::milliseconds>(c.polls - 1, 15s));
    }
  }
}

TEST_CASE("aws: what a waiter sees is handed on, and a stop ends it") {
  AwsWorld world;
  world.answers({service_with(1)});
  auto session = world.session();
  int polls = 0;
  const auto told = thrown_by([&] {
    Client(session, "ecs").wait("ServicesStable", kInput, [&](const Json& answer) {
      CHECK(answer["services"][0]["runningCount"] == 1);
      if (++polls == 3) world.stop.request_stop();
    });
  });
  CHECK(told == "cancelled");
  CHECK(polls == 3);
}

TEST_CASE("aws: a stop ends a real pause at once") {
  test::AwsWorld world;
  const World real{.env = world.env, .http = world.http, .stop = world.stop.get_token()};
  std::jthread stopper([&] { world.stop.request_stop(); });
  const auto begin = std::chrono::steady_clock::now();
  CHECK(thrown_by([&] { pause(real, 1h); }) == "cancelled");
  CHECK(std::chrono::steady_clock::now() - begin < 10min);
}
