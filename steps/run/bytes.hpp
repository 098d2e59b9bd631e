// steps/run/bytes.hpp -- sixteen bytes compared at once, by the compilers' vector types: SSE2 and NEON without a
// word about either. For loops over all a step prints, where a call per line would cost more than the line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace runner {

constexpr size_t kBlock = 16;
using Bytes = uint8_t __attribute__((vector_size(kBlock)));

inline Bytes load_bytes(const char* from) {
  Bytes bytes;
  std::memcpy(&bytes, from, kBlock);
  return bytes;
}
inline Bytes equals(Bytes bytes, char wanted) { return Bytes(bytes == (Bytes{} + static_cast<uint8_t>(wanted))); }
inline bool any_bit(Bytes bytes) {
  uint64_t halves[2];
  std::memcpy(halves, &bytes, kBlock);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace runner
