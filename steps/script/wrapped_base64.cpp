#include "steps/script/wrapped_base64.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "steps/script/bytes.hpp"

namespace runner {
namespace {

constexpr size_t kGram = GramTable::kGram;
constexpr size_t kNarrowest = 24;  // what ends in less base64 is an ordinary line
constexpr size_t kWidest = 1024;   // and what ends in more was not broken
constexpr size_t kShortStart = 3;  // so much of a core is masked at the end of a line whatever follows
constexpr size_t kSurePiece = 6;   // and so much at its start whatever came before
constexpr size_t kStartBits = 18;  // three characters of 64

constexpr auto kIsBase64 = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_="))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();
bool is_base64(char c) { return kIsBase64[static_cast<unsigned char>(c)]; }

size_t short_start(std::string_view text) {
  uint32_t hash = 0;
  for (size_t i = 0; i < kShortStart; ++i) hash = hash << 8 | static_cast<unsigned char>(text[i]);
  return hash * 0x9E3779B1u >> (32 - kStartBits);
}

std::string_view base64_from(std::string_view line) {
  size_t size = 0;
  while (size < line.size() && is_base64(line[size])) ++size;
  return line.substr(0, size);
}
std::string_view base64_to_end(std::string_view line) {
  size_t size = 0;
  while (size < line.size() && size <= kWidest && is_base64(line[line.size() - 1 - size])) ++size;
  return line.substr(line.size() - size);
}

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool ends_in_base64(std::string_view text, size_t line_end) {
  for (size_t back = 1; back <= kNarrowest; ++back) {
    if (!is_base64(text[line_end - back])) return false;
  }
  return true;
}

// The 64 bits of `now`, each also where one of the 23 bits below it is set; `before` is what lies below.
uint64_t smeared_by_24(uint64_t now, uint64_t before) {
  for (const unsigned by : {1u, 2u, 4u, 8u, 8u}) {
    now |= now << by | before >> (64 - by);
    before |= before << by;
  }
  return now;
}

// Calls visit(line_end) for the ends of all lines that end in base64.
template <class Visit>
void each_wide_line(std::string_view text, Visit visit) {
  static_assert(kNarrowest == 24);
  const auto line_end = [](const char* at) { return equals(load_bytes(at), '\n'); };
  const auto other = [](const char* at) -> Bytes {  // most of what is no base64: all below '+', and . and :
    const auto bytes = load_bytes(at);
    return Bytes(bytes < (Bytes{} + uint8_t{'+'})) | equals(bytes, '.') | equals(bytes, ':');
  };
  const auto check = [&](size_t at) {
    if (at >= kNarrowest && ends_in_base64(text, at)) visit(at);
  };
  size_t at = 0;
  uint64_t before = ~uint64_t{0};
  for (; at + 64 <= text.size(); at += 64) {
    const auto others = bits_of_64(text.data() + at, other);
    if (auto ends = bits_of_64(text.data() + at, line_end); ends != 0) {
      ends &= ~(smeared_by_24(others, before) << 1 | smeared_by_24(before, ~uint64_t{0}) >> 63);
      for (; ends != 0; ends &= ends - 1) check(at + static_cast<size_t>(std::countr_zero(ends)));
    }
    before = others;
  }
  for (; at < text.size(); ++at) {
    if (text[at] == '\n') check(at);
  }
  if (!text.ends_with('\n')) check(text.size());
}

size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}
size_t common_suffix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
}

}  // namespace

void WrappedBase64::add(std::string_view core) {
  if (core.size() < kGram) return;
  if (short_starts_.empty()) short_starts_.assign((size_t{1} << kStartBits) / 64, 0);
  const auto start = short_start(core);
  short_starts_[start / 64] |= uint64_t{1} << (start % 64);
  const auto number = static_cast<uint32_t>(cores_.size());
  cores_.push_back(core);
  for (uint32_t offset = 0; offset + kGram <= core.size(); ++offset) {
    places_.add(GramTable::gram_at(core.data() + offset), number, offset);
  }
}

// How much of a core the line's base64 ends with: from the core's beginning on, or the whole line of it.
size_t WrappedBase64::tail_of(std::string_view base64) const {
  size_t tail = 0;
  places_.at(GramTable::gram_at(base64.data() + base64.size() - kGram),
             [&](uint32_t number, uint32_t offset) {
               const auto known = offset + kGram;
               const auto run = common_suffix(base64, cores_[number].substr(0, known));
               if (run == known || run == base64.size()) tail = std::max(tail, run);
             });
  const auto start = short_start(base64.substr(base64.size() - kShortStart));
  if (tail == 0 && (short_starts_[start / 64] >> (start % 64) & 1) != 0) tail = kShortStart;
  return tail;
}

