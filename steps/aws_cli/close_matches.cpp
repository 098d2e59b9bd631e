#include "steps/aws_cli/close_matches.hpp"

#include <algorithm>

namespace runner::aws {
namespace {

struct Match {
  size_t a = 0, b = 0, length = 0;
};

// The longest common run; the earliest in `a`, then in `b`.
Match longest_match(std::string_view a, std::string_view b) {
  Match best;
  std::vector<size_t> lengths(b.size() + 1), previous(b.size() + 1);  // of runs that end before b[j]
  for (size_t i = 0; i < a.size(); ++i) {
    std::swap(lengths, previous);
    for (size_t j = 0; j < b.size(); ++j) {
      lengths[j + 1] = a[i] == b[j] ? previous[j] + 1 : 0;
      if (lengths[j + 1] > best.length)
        best = {i + 1 - lengths[j + 1], j + 1 - lengths[j + 1], lengths[j + 1]};
    }
  }
  return best;
}

size_t matching_letters(std::string_view a, std::string_view b) {
  const auto match = longest_match(a, b);
  if (match.length == 0) return 0;
  return match.length + matching_letters(a.substr(0, match.a), b.substr(0, match.b)) +
         matching_letters(a.substr(match.a + match.length), b.substr(match.b + match.length));
}

double likeness(std::string_view a, std::string_view b) {
  if (a.empty() && b.empty()) return 1;
  return 2.0 * static_cast<double>(matching_letters(a, b)) / static_cast<double>(a.size() + b.size());
}

}  // namespace

std::vector<std::string> close_matches(std::string_view word, const std::vector<std::string>& candidates,
                                       double cutoff, size_t most) {
  std::vector<std::pair<double, std::string>> found;
  for (const auto& candidate : candidates) {
    const double score = likeness(candidate, word);
    if (score >= cutoff) found.emplace_back(score, candidate);
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  if (found.size() > most) found.resize(most);
  std::vector<std::string> names;
  for (auto& [score, name] : found) names.push_back(std::move(name));
  return names;
}

}  // namespace runner::aws
