#include "steps/support/toolchain/semver.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {

namespace {

using Operator = SemverRange::Operator;
using Comparator = SemverRange::Comparator;
using Comparators = std::vector<Comparator>;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 && std::all_of(text.begin(), text.end(), is_digit);
}

int to_number(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
}

std::optional<std::vector<std::string>> identifiers(std::string_view text) {
  std::vector<std::string> all;
  for (const auto part : split(text, '.')) {
    if (!is_identifier(part)) return {};
    all.emplace_back(part);
  }
  return all;
}

// Numbers before words, numbers by value.
std::strong_ordering compare_identifiers(const std::string& a, const std::string& b) {
  const bool a_number = is_number(a), b_number = is_number(b);
  if (a_number && b_number) return to_number(a) <=> to_number(b);
  if (a_number != b_number) return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.compare(b) <=> 0;
}

// A version of a range: numbers may be missing, or x, X, *.
struct Partial {
  std::array<int, 3> numbers{};
  int known = 0;  // how many of them
  std::vector<std::string> prerelease{};
};

bool is_wildcard(std::string_view text) { return text == "x" || text == "X" || text == "*"; }

std::optional<Partial> parse_partial(std::string_view text) {
  while (!text.empty() && (text.front() == 'v' || text.front() == 'V' || text.front() == '='))
    text.remove_prefix(1);
  Partial partial;
  text = text.substr(0, text.find('+'));
  const auto dash = text.find('-');
  const auto numbers = text.substr(0, dash);
  if (numbers.empty() && dash == std::string_view::npos) return partial;
  bool open = false;
  const auto parts = split(numbers, '.');
  if (parts.size() > 3) return {};
  for (size_t at = 0; at < parts.size(); ++at) {
    if (!is_wildcard(parts[at]) && !is_number(parts[at])) return {};
    open = open || is_wildcard(parts[at]);
    if (!open) partial.numbers[static_cast<size_t>(partial.known++)] = to_number(parts[at]);
  }
  if (dash == std::string_view::npos || partial.known < 3) return partial;
  auto prerelease = identifiers(text.substr(dash + 1));
  if (!prerelease) return {};
  partial.prerelease = std::move(*prerelease);
  return partial;
}

Semver lowest(const Partial& partial) { return {partial.numbers, partial.prerelease}; }

// The first version, its prereleases included, in which the number at `place` is one higher.
Semver above(const Partial& partial, int place) {
  Semver next;
  for (int at = 0; at <= place; ++at)
    next.numbers[static_cast<size_t>(at)] = partial.numbers[static_cast<size_t>(at)];
  ++next.numbers[static_cast<size_t>(place)];
  next.prerelease = {"0"};
  return next;
}

Semver without_prerelease(Semver version) {
  version.prerelease.clear();
  return version;
}

Comparators nothing() { return {{Operator::less, {{}, {"0"}}}}; }
Comparators between(const Partial& partial, int place) {
  return {{Operator::at_least, lowest(partial)}, {Operator::less, above(partial, place)}};
}

Comparators caret(const Partial& partial) {
  if (partial.known == 0) return {};
  int place = 0;  // of the first number that is not 0, or the last known
  while (place < partial.known - 1 && partial.numbers[static_cast<size_t>(place)] == 0) ++place;
  return between(partial, place);
}

Comparators tilde(const Partial& partial) {
  if (partial.known == 0) return {};
  return between(partial, std::min(partial.known - 1, 1));
}

Comparators compared(Operator op, const Partial& partial) {
  if (partial.known == 3) return {{op, lowest(partial)}};
  const bool outside = op == Operator::less || op == Operator::more;
  if (partial.known == 0) return outside ? nothing() : Comparators{};
  const auto next = above(partial, partial.known - 1);
  switch (op) {
    case Operator::equal:
      return between(partial, partial.known - 1);
    case Operator::more:
      return {{Operator::at_least, without_prerelease(next)}};
    case Operator::at_least:
      return {{op, lowest(partial)}};
    case Operator::at_most:
      return {{Operator::less, next}};
    case Operator::less:
      break;
  }
  auto first = lowest(partial);
  first.prerelease = {"0"};
  return {{op, first}};
}

struct Prefix {
  std::string_view text;
  Operator op;
};
constexpr Prefix kPrefixes[] = {{">=", Operator::at_least},
                                {"<=", Operator::at_most},
                                {">", Operator::more},
                                {"<", Operator::less},
                                {"=", Operator::equal}};

std::optional<Comparators> parse_comparator(std::string_view text) {
  if (text.starts_with('~')) {
    text.remove_prefix(text.starts_with("~>") ? 2 : 1);
    const auto partial = parse_partial(trim(text));
    return partial ? std::optional(tilde(*partial)) : std::nullopt;
  }
  if (text.starts_with('^')) {
    const auto partial = parse_partial(trim(text.substr(1)));
    return partial ? std::optional(caret(*partial)) : std::nullopt;
  }
  auto op = Operator::equal;
  for (const auto& prefix : kPrefixes) {
    if (!text.starts_with(prefix.text)) continue;
    op = prefix.op;
    text.remove_prefix(prefix.text.size());
    break;
  }
  const auto partial = parse_partial(trim(text));
  return partial ? std::optional(compared(op, *partial)) : std::nullopt;
}

