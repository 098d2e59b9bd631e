#include "steps/run/wrapped_base64.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "steps/run/bytes.hpp"

namespace runner {
namespace {

constexpr size_t kGram = 6;
constexpr std::array<size_t, 2> kWidths{64, 76};
constexpr size_t kWidest = 76;

uint64_t gram_of(std::string_view text) {
  uint64_t gram = 0;
  std::memcpy(&gram, text.data(), kGram);
  return gram;
}
size_t hash(uint64_t gram) { return gram * 0x9E3779B97F4A7C15u >> 48; }

bool is_wide(std::string_view text, size_t begin, size_t end) {
  const auto line = text.substr(begin, end - begin);
  return std::ranges::find(kWidths, line.size()) != kWidths.end() &&
         line.find('\n') == std::string_view::npos;
}

// The start of the wide line that ends at `end`, where a line end stands; npos: none does.
size_t wide_line_before(std::string_view text, size_t end) {
  for (const auto width : kWidths) {
    if (end < width) continue;
    const auto begin = end - width;
    if ((begin == 0 || text[begin - 1] == '\n') && is_wide(text, begin, end)) return begin;
  }
  return std::string_view::npos;
}

// The first line end at or after `from` that may close a wide line (always so for one near the text's start).
size_t next_candidate(std::string_view text, size_t from) {
  const auto special = [](const char* at) -> Bytes {
    const auto before =
        equals(load_bytes(at - kWidths[0] - 1), '\n') | equals(load_bytes(at - kWidths[1] - 1), '\n');
    return equals(load_bytes(at), '\n') & before;
  };
  while (from < text.size()) {
    if (from > kWidest) from += find_special(text.data() + from, text.size() - from, special);
    const auto stop = std::min(text.size(), from + 4 * kBlock);
    for (; from < stop; ++from) {
      if (text[from] == '\n' && wide_line_before(text, from) != std::string_view::npos) return from;
    }
  }
  return text.size();
}

size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}
size_t common_suffix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
}

}  // namespace

WrappedBase64::WrappedBase64(std::vector<std::string> cores) : cores_(std::move(cores)) {
  std::erase_if(cores_, [](const std::string& core) { return core.size() < 2 * kGram; });
  if (cores_.empty()) return;
  maybe_.assign(size_t{1} << 16, 0);
  for (uint32_t core = 0; core < cores_.size(); ++core) {
    for (uint32_t offset = 0; offset + kGram <= cores_[core].size(); ++offset) {
      const auto gram = gram_of(std::string_view(cores_[core]).substr(offset));
      places_.push_back({gram, core, offset});
      maybe_[hash(gram)] = 1;
    }
  }
  std::ranges::sort(places_, {}, &Place::gram);
}

template <class Visit>
void WrappedBase64::at_gram(std::string_view text, Visit visit) const {
  const auto gram = gram_of(text);
  if (maybe_[hash(gram)] == 0) return;
  auto place = std::ranges::lower_bound(places_, gram, {}, &Place::gram);
  for (; place != places_.end() && place->gram == gram; ++place) {
    visit(std::string_view(cores_[place->core]), place->offset);
  }
}

void WrappedBase64::find_at_start(std::string_view text, size_t begin, size_t end,
                                  std::vector<Range>& found) const {
  if (end - begin < kGram) return;
  const auto line = text.substr(begin, end - begin);
  at_gram(line, [&](std::string_view core, size_t offset) {
    const auto run = common_prefix(line, core.substr(offset));
    if (run == line.size() || offset + run == core.size()) found.push_back({begin, begin + run});
  });
}

void WrappedBase64::find_at_end(std::string_view text, size_t begin, size_t end,
                                std::vector<Range>& found) const {
  const auto line = text.substr(begin, end - begin);
  at_gram(line.substr(line.size() - kGram), [&](std::string_view core, size_t offset) {
    const auto run = common_suffix(line, core.substr(0, offset + kGram));
    if (run == line.size() || run == offset + kGram) found.push_back({end - run, end});
  });
}

void WrappedBase64::find_in_wide(std::string_view text, size_t begin, size_t end,
                                 std::vector<Range>& found) const {
  find_at_start(text, begin, end, found);
  find_at_end(text, begin, end, found);
}

void WrappedBase64::find(std::string_view text, bool& after_wide, std::vector<Range>& found) const {
  if (cores_.empty() || text.empty()) return;
  const auto line_end = [&](size_t begin) { return std::min(text.find('\n', begin), text.size()); };
  if (after_wide) find_at_start(text, 0, line_end(0), found);
  for (auto end = next_candidate(text, 0); end < text.size(); end = next_candidate(text, end + 1)) {
    find_in_wide(text, wide_line_before(text, end), end, found);
    if (end + 1 < text.size()) find_at_start(text, end + 1, line_end(end + 1), found);
  }
  const auto last_end = text.ends_with('\n') ? text.size() - 1 : text.size();
  const auto last_begin = wide_line_before(text, last_end);
  after_wide = last_begin != std::string_view::npos;
  if (after_wide) find_in_wide(text, last_begin, last_end, found);
}

}  // namespace runner
