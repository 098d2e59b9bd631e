// parser/filter.hpp -- do the filters of an event let a branch, tag or path through? (workflow-syntax.md 6)
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/model/workflow.hpp"

namespace runner {

// The filter pattern language: * ** ? + [] \ and a leading !. Whole-name, case-sensitive; linear time.
bool filter_matches(std::string_view pattern, std::string_view name);
// The verdict of the last pattern that matches; start: out.
bool filter_selects(const std::vector<std::string>& patterns, std::string_view name);

struct Verdict {
  bool runs = true;
  std::string reason;  // why not, naming the filter: `branches` does not include "feature/x"
  Pos pos;             // of that filter
};
// Ref filters only: path filters do not hold back a run asked for by hand. `ref` is refs/heads/x, refs/tags/x
// or refs/pull/N/merge; `base` the base branch of a pull request; `action` its activity type, may be empty.
Verdict decide(const Trigger& trigger, std::string_view ref, std::string_view base, std::string_view action);
// The path filter that decide() left out; null without one, and for a tag, where GitHub leaves it out too.
const Filter* path_filter(const Trigger& trigger, std::string_view ref);

}  // namespace runner
