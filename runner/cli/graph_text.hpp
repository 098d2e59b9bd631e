// runner/cli/graph_text.hpp -- the needs of jobs in one line: "build, lint → deploy (2 of matrix) → notify".
// Jobs stand in columns by how long the chain of their needs is; which one needs which is told beside each
// job.
#pragma once
#include <string>
#include <vector>

namespace runner {

struct GraphJob {
  std::string id;
  std::vector<std::string> needs;
  std::string note;  // "2 of matrix"; may be empty
};

// `jobs` without a cycle. A need that is not among them counts as none.
std::string graph_text(const std::vector<GraphJob>& jobs, bool unicode);

}  // namespace runner
