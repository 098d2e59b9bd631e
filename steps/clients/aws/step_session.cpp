#include "steps/clients/aws/step_session.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/aws/model.hpp"

namespace runner::aws {
namespace {

// What to do about an error, by its code. {0}: the IAM action, {1}: the resource.
struct Advice {
  std::vector<std::string_view> codes;
  std::string_view text;
};
const Advice kAdvice[] = {
    {{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403",
      "NotAuthorized"},
     "The credentials are good but may not do this: their role or user needs a policy that allows {0} on "
     "{1}."},
    {{"ExpiredToken", "ExpiredTokenException", "RequestExpired"},
     "The credentials have run out: run aws-actions/configure-aws-credentials right before this step, or "
     "raise its role-duration-seconds."},
    {{"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure"},
     "The access key is not known there: is it deleted, of another partition, or is a session token "
     "missing?"},
    {{"SignatureDoesNotMatch", "InvalidSignatureException"},
     "The secret does not belong to the access key: look for a blank or a line end in the secret."},
    {{"ClusterNotFoundException"},
     "{1} is not there: look at `cluster` and at the region and account of the credentials."},
    {{"ServiceNotFoundException", "ServiceNotActiveException"},
     "{1} is not there: look at `service`, `cluster` and at the region and account of the credentials."},
    {{"NoSuchDistribution"},
     "{1} is not there: look at its id (E...) and at the account of the credentials."},
    {{"NoSuchBucket"}, "{1} is not there: look at its name; buckets are not made by a deploy."},
    {{"TooManyInvalidationsInProgress"},
     "At most 3,000 paths or 15 wildcards are invalidated at a time: wait for the earlier ones, or use /*."},
    {{"ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"},
     "{1} is not there: look at codedeploy-application and codedeploy-deployment-group."},
    {{"DeploymentLimitExceededException"}, "Another deployment of {1} is going on: wait for it or stop it."},
};

// The word that IAM puts before the ':' of an operation.
std::string iam_action(const std::string& operation) {
  for (const auto* name : {"sts", "ecr", "ecr-public", "ecs", "deploy", "codebuild", "cloudfront", "logs"}) {
    const auto* service = find_service(name);
    if (service != nullptr && service->operation(operation) != nullptr) {
      return service->signing_name + ":" + operation;
    }
  }
  return operation;
}

std::string advice_on(const ServiceError& error, std::string_view resource) {
  for (const auto& row : kAdvice) {
    if (std::find(row.codes.begin(), row.codes.end(), error.code()) == row.codes.end()) continue;
    return fmt::format(fmt::runtime(row.text), iam_action(error.operation()), resource);
  }
  return {};
}

std::string advice_on(const ConfigurationError& error) {
  const std::string text = error.what();
  if (text.find("credentials") != std::string::npos) {
    return "Is there an aws-actions/configure-aws-credentials step before this one in the same job?";
  }
  if (text.find("region") != std::string::npos) {
    return "The region comes from an aws-actions/configure-aws-credentials step before, or from AWS_REGION.";
  }
  return {};
}

}  // namespace

World world_of(StepSite& site) {
  return {.env = site.env(), .http = site.http(), .stop = site.stop(), .sleep = [&site](auto time) {
            site.sleep(time);
          }};
}

std::string explained(const std::exception& error, std::string_view doing, std::string_view resource) {
  std::string advice;
  if (const auto* refused = dynamic_cast<const ServiceError*>(&error)) advice = advice_on(*refused, resource);
  if (const auto* wrong = dynamic_cast<const ConfigurationError*>(&error)) advice = advice_on(*wrong);
  auto text = doing.empty() ? std::string(error.what()) : fmt::format("{}: {}", doing, error.what());
  return advice.empty() ? text : text + "\n" + advice;
}

std::string account_of(std::string_view arn) {
  if (!arn.starts_with("arn:")) return {};
  const auto parts = split(arn, ':');
  return parts.size() < 6 ? "" : std::string(parts[4]);
}

std::string short_arn(std::string_view arn) {
  if (!arn.starts_with("arn:")) return std::string(arn);
  const auto slash = arn.rfind('/');
  return std::string(slash == std::string_view::npos ? arn.substr(arn.rfind(':') + 1)
                                                     : arn.substr(slash + 1));
}

}  // namespace runner::aws
