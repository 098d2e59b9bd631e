#include "steps/script/gram_table.hpp"

#include <algorithm>
#include <bit>

namespace runner {
namespace {

constexpr size_t kFewestMarks = 16, kMostMarks = 20;  // as powers of two: within the second cache
constexpr size_t kMarksAPlace = 8;
constexpr size_t kFewestHeads = 10;

size_t log2_of_at_least(size_t size) { return static_cast<size_t>(std::bit_width(size - 1)); }

}  // namespace

void GramTable::add(uint32_t gram, uint32_t pattern, uint32_t offset) {
  places_.push_back({gram, pattern, offset, kEnd});
  if (places_.size() > heads_.size())
    grow();
  else
    link(static_cast<uint32_t>(places_.size() - 1));
}

void GramTable::grow() {
  const auto size = 2 * places_.size();
  const auto heads = std::max(kFewestHeads, log2_of_at_least(size));
  const auto marks = std::clamp(log2_of_at_least(size * kMarksAPlace), kFewestMarks, kMostMarks);
  heads_.assign(size_t{1} << heads, kEnd);
  marks_.assign(size_t{1} << marks, 0);
  head_shift_ = static_cast<uint32_t>(32 - heads);
  shift_ = static_cast<uint32_t>(32 - marks);
  for (uint32_t place = 0; place < places_.size(); ++place) link(place);
}

void GramTable::link(uint32_t place) {
  const auto hashed = hash(places_[place].gram);
  marks_[hashed >> shift_] = 1;
  auto& head = heads_[hashed >> head_shift_];
  places_[place].next = head;
  head = place;
}

}  // namespace runner
