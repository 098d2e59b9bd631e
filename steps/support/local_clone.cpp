#include "steps/support/local_clone.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/support/git.hpp"
#include "steps/support/repository.hpp"
#include "steps/support/share_objects.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;
using Refs = std::map<std::string, git_oid>;

constexpr std::string_view kOrigin = "refs/remotes/origin/";

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw Error("write {}", file.string());
}

// Direct references below `prefix`; symbolic ones (origin/HEAD) are left out.
void collect(git_repository* repo, const std::string& prefix, const std::string& as, Refs& refs) {
  const auto each = git::make<git::RefIterator>("list the branches and tags", git_reference_iterator_glob_new,
                                                repo, (prefix + "*").c_str());
  git_reference* raw = nullptr;
  while (git_reference_next(&raw, each.get()) == 0) {
    const git::Reference ref(raw);
    if (const git_oid* id = git_reference_target(ref.get())) {
      refs.emplace(as + std::string(git_reference_name(ref.get())).substr(prefix.size()), *id);
    }
  }
}

// What a fetch would have brought: the remote's branches as last seen (those of a repository without remote
// are its own), the branch asked for at the commit asked for, and tags.
Refs refs_of_clone(git_repository* source, const CloneRequest& request) {
  const git_oid head = git::to_oid(request.sha);
  Refs refs;
  collect(source, std::string(kOrigin), std::string(kOrigin), refs);
  if (refs.empty()) collect(source, "refs/heads/", std::string(kOrigin), refs);
  if (request.tags) collect(source, "refs/tags/", "refs/tags/", refs);
  if (request.ref.starts_with("refs/heads/")) {
    refs[request.ref] = head;
    refs[std::string(kOrigin) + request.ref.substr(11)] = head;
  } else if (request.ref.starts_with("refs/tags/")) {
    git_oid tag;  // the tag object where there is one: `git describe` tells annotated tags from others
    refs[request.ref] = git_reference_name_to_id(&tag, source, request.ref.c_str()) == 0 ? tag : head;
  } else if (request.ref.starts_with("refs/pull/")) {
    refs["refs/remotes/" + request.ref.substr(5)] = head;
  }
  return refs;
}

// foo and foo/bar cannot both be: an outdated remote branch gives way to the one asked for.
void drop_conflicts(Refs& refs, const std::string& kept) {
  std::erase_if(refs, [&](const auto& item) {
    return item.first != kept && (item.first.starts_with(kept + "/") || kept.starts_with(item.first + "/"));
  });
}

void write_refs(const fs::path& git_dir, const Refs& refs, const CloneRequest& request) {
  std::string text;
  for (const auto& [name, id] : refs) text += git::to_string(id) + " " + name + "\n";
  write_text(git_dir / "packed-refs", text);
  const bool branch = request.ref.starts_with("refs/heads/");
  write_text(git_dir / "HEAD", (branch ? "ref: " + request.ref : request.sha) + "\n");
}

// The commits `depth` steps down from `head` that have parents: git takes them for the first ones. `own` is
// where the source itself ends.
std::set<std::string> shallow_commits(git_repository* repo, const std::string& head, int depth,
                                      const std::set<std::string>& own) {
  std::set<std::string> seen{head}, boundary = own;
  std::vector<std::string> level{head};
  for (int step = 1; !level.empty(); ++step) {
    std::vector<std::string> next;
    for (const auto& sha : level) {
      if (own.count(sha) > 0) continue;
      const auto commit = git::commit(repo, sha);
      const unsigned parents = git_commit_parentcount(commit.get());
      if (step == depth && parents > 0) boundary.insert(sha);
      for (unsigned i = 0; step < depth && i < parents; ++i) {
        auto parent = git::to_string(*git_commit_parent_id(commit.get(), i));
        if (seen.insert(parent).second) next.push_back(std::move(parent));
      }
    }
    level = std::move(next);
  }
  return boundary;
}

std::set<std::string> source_boundary(const fs::path& common_dir) {
  std::set<std::string> boundary;
  std::ifstream lines(common_dir / "shallow");
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) boundary.insert(line);
  }
  return boundary;
}

