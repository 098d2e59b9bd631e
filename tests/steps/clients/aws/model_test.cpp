// The tables of services: that each reads, and that what the rest relies on is in it.
#include "steps/clients/aws/model.hpp"

#include <set>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/clients/aws/jmespath/jmespath.hpp"
#include "steps/clients/aws/models/model_reader.hpp"

using namespace runner;
using namespace runner::aws;

namespace {

void look(const Shape& shape, std::set<const Shape*>& seen) {
  if (!seen.insert(&shape).second) return;
  const bool holds_members = shape.kind == Shape::Kind::structure && !shape.document;
  if (!holds_members) CHECK(shape.members.empty());
  for (const auto& member : shape.members) {
    INFO(shape.name << "." << member.name);
    REQUIRE(member.shape != nullptr);
    look(*member.shape, seen);
  }
  const bool has_element = shape.kind == Shape::Kind::list || shape.kind == Shape::Kind::map;
  CHECK((shape.element != nullptr) == has_element);
  if (shape.element != nullptr) look(*shape.element, seen);
}

}  // namespace

TEST_CASE("aws: every table reads, and its parts fit together") {
  for (const auto name : service_names()) {
    INFO(name);
    const auto* service = find_service(name);
    REQUIRE(service != nullptr);
    CHECK(service->name == name);
    CHECK(service->host.find("amazonaws.com") != std::string::npos);
    CHECK(!service->signing_name.empty());
    CHECK(!service->endpoint_key.empty());
    CHECK((service->protocol == Protocol::json) == !service->target_prefix.empty());
    std::set<const Shape*> seen;
    for (const auto& operation : service->operations) {
      INFO(operation.name);
      REQUIRE(operation.input != nullptr);
      look(*operation.input, seen);
      if (operation.output != nullptr) look(*operation.output, seen);
      CHECK(service->operation(kebab_case(operation.name)) == &operation);
    }
    for (const auto& waiter : service->waiters) {
      INFO(waiter.name);
      CHECK(service->operation(waiter.operation) != nullptr);
      CHECK(waiter.attempts > 0);
      CHECK(waiter.delay.count() > 0);
      for (const auto& acceptor : waiter.acceptors) {
        CHECK(nlohmann::json::accept(acceptor.expected));
        if (!acceptor.argument.empty()) CHECK_NOTHROW(Query{acceptor.argument});
      }
    }
  }
  CHECK(find_service("lambda") == nullptr);
}

TEST_CASE("aws: what a table says of an operation") {
  const auto& ecs = *find_service("ecs");
  const auto& run_task = *ecs.operation("run-task");
  const auto& members = run_task.input->members;
  const auto of = [&](std::string_view name) {
    return std::find_if(members.begin(), members.end(),
                        [&](const auto& member) { return member.name == name; });
  };
  CHECK(of("taskDefinition")->required);
  CHECK(!of("cluster")->required);
  CHECK(of("clientToken")->fills_itself);
  CHECK(of("overrides")->shape->kind == Shape::Kind::structure);
  CHECK(of("tags")->shape->element->name == "Tag");
  CHECK(ecs.operation("list-services")->pages.result == "serviceArns");
  CHECK(ecs.waiter("services-stable")->acceptors.size() == 4);

  const auto& cloudfront = *find_service("cloudfront");
  CHECK(cloudfront.signing_region == "us-east-1");
  CHECK(cloudfront.operation("CreateInvalidation")->body_member == "InvalidationBatch");
  CHECK(cloudfront.operation("CreateInvalidation")->answer_member == "Invalidation");
  CHECK(cloudfront.operation("ListInvalidations")->pages.more == "InvalidationList.IsTruncated");
  CHECK(!find_service("sts")->operation("AssumeRoleWithWebIdentity")->is_signed);
  CHECK(find_service("deploy")->endpoint_key == "CODEDEPLOY");
}

TEST_CASE("aws: names of the model on the command line") {
  const std::pair<const char*, const char*> cases[] = {{"DescribeServices", "describe-services"},
                                                       {"taskDefinition", "task-definition"},
                                                       {"VPCZoneIdentifier", "vpc-zone-identifier"},
                                                       {"TargetGroupARNs", "target-group-arns"},
                                                       {"enableECSManagedTags", "enable-ecs-managed-tags"},
                                                       {"iamInstanceProfile", "iam-instance-profile"},
                                                       {"EC2TagSet", "ec2-tag-set"},
                                                       {"Id", "id"},
                                                       {"SSEKMSKeyId", "ssekms-key-id"},
                                                       {"already-so", "already-so"}};
  for (const auto& [name, want] : cases) CHECK(kebab_case(name) == want);
}

TEST_CASE("aws: a table with a mistake names its line") {
  struct Case {
    const char *text, *part;
  };
  const Case cases[] = {{"service x\n  colour red\n", "line 2: \"colour\""},
                        {"  input A\n", "line 1: it begins with no item"},
                        {"service x\nshape A\n  b strnig\n", "line 3: \"strnig\""},
                        {"service x\nwaiter W Op 1 2\n  happy path \"a\" b\n", "line 3: \"happy\""},
                        {"service x\nshape A\n  b\n", "line 3: a word is missing"}};
  for (const auto& c : cases) {
    INFO(c.text);
    try {
      read_table(c.text);
      FAIL("was accepted");
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find(c.part) != std::string::npos);
    }
  }
}