// Whether continued() can give more than 0 at all: most lines end here.
bool WrappedBase64::may_continue(std::string_view start, std::string_view before) const {
  const auto filter = places_.filter();
  std::array<char, 2 * kGram> around{};
  before.substr(before.size() - kGram).copy(around.data(), kGram);
  start.substr(0, kGram).copy(around.data() + kGram, kGram);
  bool any = false;
  for (size_t at = 0; at <= kGram; ++at) any |= filter.maybe(GramTable::gram_at(around.data() + at));
  return any;
}

// How much of `base64`, at the start of a line behind one that ends with `before`, goes on with a core or is
// the end of one.
size_t WrappedBase64::continued(std::string_view base64, bool to_line_end, std::string_view before) const {
  size_t longest = 0;
  for (size_t known = 1; known <= kGram && known <= before.size(); ++known) {
    if (base64.size() < kGram - known) continue;
    std::array<char, kGram> gram{};
    before.substr(before.size() - known).copy(gram.data(), known);
    base64.copy(gram.data() + known, kGram - known);
    places_.at(GramTable::gram_at(gram.data()), [&](uint32_t number, uint32_t offset) {
      const auto core = cores_[number];
      const auto split = offset + known;
      const auto back = common_suffix(before, core.substr(0, split));
      if (back != split && back != before.size()) return;
      const auto run = common_prefix(base64, core.substr(split));
      if (back + run < kSurePiece && core.size() >= kSurePiece) return;
      if (split + run == core.size() || (to_line_end && run == base64.size()))
        longest = std::max(longest, run);
    });
  }
  if (base64.size() < kSurePiece) return longest;
  places_.at(GramTable::gram_at(base64.data()), [&](uint32_t number, uint32_t offset) {
    const auto rest = cores_[number].substr(offset);
    const auto run = common_prefix(base64, rest);
    if (run >= kSurePiece && run == rest.size()) longest = std::max(longest, run);
  });
  return longest;
}

void WrappedBase64::find_at_start(std::string_view text, Line line, size_t base64_begin,
                                  const LineEdge& before, std::vector<Range>& found) const {
  const auto content = text.substr(line.begin, line.end - line.begin);
  const auto blanks = std::min(content.find_first_not_of(" \t"), content.size());
  const auto look = [&](size_t start) {
    if (start >= content.size() || !may_continue(content.substr(start), before.base64)) return;
    const auto base64 = base64_from(content.substr(start));
    const auto run = continued(base64, start + base64.size() == content.size(), before.base64);
    if (run > 0) found.push_back({line.begin + start, line.begin + start + run});
  };
  // behind the same prefix, behind an indent, or behind a prefix that differs from line to line
  look(before.indent);
  if (blanks != before.indent) look(blanks);
  if (base64_begin != before.indent && base64_begin != blanks) look(base64_begin);
}

void WrappedBase64::visit_line(std::string_view text, Line line, LineEdge& edge, Certainty certainty,
                               std::vector<Range>& found) const {
  const auto content = text.substr(line.begin, line.end - line.begin);
  const auto base64 = base64_to_end(content);
  const auto begin = content.size() - base64.size();
  if (!edge.base64.empty()) find_at_start(text, line, begin, edge, found);
  edge.base64.clear();
  if (base64.size() < kNarrowest || base64.size() > kWidest) return;
  edge.base64 = base64;
  edge.indent = begin;
  const auto tail = tail_of(base64);
  if (tail == 0 || (tail < kSurePiece && (certainty == Certainty::sure || is_hexadecimal(base64)))) return;
  found.push_back({line.end - tail, line.end});
}

void WrappedBase64::find(std::string_view text, LineEdge& edge, Certainty certainty,
                         std::vector<Range>& found) const {
  if (cores_.empty() || text.empty()) return;
  size_t next = 0;  // the first line not visited
  const auto visit = [&](size_t begin) {
    const auto end = std::min(text.find('\n', begin), text.size());
    visit_line(text, {begin, end}, edge, certainty, found);
    next = end + 1;
  };
  // What follows a wide line is looked at whatever it is.
  const auto visit_followers = [&] {
    while (!edge.base64.empty() && next < text.size()) visit(next);
  };
  visit_followers();
  each_wide_line(text, [&](size_t line_end) {
    if (line_end < next) return;
    visit(text.rfind('\n', line_end - 1) + 1);
    visit_followers();
  });
}

}  // namespace runner
