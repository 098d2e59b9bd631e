// steps/aws_cli/s3_transfer.hpp -- `aws s3 sync|cp|mv|rm`.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "steps/aws_cli/s3_request.hpp"
#include "steps/clients/aws/session.hpp"

namespace runner::aws {

// The exit code. Throws what the reading of the command line throws, and ConfigurationError.
int run_s3_transfer(const S3Request& request, Session& session, Terminal& terminal);
// As plan_s3().
std::vector<std::string> plan_s3_transfer(const S3Request& request, Session& session,
                                          const Terminal& terminal);

}  // namespace runner::aws
