#include "steps/formats/semantic_version.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr int64_t kLargest = 9007199254740991;  // what the original counts exactly
constexpr size_t kLongest = 256;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
bool has_leading_zero(std::string_view digits) { return digits.size() > 1 && digits.front() == '0'; }

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

class VersionReader {
 public:
  VersionReader(std::string_view text, VersionForm form) : text_(text), loose_(form == VersionForm::loose) {}

  std::optional<SemanticVersion> read() {
    skip_prefix();
    SemanticVersion version;
    for (size_t at = 0; at < version.numbers.size(); ++at) {
      if ((at > 0 && !take('.')) || !number(version.numbers[at])) return {};
    }
    if (starts_prerelease() && !parts(version.prerelease, !loose_)) return {};
    if (take('+') && !parts(version.build, false)) return {};
    if (!text_.empty()) return {};
    for (auto& part : version.prerelease) {
      if (is_number(part)) part = without_zeros(part);
    }
    return version;
  }

 private:
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void skip_prefix() {
    if (!loose_) {
      take('v');
      return;
    }
    while (!text_.empty() && (text_[0] == 'v' || text_[0] == '=' || is_blank(text_[0])))
      text_.remove_prefix(1);
  }

  std::string_view span(bool (*belongs)(char)) {
    const auto end = std::find_if_not(text_.begin(), text_.end(), belongs);
    const auto found = text_.substr(0, static_cast<size_t>(end - text_.begin()));
    text_.remove_prefix(found.size());
    return found;
  }

  bool number(int64_t& value) {
    const auto digits = span(is_digit);
    if (digits.empty() || (!loose_ && has_leading_zero(digits))) return false;
    const auto significant = without_zeros(digits);
    if (significant.size() > 16) return false;
    value = std::stoll(std::string(significant));
    return value <= kLargest;
  }

  // Takes what stands between number and prerelease: "-", and in loose form also nothing or dots before a
  // word.
  bool starts_prerelease() {
    if (loose_) {
      const auto word = text_.find_first_not_of('.');
      if (word == std::string_view::npos || !is_letter(text_[word])) return false;
      text_.remove_prefix(word);
      if (text_.size() > 1 && text_[0] == '-' && (is_letter(text_[1]) || is_digit(text_[1])))
        text_.remove_prefix(1);
      return true;
    }
    return take('-');
  }

  bool parts(std::vector<std::string>& into, bool refuse_leading_zeros) {
    do {
      const auto part = span([](char c) { return is_letter(c) || is_digit(c); });
      if (part.empty()) return false;
      if (refuse_leading_zeros && is_number(part) && has_leading_zero(part)) return false;
      into.emplace_back(part);
    } while (take('.'));
    return true;
  }

  std::string_view text_;
  bool loose_;
};

// Of a version that stands in other text: "rc1 linux" has rc1.
std::vector<std::string> prerelease_behind(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto end = std::find_if_not(text.begin(), text.end(),
                                    [](char c) { return is_letter(c) || is_digit(c) || c == '.'; });
  const auto word = text.substr(0, static_cast<size_t>(end - text.begin()));
  std::vector<std::string> parts;
  if (word.empty() || !is_letter(word.front())) return parts;
  for (const auto part : split(word, '.')) {
    if (part.empty()) return {};
    parts.emplace_back(part);
  }
  return parts;
}

}  // namespace

std::string SemanticVersion::text() const {
  const auto release = fmt::format("{}", fmt::join(numbers, "."));
  return prerelease.empty() ? release : fmt::format("{}-{}", release, fmt::join(prerelease, "."));
}

std::string SemanticVersion::full_text() const {
  return build.empty() ? text() : fmt::format("{}+{}", text(), fmt::join(build, "."));
}

std::optional<SemanticVersion> parse_semantic_version(std::string_view text, VersionForm form) {
  if (text.size() > kLongest) return {};
  return VersionReader(trim(text), form).read();
}

std::optional<SemanticVersion> find_version(std::string_view text, int* parts) {
  const auto start = std::find_if(text.begin(), text.end(), is_digit);
  if (start == text.end()) return {};
  text.remove_prefix(static_cast<size_t>(start - text.begin()));
  SemanticVersion version;
  size_t known = 0;
  while (known < version.numbers.size() && !text.empty() && is_digit(text.front())) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = static_cast<size_t>(end - text.begin());
    std::from_chars(text.data(), text.data() + digits, version.numbers[known++]);
    text.remove_prefix(digits);
    if (known == version.numbers.size() || text.size() < 2 || text.front() != '.' || !is_digit(text[1]))
      break;
    text.remove_prefix(1);
  }
  if (parts != nullptr) *parts = static_cast<int>(known);
  version.prerelease = prerelease_behind(text);
  return version;
}

std::strong_ordering compare_version_parts(std::string_view a, std::string_view b) {
  const bool numbers[] = {is_number(a), is_number(b)};
  if (numbers[0] != numbers[1])
    return numbers[0] ? std::strong_ordering::less : std::strong_ordering::greater;
  if (!numbers[0]) return a <=> b;
  a = without_zeros(a), b = without_zeros(b);
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

std::strong_ordering operator<=>(const SemanticVersion& a, const SemanticVersion& b) {
  if (const auto order = a.numbers <=> b.numbers; order != 0) return order;
  if (a.prerelease.empty() || b.prerelease.empty()) return a.prerelease.empty() <=> b.prerelease.empty();
  return std::lexicographical_compare_three_way(a.prerelease.begin(), a.prerelease.end(),
                                                b.prerelease.begin(), b.prerelease.end(),
                                                compare_version_parts);
}

}  // namespace runner
