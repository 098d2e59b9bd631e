#include "runner/exec/folders.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <system_error>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/expr/json.hpp"
#include "runner/exec/guard.hpp"
#include "runner/place/processes.hpp"
#include "steps/clients/ssh/home_program.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// What toolchains keep in HOME, shared by all runs of a repository: the second run is as fast as on the
// user's own account (cli.md, --host-home).
constexpr const char* kKept[] = {".cache", ".npm", ".m2", ".gradle", ".cargo", "go"};

constexpr const char* kMemory = "/dev/shm";
constexpr uint64_t kRoomInMemory = 4 << 20;  // with less, the disk is safer: a step would fail halfway

// The process id tells a later start whether the run that made it still lives.
std::string run_name_of(const RunRequest& request) {
  return std::to_string(request.run_id) + "-" + std::to_string(::getpid());
}

std::string memory_prefix() { return "runner-" + std::to_string(::getuid()) + "-"; }

// A new folder of ours; "" where there is no memory for it. One that is there already is somebody else's.
fs::path new_in_memory(const std::string& name) {
  auto folder = fs::path(kMemory) / (memory_prefix() + name);
  struct statvfs room {};
  const bool enough = ::statvfs(kMemory, &room) == 0 && room.f_bavail * room.f_frsize >= kRoomInMemory;
  return enough && ::mkdir(folder.c_str(), 0700) == 0 ? folder : fs::path();
}

fs::path make_commands_folder(const RunRequest& request, const fs::path& otherwise) {
  auto folder = new_in_memory(run_name_of(request));
  if (!folder.empty()) return folder;
  folder = otherwise / "_commands";
  make_private_folder(folder);
  return folder;
}

bool holds_nothing(const fs::path& folder) {
  std::error_code error;
  return fs::is_empty(folder, error) && !error;
}

bool still_private(const fs::path& folder) {
  struct stat found {};
  return ::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && (found.st_mode & 07777) == 0700;
}

// Nothing but what was made.
bool holds_only(const fs::path& root, std::initializer_list<fs::path> made) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (std::find(made.begin(), made.end(), entry.path()) == made.end()) return false;
  }
  return !error;
}

bool is_as_new(const JobTree& tree) {
  return holds_only(tree.root, {tree.workspace, tree.temp, tree.home}) && still_private(tree.workspace) &&
         still_private(tree.temp) && still_private(tree.home) && still_private(tree.commands) &&
         holds_nothing(tree.workspace) && holds_nothing(tree.temp) && holds_nothing(tree.home) &&
         holds_nothing(tree.commands);
}

