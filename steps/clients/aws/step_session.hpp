// steps/clients/aws/step_session.hpp -- what an action's step and a plan hand to the AWS client, and how they
// tell what a service refused: its own words, the resource, what to do.
#pragma once
#include <exception>
#include <string>
#include <string_view>

#include "steps/clients/aws/session.hpp"
#include "steps/step.hpp"

namespace runner::aws {

World world_of(StepSite& site);  // keeps a reference to it

// "doing: the error's words", then on a line of its own what to do about it, where that is known. `resource`
// as a sentence names it: "service web in cluster prd".
std::string explained(const std::exception& error, std::string_view doing, std::string_view resource);
// ARN parts: "arn:aws:iam::123456789012:role/deploy" -> "123456789012"; "" when it is no ARN.
std::string account_of(std::string_view arn);
// What stands behind the last '/' (or ':'): "task-definition/web:7" -> "web:7".
std::string short_arn(std::string_view arn);

}  // namespace runner::aws
