// steps/aws_cli/s3.hpp -- `aws s3 sync|cp|mv|rm|ls|mb|rb|presign|website` (aws.md 1).
#pragma once
#include <string>
#include <vector>

#include "steps/aws_cli/aws_cli.hpp"
#include "steps/aws_cli/options.hpp"

namespace runner::aws {

// `args` after "s3", global options among them. As run_aws().
int run_s3(const std::vector<std::string>& args, Terminal& terminal, std::string& missing);
// As plan_aws().
std::vector<std::string> plan_s3(const std::vector<std::string>& args, Terminal& terminal);

}  // namespace runner::aws
