// steps/aws_cli/close_matches.hpp -- the nearest names to a mistyped one, chosen as Python's difflib does,
// since the CLI's "maybe you meant" comes from there.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner::aws {

// At most `most` candidates whose likeness (0 to 1) is at least `cutoff`, the best first.
std::vector<std::string> close_matches(std::string_view word, const std::vector<std::string>& candidates,
                                       double cutoff = 0.8, size_t most = 3);

}  // namespace runner::aws
