#include "steps/clients/git/git_tree.hpp"

#include <fmt/core.h>

#include "steps/clients/git/git.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {

namespace {

using TreeEntry = Handle<git_tree_entry, git_tree_entry_free>;
using Odb = Handle<git_odb, git_odb_free>;
using FileSink = std::function<void(CommitTree::File)>;

git::Tree root_of(git_repository* repo, const std::string& sha) {
  const auto commit = git::commit(repo, sha);
  return git::make<git::Tree>(fmt::format("read the tree of {}", sha), git_commit_tree, commit.get());
}

std::string reading(const std::string& path) { return fmt::format("read {} from the git repository", path); }

void list_below(git_repository* repo, git_odb* odb, const git_tree* tree, const std::string& folder,
                const FileSink& sink) {
  const size_t count = git_tree_entrycount(tree);
  for (size_t i = 0; i < count; ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
    const git_oid* id = git_tree_entry_id(entry);
    const auto path = folder + git_tree_entry_name(entry);
    if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) {
      const auto below = git::make<git::Tree>(reading(path), git_tree_lookup, repo, id);
      list_below(repo, odb, below.get(), path + "/", sink);
    } else if (git_tree_entry_type(entry) == GIT_OBJECT_BLOB) {  // else a submodule's commit
      size_t size = 0;
      git_object_t type{};
      git::check(git_odb_read_header(&size, &type, odb, id), reading(path));
      sink({path, static_cast<unsigned>(git_tree_entry_filemode(entry)), size, git::to_string(*id)});
    }
  }
}

}  // namespace

struct CommitTree::State {
  git::Repo repo;
  git::Tree root;
  Odb odb;
};

CommitTree::CommitTree(const Repository& repository, const std::string& sha) {
  auto state = std::make_shared<State>();
  state->repo = git::open(repository.git_dir);
  state->root = root_of(state->repo.get(), sha);
  state->odb =
      git::make<Odb>("open the objects of the git repository", git_repository_odb, state->repo.get());
  state_ = std::move(state);
}

void CommitTree::list(const std::string& folder, const FileSink& sink) const {
  const auto& [repo, root, odb] = *state_;
  if (folder.empty()) return list_below(repo.get(), odb.get(), root.get(), "", sink);
  const auto entry = git::find<TreeEntry>(git_tree_entry_bypath, root.get(), folder.c_str());
  if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) return;
  const auto below =
      git::make<git::Tree>(reading(folder), git_tree_lookup, repo.get(), git_tree_entry_id(entry.get()));
  list_below(repo.get(), odb.get(), below.get(), folder + "/", sink);
}

std::string CommitTree::read(const File& file) const {
  const auto id = git::to_oid(file.id);
  const auto blob = git::make<git::Blob>(reading(file.path), git_blob_lookup, state_->repo.get(), &id);
  return {static_cast<const char*>(git_blob_rawcontent(blob.get())),
          static_cast<size_t>(git_blob_rawsize(blob.get()))};
}

std::optional<std::string> tree_file(const Repository& repository, const std::string& sha,
                                     const std::string& path) {
  const auto repo = git::open(repository.git_dir);
  const auto tree = root_of(repo.get(), sha);
  const auto entry = git::find<TreeEntry>(git_tree_entry_bypath, tree.get(), path.c_str());
  if (!entry || git_tree_entry_type(entry.get()) != GIT_OBJECT_BLOB) return std::nullopt;
  const auto blob =
      git::make<git::Blob>(reading(path), git_blob_lookup, repo.get(), git_tree_entry_id(entry.get()));
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                     static_cast<size_t>(git_blob_rawsize(blob.get())));
}

}  // namespace runner
