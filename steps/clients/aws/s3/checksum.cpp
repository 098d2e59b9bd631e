#include "steps/clients/aws/s3/checksum.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include <openssl/evp.h>

#include "steps/clients/aws/s3/crc64.hpp"
#include "steps/system/digest.hpp"

namespace runner::aws::s3 {
namespace {

template <class Number>
std::string big_endian(Number number) {
  std::string bytes;
  for (int shift = sizeof(Number) * 8 - 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>((number >> shift) & 0xff);
  return bytes;
}

constexpr std::array<uint32_t, 256> castagnoli_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    auto value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78U : 0);
    table[byte] = value;
  }
  return table;
}

std::string crc32(std::string_view bytes) {
  const auto crc = ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  return big_endian(static_cast<uint32_t>(crc));
}

std::string crc32c(std::string_view bytes) {
  static constexpr auto kTable = castagnoli_table();
  uint32_t crc = ~0U;
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return big_endian(~crc);
}

std::string crc64(std::string_view bytes) { return big_endian(crc64nvme(bytes)); }

}  // namespace

const std::vector<ChecksumAlgorithm>& checksum_algorithms() {
  static const std::vector<ChecksumAlgorithm> all = {
      {"CRC64NVME", "x-amz-checksum-crc64nvme", "ChecksumCRC64NVME", crc64},
      {"CRC32", "x-amz-checksum-crc32", "ChecksumCRC32", crc32},
      {"CRC32C", "x-amz-checksum-crc32c", "ChecksumCRC32C", crc32c},
      {"SHA1", "x-amz-checksum-sha1", "ChecksumSHA1", sha1},
      {"SHA256", "x-amz-checksum-sha256", "ChecksumSHA256", sha256},
  };
  return all;
}

const ChecksumAlgorithm* checksum_algorithm(std::string_view name) {
  const auto& all = checksum_algorithms();
  const auto at = std::ranges::find(all, name, &ChecksumAlgorithm::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace runner::aws::s3
