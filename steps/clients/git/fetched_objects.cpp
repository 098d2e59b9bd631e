#include "steps/clients/git/fetched_objects.hpp"

#include <cstring>

#include <fmt/core.h>
#include <git2/sys/odb_backend.h>

#include "steps/clients/git/share_objects.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;
using Database = Handle<git_odb, git_odb_free>;
using StoredObject = Handle<git_odb_object, git_odb_object_free>;

struct ById {
  bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_cmp(&a, &b) < 0; }
};

// Trees are looked into; the parents of commits are not. Objects that are not there are passed over: a
// partial clone has the files of its own commit only.
class ObjectList {
 public:
  explicit ObjectList(git_repository* repo) : repo_(repo) {}

  void add(const git_oid& id) {
    if (seen_.size() > kMostCopiedObjects || seen_.contains(id)) return;
    const auto object = git::find<git::Object>(git_object_lookup, repo_, &id, GIT_OBJECT_ANY);
    if (!object) return;
    seen_.insert(id);
    switch (git_object_type(object.get())) {
      case GIT_OBJECT_TAG:
        return add(*git_tag_target_id(reinterpret_cast<const git_tag*>(object.get())));
      case GIT_OBJECT_COMMIT:
        return add(*git_commit_tree_id(reinterpret_cast<const git_commit*>(object.get())));
      case GIT_OBJECT_TREE:
        return add_entries(reinterpret_cast<const git_tree*>(object.get()));
      default:
        return;
    }
  }
  const std::set<git_oid, ById>& ids() const { return seen_; }

 private:
  void add_entries(const git_tree* tree) {
    for (size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const auto* entry = git_tree_entry_byindex(tree, i);
      const auto type = git_tree_entry_type(entry);
      if (type == GIT_OBJECT_TREE) add(*git_tree_entry_id(entry));
      if (type == GIT_OBJECT_BLOB) seen_.insert(*git_tree_entry_id(entry));  // not read before it is copied
    }
  }

  git_repository* repo_;
  std::set<git_oid, ById> seen_;
};

Database open_database(git_repository* repo) {
  return git::make<Database>("open the object store", git_repository_odb, repo);
}

// Compressed as quickly as can be: the folder lives as long as the job. Without compression (0) libgit2
// cannot read what it wrote.
Database new_database(const fs::path& folder) {
  auto database = git::make<Database>("open the clone's object store", git_odb_new);
  git_odb_backend* files = nullptr;
  git::check(git_odb_backend_loose(&files, folder.c_str(), 1, 0, 0, 0), "open the clone's object store");
  git::check(git_odb_add_backend(database.get(), files, 1), "open the clone's object store");
  return database;
}

bool fits(git_odb* from, const std::set<git_oid, ById>& ids) {
  if (ids.size() > kMostCopiedObjects) return false;
  uintmax_t total = 0;
  for (const auto& id : ids) {
    size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&size, &type, from, &id) == 0) total += size;
    if (total > kMostCopiedBytes) return false;
  }
  return true;
}

}  // namespace

bool copy_fetched_objects(git_repository* source, const FetchedRefs& fetched, const fs::path& to) {
  ObjectList wanted(source);
  for (const auto* commits : {&fetched.first, &fetched.with_parents}) {
    for (const auto& sha : *commits) wanted.add(git::to_oid(sha));
  }
  for (const auto& [name, id] : fetched.refs) wanted.add(id);
  const auto from = open_database(source);
  if (!fits(from.get(), wanted.ids())) return false;
  const auto clone = new_database(to);
  for (const auto& id : wanted.ids()) {
    if (git_odb_exists(clone.get(), &id) == 1) continue;
    const auto object = git::find<StoredObject>(git_odb_read, from.get(), &id);
    if (!object) continue;
    git_oid written;
    git::check(git_odb_write(&written, clone.get(), git_odb_object_data(object.get()),
                             git_odb_object_size(object.get()), git_odb_object_type(object.get())),
               "write " + git::to_string(id));
  }
  return true;
}

}  // namespace runner
