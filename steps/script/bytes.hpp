// steps/script/bytes.hpp -- sixteen bytes compared at once, by the compilers' vector types: SSE2 and NEON
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

// A bit for each byte of a comparison's result.
inline uint64_t packed(Bytes marked) {
#ifdef __SSE2__
  using Signed = char __attribute__((vector_size(kBlock)));
  return static_cast<unsigned>(__builtin_ia32_pmovmskb128(Signed(marked)));
#else
  uint64_t words[2];
  std::memcpy(words, &marked, kBlock);
  // byte i of the word comes to bit i of its uppermost byte; little-endian, as all we run on
  for (auto& word : words) word = (word & 0x0101010101010101u) * 0x0102040810204080u >> 56;
  return words[0] | words[1] << 8;
#endif
}

// A bit for each of the 64 bytes at `from` that `marks` marks; it looks at one block.
template <class Marks>
uint64_t bits_of_64(const char* from, Marks marks) {
  return packed(marks(from)) | packed(marks(from + kBlock)) << 16 | packed(marks(from + 2 * kBlock)) << 32 |
         packed(marks(from + 3 * kBlock)) << 48;
}

}  // namespace runner
