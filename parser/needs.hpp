// parser/needs.hpp -- the graph that `needs` makes of jobs (workflow-syntax.md section 8, execution.md 1.2).
#pragma once
#include <vector>

#include "parser/model/workflow.hpp"

namespace runner {

// A graph by indexes into Workflow::jobs: direct needs of each job, unknown names left out.
using NeedsGraph = std::vector<std::vector<size_t>>;
NeedsGraph needs_graph(const std::vector<Job>& jobs);

// Every job after all that it needs, else in file order. The graph has no cycle.
std::vector<size_t> topological_order(const NeedsGraph& graph);

// All that `job` needs directly or through others, ascending.
std::vector<size_t> ancestors(const NeedsGraph& graph, size_t job);

struct NeedsFault {
  size_t job = 0;      // index
  size_t need = 0;     // index into Job::needs
  bool cycle = false;  // else the job is unknown
};
// Unknown jobs, and of every cycle the need that closes it, in file order.
std::vector<NeedsFault> needs_faults(const std::vector<Job>& jobs);

}  // namespace runner
