#include "steps/clients/git/uncommitted.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "steps/clients/git/private_files.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

// `name` is a file, or a repository of its own with all that is in it.
void copy_entry(const fs::path& root, const std::string& name, const fs::path& target,
                const PrivateFiles& withheld) {
  const auto from = root / name, to = target / name;
  fs::remove_all(to);
  const auto status = fs::symlink_status(from);
  if (!fs::exists(status) || withheld.contains(name)) return;  // deleted there, so here
  if (!fs::is_directory(status)) {
    fs::create_directories(to.parent_path());
    return fs::copy(from, to, fs::copy_options::copy_symlinks);
  }
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from))
    copy_entry(root, (fs::path(name) / entry.path().filename()).string(), target, withheld);
}

std::string first_names(const std::vector<std::string>& files) {
  constexpr size_t kShown = 10;
  auto text =
      fmt::format("{}", fmt::join(files.begin(), files.begin() + std::min(kShown, files.size()), ", "));
  return files.size() > kShown ? text + fmt::format(" and {} more", files.size() - kShown) : text;
}

void warn_of_files(StepHost& host, std::string message) { host.warn(std::move(message)); }

}  // namespace

void copy_uncommitted(const Repository& source, const std::vector<std::string>& files,
                      const fs::path& target) {
  const PrivateFiles withheld(source);
  for (const auto& name : files) copy_entry(source.root, name, target, withheld);
}

// The files as they are in the user's work tree count only for the commit that is checked out there.
void bring_uncommitted(StepHost& host, const fs::path& target, const std::string& sha) {
  if (sha != host.repository().checked_out) return;
  const auto [files, withheld] = uncommitted_files(host.repository());
  const auto counted =
      fmt::format("{} uncommitted file{} of your work tree", files.size(), files.size() == 1 ? "" : "s");
  if (!host.take_uncommitted()) {
    if (files.empty()) return;
    return warn_of_files(
        host,
        fmt::format("The checkout leaves out {}: they are not in commit {} (--dirty takes them along): {}",
                    counted, sha.substr(0, 7), first_names(files)));
  }
  if (!withheld.empty()) {
    warn_of_files(host, fmt::format("Files that hold secrets or values are not taken along: {}",
                                    first_names(withheld)));
  }
  if (files.empty()) return;
  copy_uncommitted(host.repository(), files, target);
  warn_of_files(host, fmt::format("The checkout includes {}: {}", counted, first_names(files)));
  for (const auto& file : files) host.log("  " + file);
}

void copy_folder(const Repository& source, const fs::path& target) {
  auto names = uncommitted_files(source).files;
  if (source.git_dir.empty()) {
    for (const auto& entry : fs::directory_iterator(source.root)) {
      if (entry.path().filename() != ".git") names.push_back(entry.path().filename().string());
    }
  }
  copy_uncommitted(source, names, target);
}

}  // namespace runner