void write_shallow(git_repository* source, const fs::path& git_dir, const std::set<std::string>& own,
                   const CloneRequest& request) {
  const auto boundary = request.depth > 0 ? shallow_commits(source, request.sha, request.depth, own) : own;
  std::string text;
  for (const auto& sha : boundary) text += sha + "\n";
  if (!text.empty()) write_text(git_dir / "shallow", text);
}

void set(git_config* config, const std::string& name, const std::string& value) {
  git::check(git_config_set_string(config, name.c_str(), value.c_str()),
             fmt::format("write {} into the clone's configuration", name));
}

// Only what git will see in the job: never the user's own configuration, whose autocrlf would make the files
// differ.
git::Config configuration(const fs::path& git_dir, const CloneRequest& request) {
  git_config* raw = nullptr;
  git::check(git_config_new(&raw), "make a git configuration");
  git::Config config(raw);
  const auto add = [&](const fs::path& file, git_config_level_t level) {
    if (!fs::exists(file)) return;
    git::check(git_config_add_file_ondisk(raw, file.c_str(), level, nullptr, 1),
               fmt::format("read {}", file.string()));
  };
  add("/etc/gitconfig", GIT_CONFIG_LEVEL_SYSTEM);
  if (!request.global_config.empty()) add(request.global_config, GIT_CONFIG_LEVEL_GLOBAL);
  add(git_dir / "config", GIT_CONFIG_LEVEL_LOCAL);
  return config;
}

void write_config(git_config* config, const CloneRequest& request) {
  set(config, "gc.auto", "0");
  if (!request.origin_url.empty()) {
    set(config, "remote.origin.url", request.origin_url);
    set(config, "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
  }
  if (request.ref.starts_with("refs/heads/")) {
    const auto branch = "branch." + request.ref.substr(11);
    set(config, branch + ".remote", "origin");
    set(config, branch + ".merge", request.ref);
  }
  if (request.sparse.on()) {
    set(config, "core.sparseCheckout", "true");
    set(config, "core.sparseCheckoutCone", request.sparse.cone() ? "true" : "false");
  }
}

struct SparseWalk {
  const Sparse& sparse;
  std::vector<std::string> kept;
  std::vector<git_index_entry> skipped;
  std::vector<std::string> skipped_paths;
};

int sort_out(const char* root, const git_tree_entry* entry, void* payload) {
  auto& walk = *static_cast<SparseWalk*>(payload);
  if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) return 0;
  std::string path = std::string(root) + git_tree_entry_name(entry);
  if (walk.sparse.keeps(path)) {
    walk.kept.push_back(std::move(path));
    return 0;
  }
  git_index_entry skipped{};
  skipped.mode = git_tree_entry_filemode(entry);
  skipped.id = *git_tree_entry_id(entry);
  skipped.flags = GIT_INDEX_ENTRY_EXTENDED;
  skipped.flags_extended = GIT_INDEX_ENTRY_SKIP_WORKTREE;
  walk.skipped.push_back(skipped);
  walk.skipped_paths.push_back(std::move(path));
  return 0;
}

void check_out_sparse(git_repository* repo, const git_commit* commit, git_checkout_options& options,
                      const Sparse& sparse) {
  const auto tree = git::make<git::Tree>("read the commit's tree", git_commit_tree, commit);
  SparseWalk walk{sparse, {}, {}, {}};
  git::check(git_tree_walk(tree.get(), GIT_TREEWALK_PRE, sort_out, &walk), "walk the commit's tree");
  std::vector<char*> paths;
  for (auto& path : walk.kept) paths.push_back(path.data());
  options.paths = {paths.data(), paths.size()};
  options.checkout_strategy |= GIT_CHECKOUT_DISABLE_PATHSPEC_MATCH;
  if (!paths.empty()) {  // no paths would mean all of them
    git::check(git_checkout_tree(repo, reinterpret_cast<const git_object*>(tree.get()), &options),
               "write the files of the commit");
  }
  const auto index = git::make<git::Index>("open the index", git_repository_index, repo);
  for (size_t i = 0; i < walk.skipped.size(); ++i) {
    walk.skipped[i].path = walk.skipped_paths[i].c_str();
    git::check(git_index_add(index.get(), &walk.skipped[i]), fmt::format("index {}", walk.skipped_paths[i]));
  }
  git::check(git_index_write(index.get()), "write the index");
}

