#include "runner/exec/folders.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

#include "parser/base/error.hpp"
#include "parser/expr/json.hpp"
#include "steps/support/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// What toolchains keep in HOME, shared by all runs of a repository: the second run is as fast as on the
// user's own account (cli.md, --host-home).
constexpr const char* kKept[] = {".cache", ".npm", ".m2", ".gradle", ".cargo", "go"};

fs::path kept_folder(const RunRequest& request) {
  return request.folders.cache / "home" / replace_all(request.event.repository, "/", "_");
}

fs::path run_folder(const RunRequest& request) {
  // The process id tells a later start whether the run that made it still lives.
  return request.folders.cache / "work" / (std::to_string(request.run_id) + "-" + std::to_string(::getpid()));
}

std::string repository_name(const RunRequest& request) {
  const auto& slug = request.event.repository;
  const auto name = slug.substr(slug.rfind('/') + 1);
  return name.empty() ? "work" : name;
}

}  // namespace

void make_run_folders(const RunRequest& request) {
  make_private_folder(run_folder(request));
  make_private_folder(request.folders.cache / "tool");
  if (request.host_home) return;
  for (const auto* name : kKept) make_private_folder(kept_folder(request) / name);
}

JobFolders::JobFolders(const RunRequest& request, int job_index) : keep_(request.keep) {
  root = run_folder(request) / std::to_string(job_index);
  const auto name = repository_name(request);
  work = root / name;
  workspace = work / name;
  temp = root / "_temp";
  home = root / "_home";
  tools = request.folders.cache / "tool";
  event = temp / "_github_workflow" / "event.json";
  for (const auto& folder :
       {root, work, workspace, temp, event.parent_path(), temp / "_runner_file_commands", home}) {
    make_private_folder(folder);
  }
  if (!request.host_home) {
    const auto kept = kept_folder(request);
    for (const auto* cache : kKept) fs::create_symlink(kept / cache, home / cache);
  }
  write_private_file(event, expr::to_json(request.event.payload) + "\n");
}

JobFolders::~JobFolders() {
  if (keep_) {
    std::ofstream(root.parent_path() / "kept");  // tells sweep_work_folders
    return;
  }
  remove_what_was_made();
  std::error_code ignored;
  if (fs::exists(root, ignored)) remove_tree(root);
}

void remove_run_folder(const RunRequest& request) {
  std::error_code ignored;
  fs::remove(run_folder(request), ignored);  // not when jobs were kept
}

// Enough where the steps left nothing: a walk through all folders costs five times as much.
void JobFolders::remove_what_was_made() const {
  ::unlink(event.c_str());
  for (const auto* cache : kKept) ::unlink((home / cache).c_str());
  for (const auto& folder :
       {event.parent_path(), temp / "_runner_file_commands", temp, home, workspace, work, root}) {
    if (::rmdir(folder.c_str()) != 0) return;
  }
}

void sweep_work_folders(const Folders& folders) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folders.cache / "work", error)) {
    const auto name = entry.path().filename().string();
    const auto dash = name.rfind('-');
    if (dash == std::string::npos) continue;
    const auto pid = static_cast<pid_t>(std::strtol(name.c_str() + dash + 1, nullptr, 10));
    const bool kept = fs::exists(entry.path() / "kept");
    if (pid > 0 && !kept && ::kill(pid, 0) != 0 && errno == ESRCH) remove_tree(entry.path());
  }
}

}  // namespace runner
