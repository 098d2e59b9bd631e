// steps/clients/aws/s3/checksum.hpp -- the checksums that S3 takes in a header beside the body (aws.md 2.3).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner::aws::s3 {

struct ChecksumAlgorithm {
  std::string_view name;                          // "CRC64NVME": the value of x-amz-sdk-checksum-algorithm
  std::string_view header;                        // "x-amz-checksum-crc64nvme"
  std::string_view element;                       // "ChecksumCRC64NVME", of a part
  std::string (*digest)(std::string_view bytes);  // big-endian
};

const std::vector<ChecksumAlgorithm>& checksum_algorithms();
const ChecksumAlgorithm* checksum_algorithm(std::string_view name);  // null: not one of ours

}  // namespace runner::aws::s3
