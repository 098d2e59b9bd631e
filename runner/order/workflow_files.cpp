#include "runner/order/workflow_files.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/git/git_tree.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = ".github/workflows";

bool is_workflow_name(const std::string& name) { return name.ends_with(".yml") || name.ends_with(".yaml"); }

std::string stem(const std::string& path) { return fs::path(path).stem().string(); }

// The `name:` at the top of the file, found without reading the rest as a workflow.
std::string workflow_name(const std::string& source) {
  for (const auto line : split_lines(source)) {
    if (!line.starts_with("name:")) continue;
    auto name = trim(line.substr(5));
    if (name.size() > 1 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front()) {
      name = name.substr(1, name.size() - 2);
    }
    return std::string(name);
  }
  return "";
}

// From the repository's root; empty: not in it.
std::string path_inside(const fs::path& file, const Repository& repository) {
  if (repository.git_dir.empty() || repository.bare) return {};
  const auto relative = fs::weakly_canonical(file).lexically_relative(fs::weakly_canonical(repository.root));
  return relative.empty() || *relative.begin() == ".." ? "" : relative.string();
}

}  // namespace

std::vector<WorkflowFile> all_workflow_files(const Repository& repository, bool at_commit) {
  std::vector<WorkflowFile> files;
  if (at_commit && repository.sha.empty()) return files;  // no commit yet, or none at this HEAD
  if (at_commit) {
    for (auto& [name, text] : read_folder(repository, repository.sha, kFolder)) {
      if (is_workflow_name(name)) files.push_back({std::string(kFolder) + "/" + name, std::move(text)});
    }
  } else {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(repository.root / kFolder, error)) {
      const auto name = entry.path().filename().string();
      if (entry.is_regular_file() && is_workflow_name(name)) {
        files.push_back({std::string(kFolder) + "/" + name, read_file(entry.path())});
      }
    }
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

WorkflowFile find_workflow_file(const std::string& wanted, const fs::path& directory,
                                const Repository& repository, bool at_commit) {
  std::error_code error;
  const auto inside = path_inside(directory / wanted, repository);
  if (at_commit && !inside.empty() && !repository.sha.empty()) {
    if (auto text = tree_file(repository, repository.sha, inside)) return {inside, std::move(*text)};
  } else if (fs::is_regular_file(directory / wanted, error)) {
    return {inside.empty() ? wanted : inside, read_given_file(directory / wanted)};
  }
  auto files = all_workflow_files(repository, at_commit);
  std::vector<std::string> names;
  for (auto& file : files) {
    const auto file_name = fs::path(file.path).filename().string();
    if (file_name == wanted || stem(file.path) == wanted) return std::move(file);
    names.push_back(file_name);
  }
  for (auto& file : files) {
    const auto name = workflow_name(file.source);
    if (name == wanted) return std::move(file);
    if (!name.empty()) names.push_back(name);
  }
  const auto where = at_commit ? fmt::format("{} of commit {}", kFolder, repository.sha.substr(0, 7))
                               : (repository.root / kFolder).string();
  throw UsageError("there is no workflow \"{}\": not a file, and nothing under {}{}", wanted, where,
                   did_you_mean(wanted, names));
}

}  // namespace runner
