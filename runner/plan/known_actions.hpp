// runner/plan/known_actions.hpp -- the actions of a workflow that are not built in, as far as they can be
// known before the run: those of its own repository (`uses: ./path`) from the work tree, which stands for the
// workspace, those of others from where they were fetched to.
#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "parser/model/workflow.hpp"
#include "runner/order/request.hpp"
#include "runner/place/node.hpp"
#include "steps/action/load.hpp"
#include "steps/system/environment.hpp"

namespace runner {

class KnownActions {
 public:
  // `root`: of the work tree; empty: there is none, and nothing in it is known. `env` is where node is looked
  // for. `remote` may be null: nothing of others is known then.
  KnownActions(std::filesystem::path root, Environment env, std::filesystem::path user_home,
               RunChoices choices = {}, RemoteActions* remote = nullptr)
      : root_(std::move(root)),
        node_(choices.node, std::move(env), std::move(user_home)),
        choices_(std::move(choices)),
        remote_(remote) {}

  // Why the step cannot run here; "" when nothing speaks against it, or when the action is not here yet: a
  // step before may put it there, or it is fetched before the first step.
  std::string problem(const Uses& uses) const;
  // "composite", "javascript", "docker"; "local" for one of the workspace that is not there yet, "remote" for
  // one that is still to be fetched.
  std::string kind(const Uses& uses) const;
  std::vector<std::string> effects(const Uses& uses) const;

 private:
  std::string problem(const Uses& uses, int depth) const;
  // Read once: legs of a matrix ask for the same. Nothing: not here yet. Throws InputError.
  std::optional<LoadedAction> load(const Uses& uses) const;
  std::string missing(const Uses& uses) const;

  std::filesystem::path root_;
  NodeProgram node_;
  RunChoices choices_;
  RemoteActions* remote_;
  mutable std::map<std::string, LoadedAction> local_;  // by `uses`
};

}  // namespace runner
