// runner/journal/lost_runs.hpp -- what the folder of a run says of it, for when the list of runs does not:
// the list was lost or damaged, or could not be written when the run ended.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "runner/journal/journal.hpp"

namespace runner {

struct ReadBack {
  RunRecord run;
  std::string process;  // that ran it
};
// From the first event and the last; nothing when the folder holds no run.
std::optional<ReadBack> read_back(const std::filesystem::path& folder);

}  // namespace runner
