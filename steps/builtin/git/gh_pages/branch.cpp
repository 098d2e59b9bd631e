#include "steps/builtin/git/gh_pages/branch.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/formats/file_glob.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Say = std::function<void(std::string_view)>;
using OnFile = std::function<void(const fs::path&)>;

constexpr int kDeepest = 200;  // folders in folders: more is a symlink that leads back

// As on a machine without configuration: nobody's hooks, signatures and ignore rules count.
constexpr const char* kSettings[][2] = {{"core.hooksPath", "/dev/null"},
                                        {"core.excludesFile", "/dev/null"},
                                        {"core.autocrlf", "false"},
                                        {"core.quotePath", "false"},
                                        {"commit.gpgSign", "false"},
                                        {"tag.gpgSign", "false"},
                                        {"gc.auto", "0"}};

bool fetch_branch(GitProgram& git, const PagesInputs& inputs, const std::string& url, const Say& say) {
  git.run({"init", "--quiet", "."});
  for (const auto& [name, value] : kSettings) git.run({"config", name, value});
  git.run({"remote", "add", "origin", url});
  const auto ref = "refs/heads/" + inputs.branch, remote = "refs/remotes/origin/" + inputs.branch;
  const bool there = !trim(git.read({"ls-remote", "--heads", "origin", ref})).empty();
  say(fmt::format("[INFO] ForceOrphan: {}", inputs.force_orphan));
  git.run({"symbolic-ref", "HEAD", ref});
  if (!there) say(fmt::format("[INFO] first deployment, create new branch {}", inputs.branch));
  if (!there || inputs.force_orphan) return there;
  git.run_over_network({"fetch", "--quiet", "--no-tags", "--depth=1", "origin", "+" + ref + ":" + remote});
  git.run({"reset", "--quiet", "--hard", remote});
  return there;
}

// Links are followed: a branch of pages has none.
void copy_tree(const fs::path& from, const fs::path& to, const Say& say, const OnFile& on_file,
               int depth = 0) {
  if (depth > kDeepest)
    throw InputError(fmt::format("{}: a symlink leads back to a folder above", from.string()));
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const auto name = entry.path().filename();
    if (depth == 0 && name == ".git") continue;
    std::error_code error;
    const auto status = fs::status(entry.path(), error);
    if (fs::is_directory(status)) {
      if (fs::exists(fs::symlink_status(to / name)) && !fs::is_directory(to / name)) fs::remove(to / name);
      copy_tree(entry.path(), to / name, say, on_file, depth + 1);
    } else if (fs::is_regular_file(status)) {
      on_file(entry.path());
      remove_tree(to / name);
      fs::copy_file(entry.path(), to / name);
    } else {
      say(fmt::format("[INFO] {} is neither file nor folder: left out", entry.path().string()));
    }
  }
}

void delete_excluded(const fs::path& folder, const fs::path& git_dir, const PagesInputs& inputs,
                     const Say& say) {
  std::string lines;
  for (const auto item : split(inputs.exclude_assets, ',')) {
    if (!trim(item).empty()) lines += (folder / trim(item)).string() + "\n";
  }
  if (lines.empty()) return;
  const auto found = FileGlob(lines, folder, {.include_directories = true}).walk();
  for (const auto& path : found) {
    const auto [end, ignored] = std::mismatch(git_dir.begin(), git_dir.end(), path.begin(), path.end());
    if (end == git_dir.end() || path == git_dir.parent_path()) continue;
    if (fs::exists(fs::symlink_status(path)))
      say(fmt::format("[INFO] delete {}", path.lexically_relative(folder).string()));
    remove_tree(path);
  }
}

void add_own_files(const fs::path& work, const PagesInputs& inputs, const Say& say) {
  if (inputs.no_jekyll && !fs::exists(work / ".nojekyll")) {
    write_private_file(work / ".nojekyll", "");
    say("[INFO] Created .nojekyll");
  }
  if (inputs.cname.empty()) return;
  if (fs::exists(work / "CNAME")) return say("CNAME already exists, skip adding CNAME");
  write_private_file(work / "CNAME", inputs.cname + "\n");
  say("[INFO] Created CNAME");
}

}  // namespace

fs::path pages_source(const PagesInputs& inputs, const fs::path& workspace) {
  auto source = (workspace / inputs.publish_dir).lexically_normal();
  if (!fs::is_directory(source))
    throw InputError(fmt::format("publish_dir: there is no folder {}", inputs.publish_dir));
  return source;
}

bool stage_pages(GitProgram& git, const fs::path& work, const fs::path& source, const PagesInputs& inputs,
                 const std::string& url, const Say& say, const OnFile& on_file) {
  const bool there = fetch_branch(git, inputs, url, say);
  auto folder = (work / inputs.destination_dir).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const auto below = folder.lexically_relative(work).string();
  if (below.starts_with("..") || below.starts_with(".git/") || below == ".git")
    throw InputError(
        fmt::format("destination_dir: {} is not below the branch's root", inputs.destination_dir));
  if (inputs.keep_files)
    say("[INFO] Keep existing files");
  else
    git.run({"rm", "-r", "--quiet", "--ignore-unmatch", "--", below});
  say(fmt::format("[INFO] copy {} to {}", inputs.publish_dir, inputs.branch));
  copy_tree(source, folder, say, on_file);
  delete_excluded(folder, work / ".git", inputs, say);
  add_own_files(work, inputs, say);
  git.run({"add", "--all"});
  return there;
}

}  // namespace runner
