#include "steps/action_ref.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <tuple>
#include <vector>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct RepositoryTags {
  std::string_view repository, tags;
};
#define TAGS(repository, tags) {repository, tags},
constexpr RepositoryTags kRepositories[] = {
#include "steps/action_tags.def"
};
#undef TAGS

// "v4", "v4.1", "4.1.7": a prefix and one to three numbers.
struct RefVersion {
  std::string prefix;
  std::vector<int> numbers;
  auto operator<=>(const RefVersion&) const = default;
  int major() const { return numbers.front(); }
  std::string text() const {
    auto text = prefix;
    for (size_t at = 0; at < numbers.size(); ++at) text += (at == 0 ? "" : ".") + std::to_string(numbers[at]);
    return text;
  }
};

std::optional<RefVersion> ref_version(std::string_view text) {
  constexpr size_t kMostNumbers = 3;
  RefVersion version;
  if (text.starts_with('v') || text.starts_with('V'))
    version.prefix = text.substr(0, 1), text.remove_prefix(1);
  for (const auto part : split(text, '.')) {
    int number = 0;
    const auto* end = part.data() + part.size();
    const auto read = std::from_chars(part.data(), end, number);
    if (part.empty() || part[0] == '-' || read.ec != std::errc() || read.ptr != end) return std::nullopt;
    version.numbers.push_back(number);
  }
  if (version.numbers.size() > kMostNumbers) return std::nullopt;
  return version;
}

// The words of the table; "v4.1.0-7" stands for v4.1.0 to v4.1.7.
std::vector<RefVersion> read_tags(std::string_view text) {
  std::vector<RefVersion> tags;
  for (const auto word : split(text, ' ')) {
    const auto dash = word.find('-');
    auto version = ref_version(word.substr(0, dash));
    if (!version) continue;
    int last = version->numbers.back();
    if (dash != std::string_view::npos)
      std::from_chars(word.data() + dash + 1, word.data() + word.size(), last);
    for (; version->numbers.back() <= last; ++version->numbers.back()) tags.push_back(*version);
  }
  return tags;
}

// Empty: the table does not tell of the action's repository.
std::vector<RefVersion> tags_of(const ActionSpec& spec) {
  const auto* row = std::find_if(std::begin(kRepositories), std::end(kRepositories), [&](const auto& known) {
    return spec.uses == known.repository || spec.uses.starts_with(std::string(known.repository) + "/");
  });
  return row == std::end(kRepositories) ? std::vector<RefVersion>() : read_tags(row->tags);
}

// The table may be older than the tag: of a kind that is there, and newer than all of its major.
bool may_be_newer(const RefVersion& ref, const std::vector<RefVersion>& tags) {
  bool kind_known = false, newest_major = true, newest_of_major = true, major_known = false;
  for (const auto& tag : tags) {
    kind_known = kind_known || (tag.prefix == ref.prefix && tag.numbers.size() == ref.numbers.size());
    newest_major = newest_major && tag.major() < ref.major();
    if (tag.major() != ref.major()) continue;
    major_known = true;
    newest_of_major = newest_of_major && tag.numbers < ref.numbers;
  }
  const bool newer_of_major = major_known && newest_of_major && ref.numbers.size() > 1;
  return kind_known && (newest_major || newer_of_major);
}

size_t shared_numbers(const RefVersion& a, const RefVersion& b) {
  const auto at = std::mismatch(a.numbers.begin(), a.numbers.end(), b.numbers.begin(), b.numbers.end());
  return static_cast<size_t>(at.first - a.numbers.begin());
}

// Most numbers in common, then a near major, then one that follows its line ("v4"), then the newest.
const RefVersion& nearest_tag(const RefVersion& ref, const std::vector<RefVersion>& tags) {
  const auto rank = [&](const RefVersion& tag) {
    const auto shared = shared_numbers(ref, tag);
    const bool follows = tag.numbers.size() == std::max<size_t>(shared, 1);
    return std::tuple(shared, -std::abs(ref.major() - tag.major()), follows, tag.numbers,
                      equal_ignoring_case(tag.prefix, ref.prefix));
  };
  return *std::max_element(tags.begin(), tags.end(),
                           [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

bool all_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// A shortened commit id, which GitHub does not look up.
bool short_commit(std::string_view ref) {
  constexpr size_t kShortest = 7, kWhole = 40;
  return ref.size() >= kShortest && ref.size() < kWhole && all_hex(ref);
}

std::optional<RefRemark> known_here(const ActionSpec& spec, const RefVersion& version) {
  const auto say = [&](const char* than, int major, const char* place) {
    return RefRemark{true, fmt::format("{} is {} than v{}, the {} that is known here: it is run as that",
                                       version.text(), than, major, place)};
  };
  if (version.major() > spec.last_major) return say("newer", spec.last_major, "newest");
  if (version.major() < spec.first_major) return say("older", spec.first_major, "oldest");
  return std::nullopt;
}

}  // namespace

std::optional<RefRemark> ref_remark(const ActionSpec& spec, const Uses& uses) {
  const auto name = uses.text.substr(0, uses.text.find('@'));
  if (short_commit(uses.ref)) {
    return RefRemark{
        false, fmt::format("{} has no version \"{}\": a commit id has to have all of its 40 digits", name,
                           uses.ref)};
  }
  const auto tags = tags_of(spec);
  const bool latest = equal_ignoring_case(uses.ref, "latest");
  const auto version = latest ? RefVersion{"v", {spec.last_major}} : ref_version(uses.ref);
  if (!version) return std::nullopt;  // a branch
  const bool there = tags.empty() || std::find(tags.begin(), tags.end(), *version) != tags.end();
  if (!latest && (there || may_be_newer(*version, tags))) return known_here(spec, *version);
  if (tags.empty()) return std::nullopt;
  return RefRemark{
      false, fmt::format("{0} has no version \"{1}\": GitHub would not find it; the nearest is {0}@{2}", name,
                         uses.ref, nearest_tag(*version, tags).text())};
}

std::vector<UnknownInput> unknown_inputs(const ActionSpec& spec, const Uses& uses, const Template& with) {
  std::vector<UnknownInput> unknown;
  std::vector<std::string> names;
  for (const auto& input : spec.inputs) names.push_back(input.name);
  for (const auto& member : with.members) {
    const auto& key = member.first;
    if (key.kind == Template::Kind::insert || key.has_expressions()) continue;
    const bool known = std::any_of(names.begin(), names.end(),
                                   [&](const auto& name) { return equal_ignoring_case(name, key.text); });
    if (known) continue;
    unknown.push_back({key.pos, fmt::format("{} has no input \"{}\", so it is left out{}",
                                            uses.text.substr(0, uses.text.find('@')), key.text,
                                            did_you_mean(key.text, names))});
  }
  return unknown;
}

}  // namespace runner
