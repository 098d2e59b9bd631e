// steps/action/remote.hpp -- actions of other repositories (owner/repository[/path]@ref): found in a folder
// of repositories or in the cache, fetched where they are in neither (execution.md 8.2). What is in the cache
// is the archive of a commit, under that commit's id: never changed, and there whole or not at all.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "parser/model/workflow.hpp"
#include "steps/action/load.hpp"
#include "steps/system/environment.hpp"

namespace runner {

struct RemoteActionsOptions {
  std::filesystem::path cache;        // everything of ours is below it
  std::filesystem::path actions_dir;  // DIR/owner/repository, bare or not; empty: none
  std::string server = "https://github.com";
  std::string token;     // for repositories that do not answer without one; empty: none
  bool offline = false;  // nobody is asked
  std::function<bool(const Uses& uses)> is_builtin = [](const Uses&) { return false; };  // not to be fetched
  Environment env;  // of git: the user's own, with the user's ways of logging in
};

class RemoteActions {
 public:
  explicit RemoteActions(RemoteActionsOptions options);

  // The folder of the action as far as it is here; asks nobody. Once fetch() has found one it stays that one.
  // Throws InputError for a ref that a repository of actions_dir has not.
  std::optional<std::filesystem::path> here(const Uses& uses);
  // The same, read: once, as what is here does not change.
  std::optional<LoadedAction> load(const Uses& uses);
  bool offline() const { return options_.offline; }
  // "https://github.com/owner/repository", or the folder below actions_dir.
  std::string origin(const Uses& uses) const;

  struct Cached {
    std::string name, commit;  // "owner/repository"
    std::vector<std::string> refs;
    std::filesystem::file_time_type used;
  };
  std::vector<Cached> cached() const;
  // Deletes what no run has used for so long; how many.
  size_t prune(std::chrono::days unused) const;

  struct Problem {
    Uses uses;
    std::string message;
    bool stops = true;  // else what is remembered is taken
  };
  struct Fetched {
    bool changed = false;  // something is here that was not before, or another commit of it
    std::vector<Problem> problems;
  };
  // All of them and what their composite steps use, at once; a branch or tag is asked for again an hour after
  // it was. What could not be had is a problem, the others are here then. Offline nothing is asked for, and
  // nothing told.
  Fetched fetch(std::vector<Uses> wanted, const std::stop_token& stop);

 private:
  struct Found {
    std::filesystem::path folder;  // of the commit
    bool fresh = false;            // nobody has to be asked
  };
  Found find(const Uses& uses) const;
  std::filesystem::path folder_of(const Uses& uses, const std::string& commit) const;
  std::filesystem::path memory_of(const Uses& uses) const;
  std::optional<std::filesystem::path> own_repository(const Uses& uses) const;
  std::string commit_of(const Uses& uses, const std::stop_token& stop) const;
  std::filesystem::path bring(const Uses& uses, const std::stop_token& stop) const;
  std::string git(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                  const std::stop_token& stop) const;
  void settle(const std::vector<Uses>& wanted, const std::stop_token& stop, Fetched& fetched);
  void settle(const Uses& uses, const std::stop_token& stop, Fetched& fetched, std::mutex& mutex);
  std::vector<Uses> used_by(const std::vector<Uses>& actions);
  std::filesystem::path below(const Uses& uses, const std::filesystem::path& commit) const;

  RemoteActionsOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::filesystem::path> decided_;  // by "owner/repository@ref": of the commit
  std::map<std::pair<std::string, std::filesystem::path>, LoadedAction> loaded_;  // by `uses` and folder
};

}  // namespace runner
