// steps/aws_cli/s3_request.hpp -- what a `sync`, `cp`, `mv` or `rm` was asked to do, read and checked from
// its command line (aws.md 1.1). Touches the file system only to ask whether paths are there.
#pragma once
#include <string>
#include <vector>

#include "steps/aws_cli/aws_cli.hpp"
#include "steps/aws_cli/options.hpp"
#include "steps/clients/aws/s3/compare.hpp"
#include "steps/clients/aws/s3/filter.hpp"

namespace runner::aws {

const std::vector<OptionSpec>& s3_option_specs(const std::string& command);  // of all of `aws s3`
std::vector<std::string> s3_commands();
bool is_s3_command(const std::string& command);

// What the command line has is known to the CLI, and not built in here; what() names it.
class NotBuiltIn : public Error {
 public:
  using Error::Error;
};

struct S3Place {
  bool remote = false;
  std::string path;  // absolute; or "bucket/key"
  std::string bucket() const { return path.substr(0, path.find('/')); }
  std::string key() const;
};

enum class S3Work { upload, download, copy, remove };

struct S3Request {
  std::string command;
  Arguments arguments;
  S3Work work = S3Work::upload;
  S3Place source, target;        // of rm: the same
  bool recursive = false;        // a folder or a prefix; both places end with '/'
  bool use_source_name = false;  // the target's path is a folder for it
  bool stream = false;           // one side is '-'
  bool move = false, dry_run = false, quiet = false, only_errors = false, follow_links = true;
  std::vector<s3::FilterRule> rules;
  std::string source_root, target_root;  // of the rules' patterns
};

// Throws UsageError252, NotBuiltIn, ConfigurationError (255: a path that is not there).
S3Request read_s3_request(const std::string& command, Arguments arguments, const Terminal& terminal);
// "s3://b" and "s3://b/" as "b/", without the scheme.
std::string s3_path(const std::string& url);
// Throws NotBuiltIn for access points, outposts and directory buckets.
void check_bucket(const std::string& path);

}  // namespace runner::aws
