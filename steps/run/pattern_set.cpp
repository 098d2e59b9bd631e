#include "steps/run/pattern_set.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace runner {
namespace {

constexpr uint32_t kEnd = UINT32_MAX;
constexpr size_t kPiece = 4;
constexpr size_t kLargestStride = 8;  // beyond it the fuller table costs what the longer step saves

uint32_t piece_at(const char* text) {
  uint32_t piece = 0;
  std::memcpy(&piece, text, kPiece);
  return piece;
}
uint32_t hash(uint32_t piece) { return piece * 0x9E3779B1u >> 16; }
uint32_t bucket(uint32_t hashed) { return hashed >> 4; }

}  // namespace

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

PatternSet::PatternSet(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {
  if (patterns_.empty()) return;
  size_t shortest = SIZE_MAX;
  for (const auto& pattern : patterns_) {
    shortest = std::min(shortest, pattern.size());
    longest_ = std::max(longest_, pattern.size());
  }
  assert(shortest >= kShortest);
  stride_ = std::min(shortest - kPiece + 1, kLargestStride);
  maybe_.assign(size_t{1} << 16, 0);
  buckets_.assign(size_t{1} << 12, kEnd);
  pieces_.reserve(patterns_.size() * stride_);
  for (uint32_t pattern = 0; pattern < patterns_.size(); ++pattern) {
    for (uint32_t offset = 0; offset < stride_; ++offset) add_piece(pattern, offset);
  }
}

void PatternSet::add_piece(uint32_t pattern, uint32_t offset) {
  const auto text = piece_at(patterns_[pattern].data() + offset);
  const auto hashed = hash(text);
  maybe_[hashed] = 1;
  pieces_.push_back({text, pattern, offset, buckets_[bucket(hashed)]});
  buckets_[bucket(hashed)] = static_cast<uint32_t>(pieces_.size() - 1);
}

void PatternSet::find(std::string_view text, std::vector<Range>& found) const {
  if (patterns_.empty() || text.size() < kPiece) return;
  const auto* const table = maybe_.data();
  const auto* const data = text.data();
  const auto maybe = [&](size_t at) { return table[hash(piece_at(data + at))]; };
  const size_t last = text.size() - kPiece;  // the last position with a whole piece
  size_t at = 0;
  // Eight look-ups that do not wait for each other, then one branch.
  for (const auto step = stride_; at + 7 * step <= last; at += 8 * step) {
    const auto any = maybe(at) | maybe(at + step) | maybe(at + 2 * step) | maybe(at + 3 * step) |
                     maybe(at + 4 * step) | maybe(at + 5 * step) | maybe(at + 6 * step) |
                     maybe(at + 7 * step);
    if (any == 0) continue;
    for (size_t i = 0; i < 8; ++i) verify(text, at + i * step, found);
  }
  for (; at <= last; at += stride_) verify(text, at, found);
}

void PatternSet::verify(std::string_view text, size_t at, std::vector<Range>& found) const {
  const auto piece = piece_at(text.data() + at);
  const auto hashed = hash(piece);
  if (maybe_[hashed] == 0) return;
  for (auto i = buckets_[bucket(hashed)]; i != kEnd; i = pieces_[i].next) {
    const auto& candidate = pieces_[i];
    if (candidate.text != piece || candidate.offset > at) continue;
    const std::string_view pattern = patterns_[candidate.pattern];
    const auto begin = at - candidate.offset;
    if (text.substr(begin, pattern.size()) == pattern) found.push_back({begin, begin + pattern.size()});
  }
}

}  // namespace runner
