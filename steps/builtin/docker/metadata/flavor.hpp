// steps/builtin/docker/metadata/flavor.hpp -- the inputs `flavor` and `images` of docker/metadata-action.
#pragma once
#include <string>
#include <vector>

namespace runner {

struct Flavor {
  enum class Latest { automatic, yes, no } latest = Latest::automatic;
  std::string prefix, suffix;
  bool prefix_latest = false, suffix_latest = false;  // "latest" too gets them

  bool wants_latest(bool by_rule) const {
    return latest == Latest::automatic ? by_rule : latest == Latest::yes;
  }
};

Flavor read_flavor(const std::vector<std::string>& lines);  // throws InputError

// The names that are enabled, in lower case. One line may hold several, with commas. Throws InputError.
std::vector<std::string> image_names(const std::vector<std::string>& lines);

}  // namespace runner
