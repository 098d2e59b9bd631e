#include <fmt/core.h>

#include "steps/clients/git/git.hpp"
#include "steps/clients/git/git_tree.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {

std::vector<std::pair<std::string, std::string>> read_folder(const Repository& repository,
                                                             const std::string& sha,
                                                             const std::string& folder) {
  std::vector<std::pair<std::string, std::string>> files;
  const auto repo = git::open(repository.git_dir);
  const auto commit = git::commit(repo.get(), sha);
  const auto root =
      git::make<git::Tree>(fmt::format("read the tree of {}", sha), git_commit_tree, commit.get());
  git_tree_entry* raw = nullptr;
  if (git_tree_entry_bypath(&raw, root.get(), folder.c_str()) < 0) return files;
  const Handle<git_tree_entry, git_tree_entry_free> entry(raw);
  if (git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) return files;
  const auto tree =
      git::make<git::Tree>("read " + folder, git_tree_lookup, repo.get(), git_tree_entry_id(entry.get()));
  for (size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
    const auto* file = git_tree_entry_byindex(tree.get(), i);
    if (git_tree_entry_type(file) != GIT_OBJECT_BLOB) continue;
    const std::string name = git_tree_entry_name(file);
    const auto blob =
        git::make<git::Blob>("read " + name, git_blob_lookup, repo.get(), git_tree_entry_id(file));
    files.emplace_back(name, std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                                         static_cast<size_t>(git_blob_rawsize(blob.get()))));
  }
  return files;
}

}  // namespace runner
