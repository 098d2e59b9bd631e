// git, the folders of state and cache, and room on the disks.
#include <fmt/core.h>

#include "runner/doctor/checks.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr auto kMachine = "Machine";
constexpr uint64_t kGigabyte = 1'000'000'000;

std::string gigabytes(uint64_t bytes) {
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / static_cast<double>(kGigabyte));
}

void check_git(const Examined& examined, std::vector<Finding>& findings) {
  const auto program = examined.world.find_program("git");
  if (program) {
    findings.push_back({kMachine, Health::good, examined.world.version_line({*program, "--version"})});
  } else {
    findings.push_back({kMachine, Health::missing, "git is not here: actions/checkout and submodules need it",
                        "apt-get install git"});
  }
}

void check_folder(const Examined& examined, const fs::path& path, const char* what,
                  std::vector<Finding>& findings) {
  const auto folder = examined.world.folder(path);
  if (folder.exists && !folder.writable) {
    findings.push_back({kMachine, Health::missing,
                        fmt::format("{} {} cannot be written to", what, path.string()),
                        fmt::format("chown -R \"$USER\" {}", path.string())});
  } else if (folder.exists && folder.open_to_others) {
    findings.push_back(
        {kMachine, Health::warning,
         fmt::format("{} {} can be read by others: logs may hold what is private", what, path.string()),
         fmt::format("chmod -R go= {}", path.string())});
  } else {
    findings.push_back({kMachine, Health::good, fmt::format("{} {}", what, path.string())});
  }
}

void check_room(const Examined& examined, const fs::path& path, const char* what, uint64_t least,
                std::vector<Finding>& findings) {
  const auto free_bytes = examined.world.folder(path).free_bytes;
  const bool enough = free_bytes >= least;
  findings.push_back({kMachine, enough ? Health::good : Health::warning,
                      fmt::format("{} free for {} ({})", gigabytes(free_bytes), what, path.string()),
                      enough ? "" : fmt::format("make room: du -xh -d 1 {} | sort -h", path.string())});
}

}  // namespace

void check_machine(const Examined& examined, std::vector<Finding>& findings) {
  check_git(examined, findings);
  check_folder(examined, examined.folders.state, "records and logs in", findings);
  check_folder(examined, examined.folders.cache, "caches in", findings);
  check_room(examined, examined.folders.cache, "workspaces", 2 * kGigabyte, findings);
  check_room(examined, "/dev/shm", "shared memory", kGigabyte / 20, findings);
  if (!examined.needs.engine.empty())
    check_room(examined, "/var/lib/docker", "images", 5 * kGigabyte, findings);
}

}  // namespace runner