// Words; an operator that stands alone belongs to the next one.
std::vector<std::string> comparator_words(std::string_view text) {
  std::vector<std::string> words;
  bool joins = false;
  const auto plain = replace_all(std::string(text), "\t", " ");
  for (const auto part : split(plain, ' ')) {
    if (part.empty()) continue;
    if (joins)
      words.back() += part;
    else
      words.emplace_back(part);
    joins = words.back().find_first_not_of("<>=~^") == std::string::npos;
  }
  return words;
}

std::optional<Comparators> parse_hyphen(std::string_view from, std::string_view to) {
  const auto low = parse_partial(trim(from)), high = parse_partial(trim(to));
  if (!low || !high) return {};
  Comparators all;
  if (low->known > 0) all.push_back({Operator::at_least, lowest(*low)});
  const auto upper = compared(Operator::at_most, *high);
  all.insert(all.end(), upper.begin(), upper.end());
  return all;
}

std::optional<Comparators> parse_alternative(std::string_view text) {
  if (const auto dash = text.find(" - "); dash != std::string_view::npos)
    return parse_hyphen(text.substr(0, dash), text.substr(dash + 3));
  Comparators all;
  for (const auto& word : comparator_words(text)) {
    const auto some = parse_comparator(word);
    if (!some) return {};
    all.insert(all.end(), some->begin(), some->end());
  }
  return all;
}

bool holds(const Comparator& comparator, const Semver& version) {
  const auto order = version <=> comparator.version;
  switch (comparator.op) {
    case Operator::less:
      return order < 0;
    case Operator::at_most:
      return order <= 0;
    case Operator::more:
      return order > 0;
    case Operator::at_least:
      return order >= 0;
    case Operator::equal:
      break;
  }
  return order == 0;
}

bool names_prerelease_of(const Comparators& comparators, const Semver& version) {
  return std::any_of(comparators.begin(), comparators.end(), [&](const auto& comparator) {
    return !comparator.version.prerelease.empty() && comparator.version.numbers == version.numbers;
  });
}

}  // namespace

std::string Semver::text() const {
  auto text = fmt::format("{}.{}.{}", numbers[0], numbers[1], numbers[2]);
  for (size_t at = 0; at < prerelease.size(); ++at) text += (at == 0 ? "-" : ".") + prerelease[at];
  return build.empty() ? text : text + "+" + build;
}

std::optional<Semver> Semver::parse(std::string_view text) {
  text = trim(text);
  const auto plus = text.find('+');
  const auto partial = parse_partial(text);
  if (!partial || partial->known != 3) return {};
  auto version = lowest(*partial);
  if (plus != std::string_view::npos) version.build = text.substr(plus + 1);
  return version;
}

std::optional<Semver> Semver::find(std::string_view text, int* parts) {
  const auto start = std::find_if(text.begin(), text.end(), is_digit);
  if (start == text.end()) return {};
  text.remove_prefix(static_cast<size_t>(start - text.begin()));
  Semver version;
  int known = 0;
  while (known < 3 && !text.empty() && is_digit(text.front())) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto digits = static_cast<size_t>(end - text.begin());
    version.numbers[static_cast<size_t>(known++)] = to_number(text.substr(0, digits));
    text.remove_prefix(digits);
    if (known == 3 || text.size() < 2 || text.front() != '.' || !is_digit(text[1])) break;
    text.remove_prefix(1);
  }
  if (parts != nullptr) *parts = known;
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const auto end = std::find_if_not(
      text.begin(), text.end(), [](char c) { return is_digit(c) || is_letter(c) || c == '.' || c == '-'; });
  const auto word = text.substr(0, static_cast<size_t>(end - text.begin()));
  if (!word.empty() && is_letter(word.front())) {
    if (auto prerelease = identifiers(word)) version.prerelease = std::move(*prerelease);
  }
  return version;
}

std::strong_ordering operator<=>(const Semver& a, const Semver& b) {
  if (const auto order = a.numbers <=> b.numbers; order != 0) return order;
  if (a.prerelease.empty() || b.prerelease.empty()) return a.prerelease.empty() <=> b.prerelease.empty();
  for (size_t at = 0; at < a.prerelease.size() && at < b.prerelease.size(); ++at) {
    if (const auto order = compare_identifiers(a.prerelease[at], b.prerelease[at]); order != 0) return order;
  }
  return a.prerelease.size() <=> b.prerelease.size();
}

std::optional<SemverRange> SemverRange::parse(std::string_view text) {
  SemverRange range;
  for (;;) {
    const auto bars = text.find("||");
    auto comparators = parse_alternative(trim(text.substr(0, bars)));
    if (!comparators) return {};
    range.alternatives_.push_back(std::move(*comparators));
    if (bars == std::string_view::npos) return range;
    text.remove_prefix(bars + 2);
  }
}

bool SemverRange::contains(const Semver& version) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Comparators& comparators) {
    const bool inside = std::all_of(comparators.begin(), comparators.end(),
                                    [&](const auto& comparator) { return holds(comparator, version); });
    return inside && (version.prerelease.empty() || names_prerelease_of(comparators, version));
  });
}

}  // namespace runner