// Held as long as the run lives, and seen where its process id means nothing: in another container that
// shares the folder. Nothing where the file system knows no locks.
Fd hold(const fs::path& folder) {
  Fd held(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (held) static_cast<void>(::flock(held.get(), LOCK_SH | LOCK_NB));
  return held;
}

bool is_held(const fs::path& folder) {
  const Fd own(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  return own && ::flock(own.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

// Is this the folder of a run, "42-1234", whose process is gone?
bool is_abandoned(const fs::path& folder) {
  const auto name = folder.filename().string();
  const auto dash = name.rfind('-');
  if (dash == std::string::npos) return false;
  const auto pid = static_cast<pid_t>(std::strtol(name.c_str() + dash + 1, nullptr, 10));
  return pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH && !is_held(folder);
}

void sweep(const fs::path& folder, std::vector<std::string>& found) {
  const auto name = folder.filename().string();
  const auto run = name.substr(0, name.rfind('-'));
  if (const auto ended = end_processes_of_run(folder); !ended.empty())
    found.push_back(
        fmt::format("run {} was killed; ended what its steps had left: {}", run, described(ended)));
  std::vector<Process> living;
  for (auto& process : all_processes()) {
    if (process.pid != ::getpid() && lives_in(process.pid, folder)) living.push_back(std::move(process));
  }
  if (!living.empty()) {
    found.push_back(
        fmt::format("{} of run {} stays, as {} lives in it", folder.string(), run, described(living)));
    return;
  }
  for (const auto& mount : remove_tree(folder))
    found.push_back(
        fmt::format("{} of run {} stays, as something is mounted there: umount it", mount.string(), run));
}

std::string repository_name(const RunRequest& request) {
  const auto& slug = request.event.repository;
  const auto name = slug.substr(slug.rfind('/') + 1);
  return name.empty() ? "work" : name;
}

}  // namespace

RunFolders::RunFolders(const RunRequest& request)
    : request_(request),
      root_(request.folders.cache / "work" / run_name_of(request)),
      tools_(request.folders.cache / "tool"),
      event_(root_ / "event.json"),
      kept_(request.folders.cache / "home" / repository_key(request.repository)) {
  make_private_folder(root_);
  held_.push_back(hold(root_));
  make_private_folder(tools_);
  commands_ = make_commands_folder(request, root_);
  held_.push_back(hold(commands_));
  write_private_file(event_, expr::to_json(request.event.payload) + "\n");
  if (request.program.empty()) return;
  programs_ = commands_ / "programs";
  make_private_folder(programs_);
  fs::create_symlink(request.program, programs_ / "aws");
  if (request.host_home) return;
  ssh_programs_ = commands_ / "ssh-programs";
  make_private_folder(ssh_programs_);
  for (const auto* name : kSshPrograms) fs::create_symlink(request.program, ssh_programs_ / name);
}

RunFolders::~RunFolders() {
  remove_tree(commands_);
  if (request_.keep) {
    const std::ofstream mark(root_ / "kept");  // tells sweep_work_folders
    return;
  }
  remove_tree(root_);
}

JobTree RunFolders::make_tree(int number) const {
  JobTree tree;
  tree.root = root_ / std::to_string(number);
  tree.workspace = tree.root / repository_name(request_);
  tree.temp = tree.root / "_temp";
  tree.home = tree.root / "_home";
  tree.commands = commands_ / std::to_string(number);
  for (const auto& folder : {tree.root, tree.workspace, tree.temp, tree.home, tree.commands})
    make_private_folder(folder);
  return tree;
}

JobTree RunFolders::take() {
  const std::lock_guard lock(mutex_);
  JobTree tree;
  if (free_.empty()) {
    tree = make_tree(made_++);
  } else {
    tree = std::move(free_.back());
    free_.pop_back();
  }
  if (!request_.host_home) link_kept_caches(tree);
  return tree;
}

std::vector<fs::path> RunFolders::give_back(const JobTree& tree) {
  if (request_.keep) return {};
  if (!request_.host_home) keep_new_caches(tree);
  if (!is_as_new(tree)) {
    remove_tree(tree.commands);
    return remove_tree(tree.root);
  }
  const std::lock_guard lock(mutex_);
  free_.push_back(tree);
  return {};
}

void RunFolders::link_kept_caches(const JobTree& tree) const {
  for (const auto* name : kKept) {
    if (::access((kept_ / name).c_str(), F_OK) == 0) fs::create_symlink(kept_ / name, tree.home / name);
  }
}

// A cache that a job's tools made for the first time is kept for the next run. Of two jobs that made it at
// once, one's.
void RunFolders::keep_new_caches(const JobTree& tree) const try {
  std::error_code error;
  for (const auto* name : kKept) {
    const auto made = tree.home / name;
    const auto status = fs::symlink_status(made, error);
    if (fs::is_symlink(status)) ::unlink(made.c_str());
    if (!fs::is_directory(status)) continue;
    make_private_folder(kept_);
    fs::rename(made, kept_ / name, error);
  }
} catch (const Error&) {  // a full disk: they are made again
}

fs::path make_memory_folder(std::string_view purpose) {
  const auto name = fmt::format("{}-{}", purpose, ::getpid());
  if (auto folder = new_in_memory(name); !folder.empty()) return folder;
  auto pattern = (fs::temp_directory_path() / (memory_prefix() + name + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw Error("make a private folder: {}", cause_of(errno, fs::temp_directory_path()));
  return pattern;
}

std::vector<std::string> sweep_work_folders(const Folders& folders) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folders.cache / "work", error)) {
    if (!fs::exists(entry.path() / "kept") && is_abandoned(entry.path())) sweep(entry.path(), found);
  }
  for (const auto& entry : fs::directory_iterator(kMemory, error)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(memory_prefix()) && is_abandoned(entry.path())) remove_tree(entry.path());
  }
  return found;
}

}  // namespace runner
