// steps/builtin/toolchain/version_range.hpp -- ranges of versions, as npm reads them.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "steps/formats/semantic_version.hpp"

namespace runner {

class VersionRange {
 public:
  // ">=1.2 <3", "^1.2.3", "~1.2", "1.x", "1.2 - 2", "a || b", "*" and "" for any. Nothing for what is no
  // range.
  static std::optional<VersionRange> parse(std::string_view text);
  // A prerelease belongs to it only when the range names a prerelease of the same three numbers.
  bool contains(const SemanticVersion& version) const;

  enum class Operator { less, at_most, more, at_least, equal };
  struct Comparator {
    Operator op;
    SemanticVersion version;
  };

 private:
  std::vector<std::vector<Comparator>> alternatives_;
};

}  // namespace runner
