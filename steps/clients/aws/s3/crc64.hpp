// steps/clients/aws/s3/crc64.hpp -- CRC-64/NVME, the checksum S3 likes best: with the processor's carry-less
// multiplication where it has one, else by table.
#pragma once
#include <cstdint>
#include <string_view>

namespace runner::aws::s3 {

uint64_t crc64nvme(std::string_view bytes, uint64_t crc = 0);  // `crc`: of what came before
uint64_t crc64nvme_by_table(std::string_view bytes, uint64_t crc = 0);

}  // namespace runner::aws::s3
