// Any secrets in any text: the masker finds what a plain search finds, whatever it was told before, and it
// does not matter in which pieces whole lines come.
#include "steps/script/masker.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "parser/base/text.hpp"
#include "steps/script/encodings.hpp"

namespace {

using namespace runner;

// The slow and obvious way.
std::vector<Range> searched(std::string_view text, const std::vector<std::string>& values) {
  std::vector<Range> found;
  const auto look_for = [&](std::string_view form) {
    if (form.size() < PatternSet::kShortest || form.find_first_of("\r\n") != std::string_view::npos) return;
    for (auto at = text.find(form); at != std::string_view::npos; at = text.find(form, at + 1))
      found.push_back({at, at + form.size()});
  };
  for (const auto& value : values) {
    look_for(value);
    for (const auto& form : secret_forms(value)) look_for(form);
  }
  merge(found);
  return found;
}

bool covers(const std::vector<Range>& ranges, const Range& range) {
  return std::ranges::any_of(
      ranges, [&](const auto& one) { return one.begin <= range.begin && range.end <= one.end; });
}

std::string by_lines(const Masker& masker, std::string_view text) {
  std::string shown, scratch;
  LineEdge edge;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    shown += masker.mask_view(text.substr(0, end), scratch, edge);
    text.remove_prefix(end);
  }
  return shown;
}

}  // namespace

// Secrets, a line each, up to an empty line; then the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input(data, data + size);
  const auto border = input.find("\n\n");
  if (border == std::string::npos) return 0;
  auto text = input.substr(border + 2);
  Masker masker;
  std::vector<std::string> values;
  const auto head = input.substr(0, border);
  for (const auto line : split(head, '\n')) {
    const auto value = trim(line);
    if (value.size() < PatternSet::kShortest) continue;
    masker.add(value);
    values.emplace_back(value);
    if (values.size() == 8) break;
    masker.find(text);  // between two that are added
  }
  for (const auto& value : values)
    text += "\n" + base64("before it " + value + " and behind") + "\n" + value + "\n";
  const auto found = masker.find(text);
  for (const auto& range : searched(text, values)) {
    if (!covers(found, range)) std::abort();
  }
  LineEdge edge;
  std::string scratch;
  if (by_lines(masker, text) != masker.mask_view(text, scratch, edge)) std::abort();
  if (masker.may_begin(text) > text.size()) std::abort();
  return 0;
}
