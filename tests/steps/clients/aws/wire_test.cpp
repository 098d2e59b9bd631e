// Requests and answers of the four protocols. The bodies are those that botocore writes for the same input,
// and the values those it reads from the same answer.
#include "steps/clients/aws/wire/wire.hpp"

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/system/http.hpp"

using namespace runner;
using namespace runner::aws;

namespace {

WireRequest written(const char* service, const char* operation, const char* input) {
  const auto& table = *find_service(service);
  return write_request(table, *table.operation(operation), Json::parse(input));
}

std::string read(const char* service, const char* operation, const char* body,
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
  const auto& table = *find_service(service);
  return read_answer(table, *table.operation(operation), {200, std::move(headers), body}).dump();
}

}  // namespace

TEST_CASE("aws: requests as each service wants them") {
  struct Case {
    const char *service, *operation, *input, *path, *body;
  };
  const Case cases[] = {
      {"ecs", "DescribeServices", R"({"cluster": "c", "services": ["s"]})", "/",
       R"({"cluster":"c","services":["s"]})"},
      {"logs", "GetLogEvents", R"({"logStreamName": "é", "startTime": 5})", "/",
       R"({"logStreamName":"é","startTime":5})"},
      {"sts", "GetCallerIdentity", "{}", "/", "Action=GetCallerIdentity&Version=2011-06-15"},
      {"sts", "AssumeRole",
       R"({"RoleArn": "a", "RoleSessionName": "b c", "PolicyArns": [{"arn": "p"}], "Tags": [{"Key": "k", "Value": "é&"}]})",
       "/",
       "Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b%20c&PolicyArns.member.1.arn=p"
       "&Tags.member.1.Key=k&Tags.member.1.Value=%C3%A9%26"},
      {"autoscaling", "StartInstanceRefresh",
       R"({"AutoScalingGroupName": "g", "Preferences": {"MinHealthyPercentage": 50, "SkipMatching": true,
           "CheckpointPercentages": [20, 100]}})",
       "/",
       "Action=StartInstanceRefresh&Version=2011-01-01&AutoScalingGroupName=g&Preferences."
       "MinHealthyPercentage=50"
       "&Preferences.CheckpointPercentages.member.1=20&Preferences.CheckpointPercentages.member.2=100"
       "&Preferences.SkipMatching=true"},
      {"autoscaling", "DescribeAutoScalingGroups", R"({"AutoScalingGroupNames": []})", "/",
       "Action=DescribeAutoScalingGroups&Version=2011-01-01&AutoScalingGroupNames="},
      {"ec2", "CreateLaunchTemplateVersion",
       R"({"LaunchTemplateName": "lt", "LaunchTemplateData": {"ImageId": "ami", "SecurityGroupIds": ["a", "b"],
           "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}]}})",
       "/",
       "Action=CreateLaunchTemplateVersion&Version=2016-11-15&LaunchTemplateName=lt&LaunchTemplateData."
       "ImageId=ami"
       "&LaunchTemplateData.TagSpecification.1.ResourceType=instance&LaunchTemplateData.TagSpecification.1."
       "Tag.1.Key=k"
       "&LaunchTemplateData.TagSpecification.1.Tag.1.Value=v&LaunchTemplateData.SecurityGroupId.1=a"
       "&LaunchTemplateData.SecurityGroupId.2=b"},
      {"cloudfront", "CreateInvalidation",
       R"({"DistributionId": "E/1", "InvalidationBatch": {"Paths": {"Quantity": 2, "Items": ["/a&b", "/*"]},
           "CallerReference": "r"}})",
       "/2020-05-31/distribution/E%2F1/invalidation",
       "<InvalidationBatch "
       "xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths><Quantity>2</Quantity><Items>"
       "<Path>/a&amp;b</Path><Path>/*</Path></Items></Paths><CallerReference>r</CallerReference></"
       "InvalidationBatch>"},
      {"cloudfront", "ListInvalidations", R"({"DistributionId": "E", "MaxItems": "5"})",
       "/2020-05-31/distribution/E/invalidation", ""},
  };
  for (const auto& c : cases) {
    INFO(c.service << " " << c.operation);
    const auto request = written(c.service, c.operation, c.input);
    CHECK(request.path == c.path);
    CHECK(request.body == c.body);
  }
  CHECK(written("cloudfront", "ListInvalidations", R"({"DistributionId": "E", "MaxItems": "5"})").query ==
        "MaxItems=5");
  const auto ecs = written("ecs", "ListServices", "{}");
  CHECK(ecs.headers[0].second == "application/x-amz-json-1.1");
  CHECK(ecs.headers[1].second == "AmazonEC2ContainerServiceV20141113.ListServices");
}

TEST_CASE("aws: answers are read by their shapes, in the model's order") {
  struct Case {
    const char *why, *service, *operation, *body, *want;
  };
  const Case cases[] = {
      {"order, unknown members, null", "ecs", "ListServices",
       R"({"x": 1, "nextToken": null, "serviceArns": ["a"]})", R"({"serviceArns":["a"]})"},
      {"a time in seconds", "deploy", "GetDeployment",
       R"({"deploymentInfo": {"createTime": "2026-11-21T00:00:00Z"}})",
       R"({"deploymentInfo":{"createTime":"2026-11-21T00:00:00+00:00"}})"},
      {"an empty answer", "ecs", "ListServices", "", "{}"},
      {"the result's element", "sts", "GetCallerIdentity",
       "<GetCallerIdentityResponse "
       "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"
       "<Arn>arn</Arn><UserId>u</UserId><Account>1</Account><New>x</New></"
       "GetCallerIdentityResult><ResponseMetadata>"
       "<RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
       R"({"UserId":"u","Account":"1","Arn":"arn"})"},
      {"numbers, lists and truth in XML", "autoscaling", "DescribeInstanceRefreshes",
       "<R><DescribeInstanceRefreshesResult><InstanceRefreshes><member><InstanceRefreshId>i</"
       "InstanceRefreshId>"
       "<PercentageComplete>40</PercentageComplete><Preferences><SkipMatching>false</SkipMatching>"
       "<CheckpointPercentages/></Preferences></member></InstanceRefreshes></"
       "DescribeInstanceRefreshesResult></R>",
       R"({"InstanceRefreshes":[{"InstanceRefreshId":"i","PercentageComplete":40,)"
       R"("Preferences":{"CheckpointPercentages":[],"SkipMatching":false}}]})"},
      {"EC2's small letters", "ec2", "DescribeLaunchTemplates",
       "<DescribeLaunchTemplatesResponse><requestId>r</"
       "requestId><launchTemplates><item><launchTemplateId>lt</launchTemplateId>"
       "<latestVersionNumber>7</latestVersionNumber><tagSet><item><key>k</key><value/></item></tagSet></item>"
       "</launchTemplates></DescribeLaunchTemplatesResponse>",
       R"({"LaunchTemplates":[{"LaunchTemplateId":"lt","LatestVersionNumber":7,"Tags":[{"Key":"k","Value":""}]}]})"},
      {"a body that is a member", "cloudfront", "GetInvalidation",
       "<Invalidation><Id>I</Id><Status>Completed</Status><CreateTime>2026-11-21T00:00:00.25Z</CreateTime>"
       "<InvalidationBatch><Paths><Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths></"
       "InvalidationBatch>"
       "</Invalidation>",
       R"({"Invalidation":{"Id":"I","Status":"Completed","CreateTime":"2026-11-21T00:00:00.250000+00:00",)"
       R"("InvalidationBatch":{"Paths":{"Quantity":1,"Items":["/*"]}}}})"},
  };
  for (const auto& c : cases) {
    SUBCASE(c.why) { CHECK(read(c.service, c.operation, c.body) == c.want); }
  }
  CHECK(read("cloudfront", "CreateInvalidation", "<Invalidation><Id>I</Id></Invalidation>",
             {{"location", "https://x"}}) == R"({"Location":"https://x","Invalidation":{"Id":"I"}})");
  CHECK_THROWS_AS(read("ecs", "ListServices", "<html>"), Error);
  CHECK_THROWS_AS(read("sts", "GetCallerIdentity", "<a>"), Error);
}

TEST_CASE("aws: refusals in the service's own words") {
  struct Case {
    const char* why;
    const char* service;
    HttpResponse answer;
    const char *code, *message;
  };
  const Case cases[] = {
      {"JSON with a namespace",
       "ecs",
       {400,
        {},
        R"({"__type": "com.amazonaws.ecs#ClusterNotFoundException", "message": "Cluster not found."})"},
       "ClusterNotFoundException",
       "Cluster not found."},
      {"JSON with an address", "ecs", {400, {}, R"({"__type": "A:http://x", "Message": "m"})"}, "A", "m"},
      {"the older name in a header",
       "ecr",
       {400, {{"x-amzn-query-error", "Older;Sender"}}, R"({"__type": "Newer", "message": "m"})"},
       "Older",
       "m"},
      {"query",
       "sts",
       {403,
        {},
        "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &amp; no"
        "</Message></Error></ErrorResponse>"},
       "AccessDenied",
       "no & no"},
      {"EC2",
       "ec2",
       {400,
        {},
        "<Response><Errors><Error><Code>InvalidId</Code><Message>m</Message></Error></Errors></Response>"},
       "InvalidId",
       "m"},
      {"a bare error",
       "cloudfront",
       {404, {}, "<Error><Code>NoSuchDistribution</Code><Message>m</Message></Error>"},
       "NoSuchDistribution",
       "m"},
      {"a page of a machine between",
       "ecs",
       {503, {}, "<html><body>busy</body></html>"},
       "503",
       "Service Unavailable"},
      {"nothing", "sts", {500, {}, ""}, "500", "Internal Server Error"},
      {"no XML", "sts", {400, {}, "bad"}, "400", "Bad Request"},
  };
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      const auto error = read_error(*find_service(c.service), c.answer);
      CHECK(error.code == c.code);
      CHECK(error.message == c.message);
    }
  }
}

TEST_CASE("aws: an input that does not fit is told in the CLI's words") {
  struct Case {
    const char *input, *want;
  };
  const Case cases[] = {
      {R"({"services": ["s"]})", ""},
      {"{}", "Missing required parameter in input: \"services\""},
      {R"({"services": "s"})",
       "Invalid type for parameter services, value: s, type: <class 'str'>, valid types: <class 'list'>, "
       "<class 'tuple'>"},
      {R"({"services": [true]})",
       "Invalid type for parameter services[0], value: True, type: <class 'bool'>, valid types: <class "
       "'str'>"},
      {R"({"services": [], "clutser": 1})",
       "Unknown parameter in input: \"clutser\", must be one of: cluster, services, include"},
  };
  const auto& operation = *find_service("ecs")->operation("DescribeServices");
  for (const auto& c : cases) CHECK(input_problems(operation, Json::parse(c.input)) == c.want);
  const auto& other = *find_service("ecs")->operation("RegisterTaskDefinition");
  CHECK(input_problems(
            other,
            Json::parse(R"({"family": "f", "containerDefinitions": [{"environment": [{"nme": "a"}]}]})")) ==
        "Unknown parameter in containerDefinitions[0].environment[0]: \"nme\", must be one of: name, value");
}
