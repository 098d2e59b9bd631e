#include "parser/needs.hpp"

#include <cassert>
#include <map>
#include <optional>
#include <string>

#include "parser/base/text.hpp"

namespace runner {
namespace {

using Index = std::map<std::string, size_t, IgnoringCase>;

Index index_of(const std::vector<Job>& jobs) {
  Index index;
  for (size_t i = 0; i < jobs.size(); ++i) index.emplace(jobs[i].id, i);
  return index;
}

enum class Mark { none, open, done };

// Without recursion: a chain of needs may be as long as the file.
class CycleSearch {
 public:
  CycleSearch(const std::vector<Job>& jobs, const Index& index, std::vector<NeedsFault>& faults)
      : jobs_(jobs), index_(index), faults_(faults), marks_(jobs.size(), Mark::none) {}

  void visit(size_t start) {
    if (marks_[start] != Mark::none) return;
    push(start);
    while (!path_.empty()) {
      auto& [job, next] = path_.back();
      if (next == jobs_[job].needs.size()) {
        marks_[job] = Mark::done;
        path_.pop_back();
      } else {
        follow(job, next++);
      }
    }
  }

 private:
  struct Place {
    size_t job, next_need;
  };
  void push(size_t job) {
    marks_[job] = Mark::open;
    path_.push_back({job, 0});
  }
  void follow(size_t job, size_t need) {
    const auto found = index_.find(jobs_[job].needs[need].value);
    if (found == index_.end()) return;
    if (marks_[found->second] == Mark::open) faults_.push_back({job, need, true});
    if (marks_[found->second] == Mark::none) push(found->second);
  }

  const std::vector<Job>& jobs_;
  const Index& index_;
  std::vector<NeedsFault>& faults_;
  std::vector<Mark> marks_;
  std::vector<Place> path_;
};

}  // namespace

NeedsGraph needs_graph(const std::vector<Job>& jobs) {
  const auto index = index_of(jobs);
  NeedsGraph graph(jobs.size());
  for (size_t i = 0; i < jobs.size(); ++i) {
    for (const auto& need : jobs[i].needs) {
      if (const auto found = index.find(need.value); found != index.end()) graph[i].push_back(found->second);
    }
  }
  return graph;
}

std::vector<size_t> topological_order(const NeedsGraph& graph) {
  std::vector<size_t> order;
  std::vector<bool> placed(graph.size(), false);
  while (order.size() < graph.size()) {
    const auto before = order.size();
    for (size_t job = 0; job < graph.size(); ++job) {
      if (placed[job]) continue;
      bool ready = true;
      for (const auto need : graph[job]) ready = ready && placed[need];
      if (!ready) continue;
      placed[job] = true;
      order.push_back(job);
    }
    assert(order.size() > before && "the graph has a cycle");
  }
  return order;
}

std::vector<size_t> ancestors(const NeedsGraph& graph, size_t job) {
  std::vector<bool> seen(graph.size(), false);
  std::vector<size_t> pending = graph[job];
  while (!pending.empty()) {
    const auto next = pending.back();
    pending.pop_back();
    if (seen[next]) continue;
    seen[next] = true;
    pending.insert(pending.end(), graph[next].begin(), graph[next].end());
  }
  std::vector<size_t> result;
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i]) result.push_back(i);
  }
  return result;
}

std::vector<NeedsFault> needs_faults(const std::vector<Job>& jobs) {
  const auto index = index_of(jobs);
  std::vector<NeedsFault> faults;
  for (size_t job = 0; job < jobs.size(); ++job) {
    for (size_t need = 0; need < jobs[job].needs.size(); ++need) {
      if (!index.contains(jobs[job].needs[need].value)) faults.push_back({job, need, false});
    }
  }
  CycleSearch search(jobs, index, faults);
  for (size_t job = 0; job < jobs.size(); ++job) search.visit(job);
  return faults;
}

}  // namespace runner
