// steps/script/pattern_set.hpp -- finds thousands of fixed strings in a large text at several GB/s. Not
// thread-safe while it grows.
//
// Four bytes of the text are looked up in a table; only where the table says "maybe" are patterns compared.
// The table knows the first `stride` four-byte pieces of every pattern, so it is enough to look at every
// stride-th position: of a pattern's pieces exactly one lies there. The shortest pattern decides the stride.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "steps/script/gram_table.hpp"

namespace runner {

struct Range {
  size_t begin = 0, end = 0;
  bool operator==(const Range&) const = default;
};
// Sorted; those that overlap or touch become one.
void merge(std::vector<Range>& ranges);

class PatternSet {
 public:
  static constexpr size_t kShortest = GramTable::kGram;
  // `pattern`: at least kShortest long, not added before; its bytes must outlive the set.
  void add(std::string_view pattern);
  // Appends every occurrence, in no order, possibly repeated.
  void find(std::string_view text, std::vector<Range>& found) const;
  size_t longest() const { return longest_; }

 private:
  static constexpr size_t kLargestStride = 8;  // beyond it the fuller table costs what the longer step saves
  void verify(std::string_view text, size_t at, std::vector<Range>& found) const;

  std::vector<std::string_view> patterns_;
  GramTable pieces_;
  size_t stride_ = kLargestStride, longest_ = 0;
};

}  // namespace runner
