#include <doctest/doctest.h>

#include "steps/formats/xml.hpp"
#include "tests/support/fake_aws.hpp"
#include "tests/support/json_lines.hpp"
#include "tests/support/text.hpp"

namespace runner {

BuiltinAction invalidate_cloudfront();

namespace {

using test::FakeAws;
using test::FakeHost;
using test::has;

constexpr const char* kCreate = "POST /2020-05-31/distribution/E1/invalidation";

struct CloudFrontWorld {
  FakeHost host{invalidate_cloudfront()};
  FakeAws aws{host};
  CloudFrontWorld() {
    host.env_["DISTRIBUTION"] = "E1";
    host.env_["PATHS"] = "/index.html '/a b/*' \"/*\"";
    aws.answer(kCreate, {201, "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>"});
  }
  std::vector<std::string> sent() const {
    std::vector<std::string> paths;
    const auto batch = parse_xml(aws.last(kCreate)->request.body);
    for (const auto& path : batch.child("Paths")->child("Items")->children) paths.push_back(path.text);
    CHECK(batch.child("Paths")->text_of("Quantity") == std::to_string(paths.size()));
    CHECK_FALSE(batch.text_of("CallerReference").empty());
    return paths;
  }
};

}  // namespace

TEST_CASE("aws invalidate: paths with quotes around them") {
  CloudFrontWorld world;
  CHECK(world.host.run().message == "");
  CHECK(world.sent() == std::vector<std::string>{"/index.html", "/a b/*", "/*"});
  CHECK(has(world.host.text, "\"Id\": \"I1\""));
  CHECK(world.host.notes.back() == "I1 InProgress");
  const auto first = world.aws.calls.back().request.body;
  CHECK(world.host.run().message == "");
  CHECK(first != world.aws.calls.back().request.body);  // a reference of its own
}

TEST_CASE("aws invalidate: paths from a file go first; no file and no paths is nothing to do") {
  CloudFrontWorld world;
  world.host.env_["PATHS_FROM"] = "list";
  CHECK(world.host.run().message == "");
  CHECK(world.aws.calls.empty());
  std::ofstream(world.host.workspace() / "list") << "/x\n/y\n";
  CHECK(world.host.run().message == "");
  CHECK(world.sent() == std::vector<std::string>{"/x", "/y"});
}

TEST_CASE("aws invalidate: all that is missing at once") {
  CloudFrontWorld world;
  for (const auto* name : {"DISTRIBUTION", "PATHS", "AWS_SECRET_ACCESS_KEY"}) world.host.env_.erase(name);
  CHECK(world.host.run().message ==
        "error: DISTRIBUTION is not set\nerror: PATHS is not set\nerror: AWS_SECRET_ACCESS_KEY is not set");
  CHECK(world.aws.calls.empty());
}

TEST_CASE("aws invalidate: the service's words and what to do") {
  struct Case {
    const char *code, *words, *advice;
  };
  for (const auto& c :
       {Case{"NoSuchDistribution", "The specified distribution does not exist.",
             "distribution E1 is not there"},
        Case{"AccessDenied", "no", "allows cloudfront:CreateInvalidation on distribution E1"}}) {
    SUBCASE(c.code) {
      CloudFrontWorld world;
      FakeAws aws(world.host);
      aws.refuse_in_xml(kCreate, c.code, c.words, 404);
      const auto result = world.host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK(has(result.message, c.words));
      CHECK_MESSAGE(has(result.message, c.advice), result.message);
    }
  }
}

TEST_CASE("aws invalidate: the paths that are sent, and what is refused, are the original's") {
  for (const auto& row : test::json_lines("aws/invalidate_cloudfront.jsonl")) {
    SUBCASE(row["why"].get<std::string>().c_str()) {
      CloudFrontWorld world;
      world.host.env_.erase("PATHS");
      for (const auto& [name, value] : row["env"].items()) world.host.env_[name] = value;
      if (row["file"].is_string())
        std::ofstream(world.host.workspace() / "paths") << row["file"].get<std::string>();
      const auto result = world.host.run();
      CHECK((result.outcome == Outcome::success) == !row.contains("refused"));
      if (row.contains("refused"))
        CHECK_FALSE(result.message.empty());
      else if (row["paths"].is_null())
        CHECK(world.aws.calls.empty());
      else
        CHECK(world.sent() == row["paths"]["Items"].get<std::vector<std::string>>());
    }
  }
}

}  // namespace runner
