// steps/aws_cli/s3_properties.hpp -- the options that describe objects, as headers (aws.md 1.6).
#pragma once
#include <string>

#include "steps/aws_cli/s3_request.hpp"
#include "steps/clients/aws/s3/copy.hpp"

namespace runner::aws {

struct S3Properties {
  s3::Headers object{};   // of each object that is sent
  s3::Headers request{};  // of every request on an object: who pays, the customer's key
  s3::Headers source{};   // of requests on the source of a copy
  s3::Headers copy{};     // of copies alone
  s3::CopyProperties keep = s3::CopyProperties::all;
  const s3::ChecksumAlgorithm* checksum = nullptr;
  bool guess_type = true, keep_existing = false;
  std::string problem{};  // why no object can be sent with them; the CLI tells it with each
};

// Throws UsageError252 for values that cannot be.
S3Properties properties_of(const S3Request& request, const s3::Settings& settings, const Terminal& terminal);
// x-amz-request-payer where it is asked for: on listings and removals too.
s3::Headers payer_of(const Arguments& arguments);
// The object's type by its name is among them, when it is guessed. Throws Error with `problem`.
s3::Target target_of(const S3Properties& properties, const std::string& bucket_and_key,
                     const std::string& file_name);

}  // namespace runner::aws
