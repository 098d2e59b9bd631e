#include "runner/cli/graph_text.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

using Depths = std::map<std::string, size_t, IgnoringCase>;

// One round: every job stands behind all its needs. Gives whether anything moved.
bool push_behind_needs(const std::vector<GraphJob>& jobs, Depths& depths) {
  bool moved = false;
  for (const auto& job : jobs) {
    auto& depth = depths.at(job.id);
    for (const auto& need : job.needs) {
      const auto at = depths.find(need);
      if (at == depths.end() || at->second < depth) continue;
      depth = at->second + 1;
      moved = true;
    }
  }
  return moved;
}

}  // namespace

std::string graph_text(const std::vector<GraphJob>& jobs, bool unicode) {
  Depths depths;
  for (const auto& job : jobs) depths[job.id] = 0;
  for (size_t round = 0; round < jobs.size() && push_behind_needs(jobs, depths); ++round) {
  }
  std::map<size_t, std::vector<std::string>> columns;
  for (const auto& job : jobs) {
    columns[depths.at(job.id)].push_back(job.note.empty() ? job.id
                                                          : fmt::format("{} ({})", job.id, job.note));
  }
  std::vector<std::string> texts;
  texts.reserve(columns.size());
  for (const auto& [depth, names] : columns) texts.push_back(fmt::format("{}", fmt::join(names, ", ")));
  return fmt::format("{}", fmt::join(texts, unicode ? " → " : " -> "));
}

}  // namespace runner
