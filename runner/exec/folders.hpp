// runner/exec/folders.hpp -- the folders of one job: workspace, temporary files and a HOME of its own, so
// that the user's keys and configuration are never touched. They go away with this object unless kept.
#pragma once
#include <filesystem>
#include <string>

#include "runner/exec/request.hpp"

namespace runner {

// Makes what all jobs of the run share, once before the first.
void make_run_folders(const RunRequest& request);

class JobFolders {
 public:
  // Makes them below the cache folder. Throws Error that names the folder and the cause.
  JobFolders(const RunRequest& request, int job_index);
  ~JobFolders();
  JobFolders(const JobFolders&) = delete;
  JobFolders& operator=(const JobFolders&) = delete;

  std::filesystem::path root;       // all of the below
  std::filesystem::path work;       // runner.workspace
  std::filesystem::path workspace;  // github.workspace
  std::filesystem::path temp;       // runner.temp
  std::filesystem::path home;
  std::filesystem::path tools;  // runner.tool_cache, shared by all jobs
  std::filesystem::path event;  // the event's payload

 private:
  void remove_what_was_made() const;
  bool keep_;
};

// Removes the folder that stood around those of the run's jobs, once they are gone.
void remove_run_folder(const RunRequest& request);

// Removes what a killed run left below the cache folder: work folders whose runner is gone.
void sweep_work_folders(const Folders& folders);

}  // namespace runner
