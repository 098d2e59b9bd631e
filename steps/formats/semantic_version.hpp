// steps/formats/semantic_version.hpp -- one version as npm's semver package reads it: parsed, found in other
// text, compared, written again. Ranges ("^1.2", ">=3 <5"): steps/builtin/toolchain/version_range.hpp.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct SemanticVersion {
  std::array<int64_t, 3> numbers{};
  std::vector<std::string> prerelease{}, build{};  // "-rc.1" and "+7", split at the dots

  int64_t major() const { return numbers[0]; }
  std::string text() const;       // "1.2.3-rc.1": no "v", no build
  std::string full_text() const;  // "1.2.3-rc.1+7"

  // semver.org, 11: 1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-beta < 1.0.0. The build does not count.
  friend std::strong_ordering operator<=>(const SemanticVersion& a, const SemanticVersion& b);
  friend bool operator==(const SemanticVersion& a, const SemanticVersion& b) { return (a <=> b) == 0; }
};

// strict: "1.2.3-rc.1+7", with or without a leading "v". loose: also "=1.2.3", "01.2.3", "1.2.3rc1".
enum class VersionForm { strict, loose };
std::optional<SemanticVersion> parse_semantic_version(std::string_view text,
                                                      VersionForm form = VersionForm::strict);

// The first version in a text of any kind: "go version go1.22rc1 linux/amd64" is 1.22.0-rc1,
// "Python 3.12.0b2" is 3.12.0-b2, "17" is 17.0.0. `parts`, where given, gets how many numbers were written.
std::optional<SemanticVersion> find_version(std::string_view text, int* parts = nullptr);

// Of one dot-separated part: numbers below words, numbers by value.
std::strong_ordering compare_version_parts(std::string_view a, std::string_view b);

}  // namespace runner
