#include "steps/builtin/toolchain/version_range.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {

namespace {

using Operator = VersionRange::Operator;
using Comparator = VersionRange::Comparator;
using Comparators = std::vector<Comparator>;

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

// A version of a range: numbers may be missing, or x, X, *.
struct Partial {
  std::array<int64_t, 3> numbers{};
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

SemanticVersion lowest(const Partial& partial) { return {partial.numbers, partial.prerelease, {}}; }

// The first version, its prereleases included, in which the number at `place` is one higher.
SemanticVersion above(const Partial& partial, int place) {
  SemanticVersion next;
  for (int at = 0; at <= place; ++at)
    next.numbers[static_cast<size_t>(at)] = partial.numbers[static_cast<size_t>(at)];
  ++next.numbers[static_cast<size_t>(place)];
  next.prerelease = {"0"};
  return next;
}

SemanticVersion without_prerelease(SemanticVersion version) {
  version.prerelease.clear();
  return version;
}

Comparators nothing() { return {{Operator::less, {{}, {"0"}, {}}}}; }
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

bool holds(const Comparator& comparator, const SemanticVersion& version) {
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

bool names_prerelease_of(const Comparators& comparators, const SemanticVersion& version) {
  return std::any_of(comparators.begin(), comparators.end(), [&](const auto& comparator) {
    return !comparator.version.prerelease.empty() && comparator.version.numbers == version.numbers;
  });
}

}  // namespace

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  for (;;) {
    const auto bars = text.find("||");
    auto comparators = parse_alternative(trim(text.substr(0, bars)));
    if (!comparators) return {};
    range.alternatives_.push_back(std::move(*comparators));
    if (bars == std::string_view::npos) return range;
    text.remove_prefix(bars + 2);
  }
}

bool VersionRange::contains(const SemanticVersion& version) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const Comparators& comparators) {
    const bool inside = std::all_of(comparators.begin(), comparators.end(),
                                    [&](const auto& comparator) { return holds(comparator, version); });
    return inside && (version.prerelease.empty() || names_prerelease_of(comparators, version));
  });
}

}  // namespace runner
