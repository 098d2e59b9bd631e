// runner/plan/local_actions.hpp -- the actions of a workflow that lie in its own repository (`uses: ./path`),
// as far as they can be known before the run: from the work tree, which stands for the workspace.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "parser/model/workflow.hpp"
#include "steps/system/environment.hpp"

namespace runner {

class LocalActions {
 public:
  // `root`: of the work tree; empty: there is none, and nothing is known. `env` is where node is looked for.
  LocalActions(std::filesystem::path root, Environment env) : root_(std::move(root)), env_(std::move(env)) {}

  // Why the step cannot run here; "" when nothing speaks against it, or when the action is not there yet: a
  // step before may put it there.
  std::string problem(const Uses& uses) const;
  // "composite", "javascript", "docker"; "local" for one that is not there yet.
  std::string kind(const Uses& uses) const;
  std::vector<std::string> effects(const Uses& uses) const;

 private:
  std::string problem(const Uses& uses, int depth) const;

  std::filesystem::path root_;
  Environment env_;
};

// Why an action that is neither built in nor local cannot run.
std::string unknown_action_message(const Uses& uses);

}  // namespace runner
