// steps/clients/aws/s3/upload.hpp -- a file, or a stream of unknown length, becomes an object: in one
// request, or in parts when it is large.
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "steps/clients/aws/s3/checksum.hpp"
#include "steps/clients/aws/s3/wire.hpp"

namespace runner::aws::s3 {

struct Target {
  std::string bucket, key;
  Headers properties{};       // of the object: its type, cache-control, x-amz-meta-... (aws.md 1.6)
  Headers part_properties{};  // what each part needs again: x-amz-request-payer, the customer's key
  // Only where none is there: If-None-Match.
  bool keep_existing = false;
  const ChecksumAlgorithm* checksum = nullptr;  // null: none, unless the service is known to want one
};

// Throws what Wire::call() throws, and Error for a file that cannot be read. A failed one leaves no parts
// behind.
void upload_file(Wire& wire, const std::filesystem::path& file, const Target& target);
// `read` fills a buffer, 0 at the end. `expected_size`: makes the parts large enough.
void upload_stream(Wire& wire, const std::function<size_t(char*, size_t)>& read, uint64_t expected_size,
                   const Target& target);

}  // namespace runner::aws::s3
