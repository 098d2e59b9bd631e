// runner/exec/folders.hpp -- the folders of jobs: workspace, temporary files and a HOME of its own for each,
// so that the user's keys and configuration are never touched. They go away with these objects unless kept.
#pragma once
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "runner/order/request.hpp"
#include "steps/system/fd.hpp"

namespace runner {

// The folders of one job. A tree that its job left as empty as it was is handed to the next one: making and
// removing it anew would cost more than a short job.
struct JobTree {
  std::filesystem::path root;       // all of the below but `commands`
  std::filesystem::path workspace;  // github.workspace; runner.workspace is above it
  std::filesystem::path temp;       // runner.temp
  std::filesystem::path home;
  std::filesystem::path commands;  // scripts and command files, which may hold secrets: in memory where there
                                   // is a /dev/shm, never on the disk then
};

// Of one run, shared by its jobs. Thread-safe.
class RunFolders {
 public:
  // Makes them below the cache folder. Throws Error that names the folder and the cause.
  explicit RunFolders(const RunRequest& request);
  ~RunFolders();
  RunFolders(const RunFolders&) = delete;
  RunFolders& operator=(const RunFolders&) = delete;

  const std::filesystem::path& root() const { return root_; }          // of all jobs
  const std::filesystem::path& commands() const { return commands_; }  // the same, with secrets
  const std::filesystem::path& tools() const { return tools_; }        // runner.tool_cache
  const std::filesystem::path& event() const { return event_; }        // the event's payload
  // Has `aws`, which is this program; empty where the request names no program.
  const std::filesystem::path& programs() const { return programs_; }
  // Has `ssh` and its kin, which are this program too and make ~/.ssh mean the job's HOME; empty where that
  // is the user's.
  const std::filesystem::path& ssh_programs() const { return ssh_programs_; }

  JobTree take();
  // What is mounted in it stays, and is given back: the job left it there.
  std::vector<std::filesystem::path> give_back(const JobTree& tree);

 private:
  JobTree make_tree(int number) const;
  void link_kept_caches(const JobTree& tree) const;
  void keep_new_caches(const JobTree& tree) const;

  const RunRequest& request_;
  std::filesystem::path root_, commands_, tools_, event_, kept_, programs_, ssh_programs_;
  std::mutex mutex_;
  std::vector<JobTree> free_;
  std::vector<Fd> held_;  // tell other runners' sweep that these folders are in use
  int made_ = 0;
};

// The tree of one job, given back at its end.
class JobFolders : public JobTree {
 public:
  explicit JobFolders(RunFolders& run) : JobTree(run.take()), run_(run) {}
  ~JobFolders() {
    if (!ended_) run_.give_back(*this);
  }
  JobFolders(const JobFolders&) = delete;
  JobFolders& operator=(const JobFolders&) = delete;

  // Before its destruction: what is mounted there and stays.
  std::vector<std::filesystem::path> end() {
    ended_ = true;
    return run_.give_back(*this);
  }

 private:
  RunFolders& run_;
  bool ended_ = false;
};

// A new private folder in memory, else below the temporary folder, that says by its name whose it is:
// sweep_work_folders removes it when that process is gone. Throws Error.
std::filesystem::path make_memory_folder(std::string_view purpose);

// Removes what a killed run left below the cache folder: processes of its steps, work folders whose runner is
// gone. A folder in which something else lives or is mounted stays. What was found, a line each.
std::vector<std::string> sweep_work_folders(const Folders& folders);

}  // namespace runner
