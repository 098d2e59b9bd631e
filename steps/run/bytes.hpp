// steps/run/bytes.hpp -- sixteen bytes compared at once, by the compilers' vector types: SSE2 and NEON
// without a word about either. For loops over all a step prints, where a call per line would cost more than
// the line.
#pragma once
#include <bit>
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
inline Bytes equals(Bytes bytes, char wanted) {
  return Bytes(bytes == (Bytes{} + static_cast<uint8_t>(wanted)));
}
inline bool any_bit(Bytes bytes) {
  uint64_t halves[2];
  std::memcpy(halves, &bytes, kBlock);
  return (halves[0] | halves[1]) != 0;
}

// Offset of the first byte that `special` marks with ones; where fewer than four blocks are left without one,
// the offset of those. `special` looks at one block. Four at a time, as the branch costs more than the
// comparison.
template <class Special>
size_t find_special(const char* from, size_t size, Special special) {
  for (size_t at = 0; at + 4 * kBlock <= size; at += 4 * kBlock) {
    const Bytes blocks[4] = {special(from + at), special(from + at + kBlock), special(from + at + 2 * kBlock),
                             special(from + at + 3 * kBlock)};
    if (!any_bit((blocks[0] | blocks[1]) | (blocks[2] | blocks[3]))) continue;
    uint64_t words[4 * kBlock / 8];
    std::memcpy(words, blocks, sizeof words);
    size_t word = 0;
    while (words[word] == 0) ++word;
    return at + word * 8 +
           static_cast<size_t>(std::countr_zero(words[word])) / 8;  // little-endian, as all we run on
  }
  return size - size % (4 * kBlock);
}

}  // namespace runner
