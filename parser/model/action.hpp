// parser/model/action.hpp -- an action's own file, action.yml: what it accepts and how it runs
// (workflow-syntax.md section 13).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "parser/base/diagnostic.hpp"
#include "parser/model/action_spec.hpp"
#include "parser/model/workflow.hpp"

namespace runner {

struct ActionInput {
  std::string name;
  Template fallback;
  std::string deprecation;  // what to say when it is given; empty: nothing
};

struct ActionOutput {
  std::string name;
  Template value;  // of a composite action
};

enum class ActionKind { javascript, docker, composite };

struct ActionFile {
  std::string path;  // as given to read_action
  std::string name;
  std::vector<ActionInput> inputs;
  std::vector<ActionOutput> outputs;
  ActionKind kind = ActionKind::javascript;
  int node = 0;                 // of `using: node20`
  std::string pre, main, post;  // scripts, from the action's folder
  Condition pre_condition, post_condition;
  std::vector<Step> steps;  // of a composite action
};

struct ActionReadResult {
  std::shared_ptr<const ActionFile> action;  // null when any diagnostic is an error
  std::vector<Diagnostic> diagnostics;       // sorted
};

ActionReadResult read_action(std::string path, const std::string& source);

}  // namespace runner
