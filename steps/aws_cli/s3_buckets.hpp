// steps/aws_cli/s3_buckets.hpp -- `aws s3 ls|mb|rb|presign|website` (aws.md 1.8).
#pragma once
#include <string>

#include "steps/aws_cli/aws_cli.hpp"
#include "steps/aws_cli/options.hpp"

namespace runner::aws {

// Exit codes. Throw what calls throw, UsageError252 and ConfigurationError.
int run_s3_ls(const Arguments& arguments, Session& session, Terminal& terminal);
int run_s3_mb(const Arguments& arguments, Session& session, Terminal& terminal);
int run_s3_rb(const Arguments& arguments, Session& session, Terminal& terminal);
int run_s3_presign(const Arguments& arguments, Session& session, Terminal& terminal);
int run_s3_website(const Arguments& arguments, Session& session, Terminal& terminal);

// "b" of "s3://b/"; checks that the path is one. Throws UsageError252.
std::string only_path(const std::string& command, const Arguments& arguments);

}  // namespace runner::aws
