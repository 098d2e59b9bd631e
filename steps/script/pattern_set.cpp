#include "steps/script/pattern_set.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace runner {

void merge(std::vector<Range>& ranges) {
  if (ranges.size() < 2) return;
  std::ranges::sort(ranges, {}, &Range::begin);
  size_t last = 0;
  for (size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].begin <= ranges[last].end)
      ranges[last].end = std::max(ranges[last].end, ranges[i].end);
    else
      ranges[++last] = ranges[i];
  }
  ranges.resize(last + 1);
}

void PatternSet::add(std::string_view pattern) {
  assert(pattern.size() >= kShortest);
  longest_ = std::max(longest_, pattern.size());
  // Patterns that came at a longer stride have more pieces than they need now: found twice, at worst.
  stride_ = std::min(stride_, pattern.size() - GramTable::kGram + 1);
  const auto number = static_cast<uint32_t>(patterns_.size());
  patterns_.push_back(pattern);
  for (uint32_t offset = 0; offset < stride_; ++offset) {
    pieces_.add(GramTable::gram_at(pattern.data() + offset), number, offset);
  }
}

void PatternSet::find(std::string_view text, std::vector<Range>& found) const {
  if (patterns_.empty() || text.size() < GramTable::kGram) return;
  const auto* const data = text.data();
  const auto filter = pieces_.filter();
  const auto maybe = [&](size_t at) -> unsigned {
    return filter.maybe(GramTable::gram_at(data + at)) ? 1 : 0;
  };
  const size_t last = text.size() - GramTable::kGram;  // the last position with a whole piece
  size_t at = 0;
  // Eight look-ups that do not wait for each other, then one branch.
  for (const auto step = stride_; at + 7 * step <= last; at += 8 * step) {
    auto any = maybe(at) | maybe(at + step) << 1 | maybe(at + 2 * step) << 2 | maybe(at + 3 * step) << 3 |
               maybe(at + 4 * step) << 4 | maybe(at + 5 * step) << 5 | maybe(at + 6 * step) << 6 |
               maybe(at + 7 * step) << 7;
    for (; any != 0; any &= any - 1)
      verify(text, at + static_cast<size_t>(std::countr_zero(any)) * step, found);
  }
  for (; at <= last; at += stride_) verify(text, at, found);
}

void PatternSet::verify(std::string_view text, size_t at, std::vector<Range>& found) const {
  pieces_.at(GramTable::gram_at(text.data() + at), [&](uint32_t number, uint32_t offset) {
    if (offset > at) return;
    const auto pattern = patterns_[number];
    const auto begin = at - offset;
    if (text.substr(begin, pattern.size()) == pattern) found.push_back({begin, begin + pattern.size()});
  });
}

}  // namespace runner
