#include "steps/clients/git/reused_clone.hpp"

#include <algorithm>
#include <fstream>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/process.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOriginRefs = "refs/remotes/origin/";

std::vector<std::string> list_refs(GitProgram& git, std::string_view below) {
  const auto text = git.read({"for-each-ref", "--format=%(refname)", std::string(below)});
  std::vector<std::string> names;
  for (const auto line : split_lines(text)) {
    if (!line.empty()) names.emplace_back(line);
  }
  return names;
}

void delete_branches(GitProgram& git, std::vector<std::string> options,
                     const std::vector<std::string>& names) {
  if (names.empty()) return;
  options.insert(options.begin(), {"branch", "--quiet", "--delete", "--force"});
  options.insert(options.end(), names.begin(), names.end());
  git.run(std::move(options));
}

void leave_branches(GitProgram& git) {
  if (git.try_run({"symbolic-ref", "--quiet", "HEAD"})) git.run({"checkout", "--quiet", "--detach"});
  auto branches = list_refs(git, "refs/heads");
  for (auto& name : branches) name = name.substr(std::string_view("refs/heads/").size());
  delete_branches(git, {}, branches);
}

// foo and foo/bar cannot both be.
void delete_conflicting(GitProgram& git, const std::string& ref) {
  if (ref.starts_with("refs/") && !ref.starts_with("refs/heads/")) return;
  const auto asked = upper(ref.starts_with("refs/") ? ref.substr(11) : ref);
  std::vector<std::string> names;
  for (const auto& full : list_refs(git, kOriginRefs.substr(0, kOriginRefs.size() - 1))) {
    const auto name = full.substr(kOriginRefs.size()), other = upper(name);
    if (asked.starts_with(other + "/") || other.starts_with(asked + "/")) names.push_back("origin/" + name);
  }
  delete_branches(git, {"--remotes"}, names);
}

bool is_wanted(GitProgram& git, const ReusedClone& wanted) {
  const bool has_url = git.try_run({"config", "--local", "--get-all", "remote.origin.url"});
  const auto url = has_url ? git.read({"config", "--local", "--get-all", "remote.origin.url"}) : "";
  return std::find(wanted.urls.begin(), wanted.urls.end(), trim(url)) != wanted.urls.end();
}

void prepare(GitProgram& git, const ReusedClone& wanted) {
  for (const auto* lock : {"index.lock", "shallow.lock"}) fs::remove(wanted.target / ".git" / lock);
  leave_branches(git);
  delete_conflicting(git, wanted.ref);
  git.read({"submodule", "status"});  // fails where a submodule is half there
  if (!wanted.clean) return;
  git.read({"clean", "-ffdx"});
  git.read({"reset", "--hard", "HEAD"});
}

bool try_to_prepare(StepHost& host, const ReusedClone& wanted) {
  if (!fs::is_directory(fs::symlink_status(wanted.target / ".git"))) return false;
  if (!find_program("git", path_of(host.machine_env()), wanted.target)) return false;
  GitProgram git(host, wanted.target, {.offline = true}, "a second checkout");
  if (!is_wanted(git, wanted)) return false;
  try {
    prepare(git, wanted);
    return true;
  } catch (const InputError& error) {
    if (host.stop().stop_requested()) throw;
    host.warn("Unable to prepare the existing repository. The repository will be recreated instead.");
    host.log(error.what());
    return false;
  }
}

void unset_sparse(GitProgram& git) {
  if (!git.try_run({"config", "--get", "core.sparseCheckout"})) return;
  git.run({"sparse-checkout", "disable"});
  for (const auto* key : {"extensions.worktreeConfig", "core.sparseCheckout", "core.sparseCheckoutCone"}) {
    git.try_run({"config", "--local", "--unset-all", key});
  }
}

}  // namespace

bool reuse_clone(StepHost& host, const ReusedClone& wanted) {
  if (try_to_prepare(host, wanted)) return true;
  for (const auto& item : fs::directory_iterator(wanted.target)) fs::remove_all(item.path());
  return false;
}

void set_sparse(GitProgram& git, const fs::path& target, const Sparse& sparse,
                const std::vector<std::string>& lines) {
  if (!sparse.on()) return unset_sparse(git);
  if (sparse.cone()) {
    std::vector<std::string> arguments{"sparse-checkout", "set", "--cone"};
    arguments.insert(arguments.end(), lines.begin(), lines.end());
    return git.run(std::move(arguments));
  }
  git.run({"config", "core.sparseCheckout", "true"});
  git.run({"config", "core.sparseCheckoutCone", "false"});
  fs::create_directories(target / ".git" / "info");
  std::ofstream file(target / ".git" / "info" / "sparse-checkout", std::ios::app);
  file << "\n" << sparse.file_text();
  if (!file.flush()) throw Error("write {}", (target / ".git/info/sparse-checkout").string());
}

void check_out_reused(GitProgram& git, const std::string& branch, const std::string& start) {
  std::vector<std::string> arguments{"checkout", "--quiet", "--force"};
  if (branch.empty()) {
    arguments.insert(arguments.end(), {"--detach", start});
  } else {
    arguments.insert(arguments.end(), {"-B", branch, start});
  }
  git.run(std::move(arguments));
}

}  // namespace runner
