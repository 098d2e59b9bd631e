#include "steps/clients/aws/s3/crc64.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace runner::aws::s3 {
namespace {

constexpr uint64_t kPolynomial = 0x9A6C9329AC4BC9B5;  // bits reversed, as everything here

constexpr uint64_t times_x(uint64_t value) { return (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0); }

// Eight tables: one step takes eight bytes.
using Tables = std::array<std::array<uint64_t, 256>, 8>;
constexpr Tables make_tables() {
  Tables tables{};
  for (uint64_t byte = 0; byte < 256; ++byte) {
    auto value = byte;
    for (int bit = 0; bit < 8; ++bit) value = times_x(value);
    tables[0][byte] = value;
  }
  for (size_t table = 1; table < 8; ++table) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const auto before = tables[table - 1][byte];
      tables[table][byte] = tables[0][before & 0xff] ^ (before >> 8);
    }
  }
  return tables;
}
constexpr Tables kTables = make_tables();

// Without the ones at begin and end.
uint64_t table_steps(std::string_view bytes, uint64_t crc) {
  while (bytes.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    word ^= crc;
    crc = 0;
    for (size_t at = 0; at < 8; ++at) crc ^= kTables[7 - at][(word >> (8 * at)) & 0xff];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) crc = kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return crc;
}

#if defined(__x86_64__)
constexpr uint64_t power_of_x(int exponent) {
  uint64_t value = uint64_t{1} << 63;
  for (int i = 0; i < exponent; ++i) value = times_x(value);
  return value;
}

// What moves 128 bits of remainder on by `bits`: a product of reversed halves is one bit short, hence the -1.
struct Fold {
  uint64_t low, high;
};
constexpr Fold fold_by(int bits) { return {power_of_x(bits + 63), power_of_x(bits - 1)}; }
constexpr Fold kFold128 = fold_by(128), kFold512 = fold_by(512);

__attribute__((target("pclmul,sse4.1"))) __m128i folded(__m128i state, __m128i by) {
  return _mm_xor_si128(_mm_clmulepi64_si128(state, by, 0x00), _mm_clmulepi64_si128(state, by, 0x11));
}

__m128i load(const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

// At least 64 bytes, a multiple of 16. What is left of them, 16 bytes, goes through the table.
__attribute__((target("pclmul,sse4.1"))) uint64_t multiply_steps(std::string_view bytes, uint64_t crc) {
  const auto by512 = _mm_set_epi64x(static_cast<int64_t>(kFold512.high), static_cast<int64_t>(kFold512.low));
  const auto by128 = _mm_set_epi64x(static_cast<int64_t>(kFold128.high), static_cast<int64_t>(kFold128.low));
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  __m128i lanes[4] = {load(at), load(at + 16), load(at + 32), load(at + 48)};
  lanes[0] = _mm_xor_si128(lanes[0], _mm_set_epi64x(0, static_cast<int64_t>(crc)));
  for (at += 64; end - at >= 64; at += 64) {
    for (int lane = 0; lane < 4; ++lane)
      lanes[lane] = _mm_xor_si128(folded(lanes[lane], by512), load(at + 16 * lane));
  }
  auto state = lanes[0];
  for (int lane = 1; lane < 4; ++lane) state = _mm_xor_si128(folded(state, by128), lanes[lane]);
  for (; at < end; at += 16) state = _mm_xor_si128(folded(state, by128), load(at));
  char left[16];
  _mm_storeu_si128(reinterpret_cast<__m128i*>(left), state);
  return table_steps({left, sizeof left}, 0);
}

uint64_t fast_steps(std::string_view bytes, uint64_t crc) {
  static const bool can_multiply = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
  if (!can_multiply || bytes.size() < 64) return table_steps(bytes, crc);
  const auto whole = bytes.size() / 16 * 16;
  return table_steps(bytes.substr(whole), multiply_steps(bytes.substr(0, whole), crc));
}
#else
uint64_t fast_steps(std::string_view bytes, uint64_t crc) { return table_steps(bytes, crc); }
#endif

}  // namespace

uint64_t crc64nvme(std::string_view bytes, uint64_t crc) { return ~fast_steps(bytes, ~crc); }
uint64_t crc64nvme_by_table(std::string_view bytes, uint64_t crc) { return ~table_steps(bytes, ~crc); }

}  // namespace runner::aws::s3
