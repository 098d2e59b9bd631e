#include "steps/clients/git/local_clone.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/clients/git/checkout_stop.hpp"
#include "steps/clients/git/clone_refs.hpp"
#include "steps/clients/git/fetched_objects.hpp"
#include "steps/clients/git/git.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/clients/git/share_objects.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRemoteBranches = "refs/remotes/origin/";

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw Error("write {}", file.string());
}

// foo and foo/bar cannot both be: an outdated remote branch gives way to the one asked for.
void drop_conflicts(Refs& refs, const std::string& kept) {
  std::erase_if(refs, [&](const auto& item) {
    return item.first != kept && (item.first.starts_with(kept + "/") || kept.starts_with(item.first + "/"));
  });
}

// All at once: a repository may have thousands of tags.
void write_new_refs(const fs::path& git_dir, Refs refs, const CloneRequest& request) {
  const bool branch = request.ref.starts_with("refs/heads/");
  if (branch) {
    refs[request.ref] = git::to_oid(request.sha);
    drop_conflicts(refs, std::string(kRemoteBranches) + request.ref.substr(11));
  }
  std::string text;
  for (const auto& [name, id] : refs) text += git::to_string(id) + " " + name + "\n";
  write_text(git_dir / "packed-refs", text);
  write_text(git_dir / "HEAD", (branch ? "ref: " + request.ref : request.sha) + "\n");
}

void update_refs(git_repository* clone, const FetchedRefs& fetched) {
  for (const auto& prefix : fetched.complete) {
    for (const auto& [name, id] : refs_below(clone, prefix)) {
      if (!fetched.refs.contains(name))
        git::check(git_reference_remove(clone, name.c_str()), fmt::format("remove {}", name));
    }
  }
  for (const auto& [name, id] : fetched.refs) {
    git_oid now;
    if (git_reference_name_to_id(&now, clone, name.c_str()) == 0 && git_oid_equal(&now, &id)) continue;
    git::make<git::Reference>(fmt::format("write {}", name), git_reference_create, clone, name.c_str(), &id,
                              1, "fetch");
  }
}

std::set<std::string> read_shallow(const fs::path& git_dir) {
  std::set<std::string> commits;
  std::ifstream lines(git_dir / "shallow");
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) commits.insert(line);
  }
  return commits;
}

// `depth` 0 leaves nothing of what an earlier fetch cut off.
void write_shallow(const fs::path& git_dir, const FetchedRefs& fetched, int depth) {
  auto commits = depth == 0 ? std::set<std::string>() : read_shallow(git_dir);
  for (const auto& sha : fetched.with_parents) commits.erase(sha);
  commits.insert(fetched.first.begin(), fetched.first.end());
  fs::remove(git_dir / "shallow");
  std::string text;
  for (const auto& sha : commits) text += sha + "\n";
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
  const CheckoutStop until(request.stop);
  git_checkout_options options{};  // not by its macro: clang asks for all fields
  git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
  options.checkout_strategy = GIT_CHECKOUT_FORCE;
  if (request.sparse.on()) return check_out_sparse(repo, commit.get(), options, request.sparse);
  // .gitattributes counts for the files that are written before it too ("(a).txt"): it is read from the
  // index.
  const auto tree = git::make<git::Tree>("read the commit's tree", git_commit_tree, commit.get());
  const auto index = git::make<git::Index>("open the index", git_repository_index, repo);
  git::check(git_index_read_tree(index.get(), tree.get()), "read the commit's tree into the index");
  git::check(git_checkout_tree(repo, reinterpret_cast<const git_object*>(commit.get()), &options),
             "write the files of the commit");
}

// Objects and the end of history; gives the references that are still to be written.
CloneResult fetch_objects(git_repository* from, const CloneRequest& request, FetchedRefs& fetched) {
  const fs::path common_dir = git_repository_commondir(from);
  const auto git_dir = request.target / ".git";
  const auto boundary = read_shallow(common_dir);
  CloneResult result;
  result.source_is_shallow = !boundary.empty();
  fetched = refs_to_fetch(from, request, boundary);
  const bool copied = request.depth > 0 && copy_fetched_objects(from, fetched, git_dir / "objects");
  if (!copied) result.shares_objects = share_objects(common_dir / "objects", git_dir / "objects");
  write_shallow(git_dir, fetched, request.depth);
  return result;
}

}  // namespace

CloneResult clone_local(const Repository& source, const CloneRequest& request) {
  const auto git_dir = request.target / ".git";
  fs::create_directories(request.target);
  git_repository_init_options init{};
  git_repository_init_options_init(&init, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
  init.flags = GIT_REPOSITORY_INIT_MKDIR;
  const auto from = git::open(source.git_dir);
  git::commit(from.get(), request.sha);  // said before anything is made
  const auto repo = git::make<git::Repo>(fmt::format("make a repository in {}", request.target.string()),
                                         git_repository_init_ext, request.target.c_str(), &init);
  FetchedRefs fetched;
  const auto result = fetch_objects(from.get(), request, fetched);
  write_new_refs(git_dir, std::move(fetched.refs), request);
  const auto config = configuration(git_dir, request);
  write_config(config.get(), request);
  if (request.sparse.on()) write_text(git_dir / "info" / "sparse-checkout", request.sparse.file_text());
  // Opened anew: the object store and the references were written behind the first handle's back.
  const auto clone = git::open(git_dir);
  git::check(git_repository_set_config(clone.get(), config.get()), "use the clone's configuration");
  check_out(clone.get(), request);
  return result;
}

CloneResult fetch_local(const Repository& source, const CloneRequest& request) {
  FetchedRefs fetched;
  const auto from = git::open(source.git_dir);
  const auto result = fetch_objects(from.get(), request, fetched);
  update_refs(git::open(request.target / ".git").get(), fetched);
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

}  // namespace runner
