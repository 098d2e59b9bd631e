// steps/run/pattern_set.hpp -- finds hundreds of fixed strings in a large text at several GB/s. Immutable.
//
// Four bytes of the text are hashed and looked up in a table; only where the table says "maybe" are patterns
// compared. The table knows the first `stride` four-byte pieces of every pattern, so it is enough to look at
// every stride-th position: of a pattern's pieces exactly one lies there. The shortest pattern decides the
// stride.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Range {
  size_t begin = 0, end = 0;
  bool operator==(const Range&) const = default;
};
// Sorted; those that overlap or touch become one.
void merge(std::vector<Range>& ranges);

class PatternSet {
 public:
  static constexpr size_t kShortest = 4;
  explicit PatternSet(std::vector<std::string> patterns);  // each at least kShortest long
  // Appends every occurrence, in no order.
  void find(std::string_view text, std::vector<Range>& found) const;
  size_t longest() const { return longest_; }

 private:
  struct Piece {
    uint32_t text;     // the four bytes
    uint32_t pattern;  // its number, and the piece's place in it
    uint32_t offset;
    uint32_t next;  // the next piece of the same bucket; kEnd: none
  };
  void add_piece(uint32_t pattern, uint32_t offset);
  void verify(std::string_view text, size_t at, std::vector<Range>& found) const;

  std::vector<std::string> patterns_;
  std::vector<uint8_t> maybe_;     // by 16 bits of hash
  std::vector<uint32_t> buckets_;  // by its upper 12 bits
  std::vector<Piece> pieces_;
  size_t stride_ = 1, longest_ = 0;
};

}  // namespace runner