void check_out(git_repository* repo, const CloneRequest& request) {
  const auto commit = git::commit(repo, request.sha);
  git_checkout_options options{};  // not by its macro: clang asks for all fields
  git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
  options.checkout_strategy = GIT_CHECKOUT_FORCE;
  if (request.sparse.on()) return check_out_sparse(repo, commit.get(), options, request.sparse);
  git::check(git_checkout_tree(repo, reinterpret_cast<const git_object*>(commit.get()), &options),
             "write the files of the commit");
}

}  // namespace

CloneResult clone_local(const Repository& source, const CloneRequest& request) {
  const auto from = git::open(source.git_dir);
  git::commit(from.get(), request.sha);  // said before anything is made
  const fs::path common_dir = git_repository_commondir(from.get());
  const auto git_dir = request.target / ".git";
  fs::create_directories(request.target);
  git_repository_init_options init{};
  git_repository_init_options_init(&init, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
  init.flags = GIT_REPOSITORY_INIT_MKDIR;
  const auto repo = git::make<git::Repo>(fmt::format("make a repository in {}", request.target.string()),
                                         git_repository_init_ext, request.target.c_str(), &init);
  CloneResult result;
  result.shares_objects = share_objects(common_dir / "objects", git_dir / "objects");
  auto refs = refs_of_clone(from.get(), request);
  if (request.ref.starts_with("refs/heads/")) {
    drop_conflicts(refs, std::string(kOrigin) + request.ref.substr(11));
  }
  const auto own_boundary = source_boundary(common_dir);
  result.source_is_shallow = !own_boundary.empty();
  write_shallow(from.get(), git_dir, own_boundary, request);
  write_refs(git_dir, refs, request);
  const auto config = configuration(git_dir, request);
  write_config(config.get(), request);
  if (request.sparse.on()) write_text(git_dir / "info" / "sparse-checkout", request.sparse.file_text());
  // Opened anew: the object store and the references were written behind the first handle's back.
  const auto clone = git::open(git_dir);
  git::check(git_repository_set_config(clone.get(), config.get()), "use the clone's configuration");
  check_out(clone.get(), request);
  return result;
}

ResolvedRef resolve_ref(const Repository& source, const std::string& name) {
  const auto repo = git::open(source.git_dir);
  const auto commit_of = [&](const std::string& spec) -> std::string {
    const auto object = git::find<git::Object>(
        [&](git_object** out) { return git_revparse_single(out, repo.get(), (spec + "^{commit}").c_str()); });
    return object ? git::to_string(*git_object_id(object.get())) : "";
  };
  const bool digits = std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isxdigit(c); });
  if (name.size() == 40 && digits) return {"", commit_of(name)};
  int valid = 0;
  const auto full = name.starts_with("refs/") ? name : "refs/heads/" + name;
  // Not a name, but something revparse would read: "main~3", "@{1}". The original knows names only.
  if (git_reference_name_is_valid(&valid, full.c_str()) < 0 || valid == 0) return {name, ""};
  if (name.starts_with("refs/heads/") || !name.starts_with("refs/")) {
    const auto branch = name.starts_with("refs/") ? name.substr(11) : name;
    for (const std::string prefix : {"refs/heads/", "refs/remotes/origin/"}) {
      if (auto sha = commit_of(prefix + branch); !sha.empty()) return {"refs/heads/" + branch, sha};
    }
    if (name.starts_with("refs/")) return {name, ""};
    return {"refs/tags/" + name, commit_of("refs/tags/" + name)};
  }
  return {name, commit_of(name)};
}

void copy_uncommitted(const Repository& source, const std::vector<std::string>& files,
                      const fs::path& target) {
  for (const auto& name : files) {
    const auto from = source.root / name, to = target / name;
    fs::remove_all(to);
    if (!fs::exists(fs::symlink_status(from))) continue;  // deleted there, so here
    fs::create_directories(to.parent_path());
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
}

}  // namespace runner
