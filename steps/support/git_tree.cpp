#include "steps/support/git_tree.hpp"

#include <fmt/core.h>

#include "steps/support/git.hpp"
#include "steps/support/repository.hpp"

namespace runner {

namespace {

using TreeEntry = Handle<git_tree_entry, git_tree_entry_free>;
using Sink = std::function<void(const TreeFile&)>;

void walk(git_repository* repo, const git_tree* tree, const std::string& folder, const Sink& sink) {
  const size_t count = git_tree_entrycount(tree);
  for (size_t i = 0; i < count; ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
    const auto path = folder + git_tree_entry_name(entry);
    const auto doing = fmt::format("read {} from the git repository", path);
    switch (git_tree_entry_type(entry)) {
      case GIT_OBJECT_TREE: {
        const auto below = git::make<git::Tree>(doing, git_tree_lookup, repo, git_tree_entry_id(entry));
        walk(repo, below.get(), path + "/", sink);
        break;
      }
      case GIT_OBJECT_BLOB: {
        const auto blob = git::make<git::Blob>(doing, git_blob_lookup, repo, git_tree_entry_id(entry));
        const std::string_view bytes(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                                     static_cast<size_t>(git_blob_rawsize(blob.get())));
        sink({path, static_cast<unsigned>(git_tree_entry_filemode(entry)), bytes});
        break;
      }
      default:
        break;  // a submodule's commit
    }
  }
}

}  // namespace

void export_tree(const Repository& repository, const std::string& sha, const Sink& sink) {
  const auto repo = git::open(repository.git_dir);
  const auto commit = git::commit(repo.get(), sha);
  const auto tree =
      git::make<git::Tree>(fmt::format("read the tree of {}", sha), git_commit_tree, commit.get());
  walk(repo.get(), tree.get(), "", sink);
}

std::optional<std::string> tree_file(const Repository& repository, const std::string& sha,
                                     const std::string& path) {
  const auto repo = git::open(repository.git_dir);
  const auto commit = git::commit(repo.get(), sha);
  const auto tree =
      git::make<git::Tree>(fmt::format("read the tree of {}", sha), git_commit_tree, commit.get());
  const auto entry = git::find<TreeEntry>(git_tree_entry_bypath, tree.get(), path.c_str());
  if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_BLOB) return std::nullopt;
  const auto doing = fmt::format("read {} from the git repository", path);
  const auto blob = git::make<git::Blob>(doing, git_blob_lookup, repo.get(), git_tree_entry_id(entry.get()));
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                     static_cast<size_t>(git_blob_rawsize(blob.get())));
}

}  // namespace runner
