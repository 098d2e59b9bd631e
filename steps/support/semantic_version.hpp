// steps/support/semantic_version.hpp -- one version as npm's semver package reads it: parsed, compared,
// written again. Ranges ("^1.2", ">=3 <5") are not its business.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct SemanticVersion {
  uint64_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> prerelease{}, build{};  // "-rc.1" and "+7", split at the dots

  std::string text() const;  // "1.2.3-rc.1": no "v", no build
};

// strict: "1.2.3-rc.1+7", with or without a leading "v". loose: also "=1.2.3", "01.2.3", "1.2.3rc1".
enum class VersionForm { strict, loose };
std::optional<SemanticVersion> parse_semantic_version(std::string_view text,
                                                      VersionForm form = VersionForm::strict);

// semver.org, 11: 1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-beta < 1.0.0. The build does not count.
std::strong_ordering compare(const SemanticVersion& a, const SemanticVersion& b);
// Of one dot-separated part: numbers below words, numbers by value.
std::strong_ordering compare_version_parts(std::string_view a, std::string_view b);

}  // namespace runner
