// steps/support/toolchain/semver.hpp -- version numbers and ranges of them, as npm reads both.
#pragma once
#include <array>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Semver {
  std::array<int, 3> numbers{};
  std::vector<std::string> prerelease{};
  std::string build{};  // says nothing about the order

  int major() const { return numbers[0]; }
  std::string text() const;  // "1.2.3-rc.1+7"

  // "1.2.3", "v1.2.3-rc.1+build": all three numbers.
  static std::optional<Semver> parse(std::string_view text);
  // The first version in a text of any kind: "go version go1.22rc1 linux/amd64" is 1.22.0-rc1,
  // "Python 3.12.0b2" is 3.12.0-b2, "17" is 17.0.0. `parts`, where given, gets how many numbers were written.
  static std::optional<Semver> find(std::string_view text, int* parts = nullptr);

  friend std::strong_ordering operator<=>(const Semver& a, const Semver& b);
  friend bool operator==(const Semver& a, const Semver& b) { return (a <=> b) == 0; }
};

class SemverRange {
 public:
  // ">=1.2 <3", "^1.2.3", "~1.2", "1.x", "1.2 - 2", "a || b", "*" and "" for any. Nothing for what is no
  // range.
  static std::optional<SemverRange> parse(std::string_view text);
  // A prerelease belongs to it only when the range names a prerelease of the same three numbers.
  bool contains(const Semver& version) const;

  enum class Operator { less, at_most, more, at_least, equal };
  struct Comparator {
    Operator op;
    Semver version;
  };

 private:
  std::vector<std::vector<Comparator>> alternatives_;
};

}  // namespace runner
