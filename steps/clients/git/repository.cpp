#include "steps/clients/git/repository.hpp"

#include <algorithm>
#include <cctype>
#include <ctime>
#include <set>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/git/git.hpp"
#include "steps/clients/git/private_files.hpp"
#include "steps/clients/git/remote_url.hpp"

namespace runner {

namespace {

constexpr size_t kMostCommits = 2048;  // of one push payload (execution.md 3)
const std::string kNoCommit(40, '0');

std::string iso_time(const git_time& when) {
  const time_t local = static_cast<time_t>(when.time) + when.offset * 60;
  std::tm parts{};
  ::gmtime_r(&local, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  const int minutes = std::abs(when.offset);
  return fmt::format("{}{}{:02}:{:02}", text, when.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

Commit to_commit(const git_commit* raw) {
  Commit commit;
  commit.id = git::to_string(*git_commit_id(raw));
  commit.tree_id = git::to_string(*git_commit_tree_id(raw));
  commit.message = to_valid_utf8(trim(git_commit_message(raw)));
  const git_signature* author = git_commit_author(raw);
  const git_signature* committer = git_commit_committer(raw);
  commit.timestamp = iso_time(committer->when);
  commit.author_name = to_valid_utf8(author->name), commit.author_email = to_valid_utf8(author->email);
  commit.committer_name = to_valid_utf8(committer->name);
  commit.committer_email = to_valid_utf8(committer->email);
  for (unsigned i = 0; i < git_commit_parentcount(raw); ++i) {
    commit.parents.push_back(git::to_string(*git_commit_parent_id(raw, i)));
  }
  return commit;
}

// The commit behind a reference, through annotated tags; nothing when the reference is not there.
std::optional<git_oid> commit_of_ref(git_repository* repo, const std::string& name) {
  const auto ref = git::find<git::Reference>(git_reference_lookup, repo, name.c_str());
  if (!ref) return std::nullopt;
  const auto object = git::find<git::Object>(
      [&](git_object** out) { return git_reference_peel(out, ref.get(), GIT_OBJECT_COMMIT); });
  if (!object) return std::nullopt;
  return *git_object_id(object.get());
}

std::vector<std::string> ref_names(git_repository* repo, const char* pattern) {
  const auto each = git::make<git::RefIterator>("list the branches and tags", git_reference_iterator_glob_new,
                                                repo, pattern);
  std::vector<std::string> names;
  const char* name = nullptr;
  while (git_reference_next_name(&name, each.get()) == 0) names.emplace_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::string symbolic_target(git_repository* repo, const char* name) {
  const auto ref = git::find<git::Reference>(git_reference_lookup, repo, name);
  if (!ref || git_reference_type(ref.get()) != GIT_REFERENCE_SYMBOLIC) return "";
  return git_reference_symbolic_target(ref.get());
}

std::string default_branch(git_repository* repo, const std::string& current_ref) {
  constexpr std::string_view kOrigin = "refs/remotes/origin/";
  if (const auto target = symbolic_target(repo, "refs/remotes/origin/HEAD"); target.starts_with(kOrigin)) {
    return target.substr(kOrigin.size());
  }
  for (const std::string name : {"main", "master"}) {
    for (const std::string prefix : {"refs/heads/", "refs/remotes/origin/"}) {
      if (git::find<git::Reference>(git_reference_lookup, repo, (prefix + name).c_str())) return name;
    }
  }
  return current_ref.starts_with("refs/heads/") ? current_ref.substr(11) : "main";
}

// What a detached HEAD stands for: a tag at it, else the default branch when that contains it, else nothing.
std::string ref_of_detached(git_repository* repo, const git_oid& head) {
  for (const auto& tag : ref_names(repo, "refs/tags/*")) {
    const auto tagged = commit_of_ref(repo, tag);
    if (tagged && git_oid_equal(&*tagged, &head)) return tag;
  }
  const auto branch = default_branch(repo, "");
  for (const std::string prefix : {"refs/heads/", "refs/remotes/origin/"}) {
    const auto tip = commit_of_ref(repo, prefix + branch);
    if (tip && (git_oid_equal(&*tip, &head) || git_graph_descendant_of(repo, &*tip, &head) == 1))
      return "refs/heads/" + branch;
  }
  return "";
}

struct Selected {
  std::string ref;
  bool detached = false;
  std::optional<git_oid> commit;
};

[[noreturn]] void no_such_ref(git_repository* repo, const std::string& ref) {
  std::vector<std::string> known;
  for (const auto* pattern : {"refs/heads/*", "refs/tags/*"}) {
    for (const auto& name : ref_names(repo, pattern)) known.push_back(name.substr(name.find('/', 5) + 1));
  }
  throw UsageError("there is no branch or tag \"{}\" in the repository{}", ref, did_you_mean(ref, known));
}

// `may_be_unknown`: a sha was given too, so the name alone is enough (refs/pull/5/merge).
Selected select_ref(git_repository* repo, const std::string& ref, bool may_be_unknown) {
  if (ref.starts_with("refs/")) {
    auto commit = commit_of_ref(repo, ref);
    if (!commit && ref.starts_with("refs/heads/")) {
      commit = commit_of_ref(repo, "refs/remotes/origin/" + ref.substr(11));
    }
    if (!commit && !may_be_unknown) no_such_ref(repo, ref);
    return {ref, false, commit};
  }
  for (const std::string prefix : {"refs/heads/", "refs/tags/"}) {
    if (auto commit = commit_of_ref(repo, prefix + ref)) return {prefix + ref, false, commit};
  }
  if (auto commit = commit_of_ref(repo, "refs/remotes/origin/" + ref))
    return {"refs/heads/" + ref, false, commit};
  if (may_be_unknown) return {"refs/heads/" + ref, false, std::nullopt};
  no_such_ref(repo, ref);
}

Selected select_head(git_repository* repo) {
  git_oid id;
  if (git_reference_name_to_id(&id, repo, "HEAD") < 0)
    return {symbolic_target(repo, "HEAD"), false, std::nullopt};
  const auto target = symbolic_target(repo, "HEAD");
  return {target.empty() ? ref_of_detached(repo, id) : target, target.empty(), id};
}

git_oid commit_by_prefix(git_repository* repo, const std::string& sha) {
  if (git_oid head; sha == "HEAD" && git_reference_name_to_id(&head, repo, "HEAD") == 0) return head;
  const bool digits = std::all_of(sha.begin(), sha.end(), [](unsigned char c) { return std::isxdigit(c); });
  git_oid prefix;
  if (sha.size() < 4 || sha.size() > 40 || !digits || git_oid_fromstrp(&prefix, sha.c_str()) < 0) {
    throw UsageError("\"{}\" is no commit id (4 to 40 hexadecimal digits)", sha);
  }
  git_object* raw = nullptr;
  const int code = git_object_lookup_prefix(&raw, repo, &prefix, sha.size(), GIT_OBJECT_ANY);
  const git::Object found(code < 0 ? nullptr : raw);
  if (code == GIT_EAMBIGUOUS) throw UsageError("the commit id \"{}\" is ambiguous: give more digits", sha);
  const auto commit = git::find<git::Object>(
      [&](git_object** out) { return found ? git_object_peel(out, found.get(), GIT_OBJECT_COMMIT) : -1; });
  if (!commit) throw UsageError("there is no commit \"{}\" in the repository", sha);
  return *git_object_id(commit.get());
}

std::string config_text(git_repository* repo, const char* name) {
  const auto config = git::find<git::Config>(git_repository_config_snapshot, repo);
  const char* value = nullptr;
  if (!config || git_config_get_string(&value, config.get(), name) < 0) return "";
  return to_valid_utf8(value);
}

std::string origin_url(git_repository* repo) {
  const auto remote = git::find<git::Remote>(git_remote_lookup, repo, "origin");
  const char* url = remote ? git_remote_url(remote.get()) : nullptr;
  return url == nullptr ? "" : url;
}

std::filesystem::path without_final_slash(std::filesystem::path folder) {
  return folder.has_filename() ? folder : folder.parent_path();
}

std::string local_slug(const std::filesystem::path& root) {
  const auto name = root.filename().string();
  return "local/" + (name.empty() ? std::string("repository") : name);
}

// Named like secrets of an environment, but made to be committed: a scanner's list, an example to copy.
bool holds_none(const std::filesystem::path& file) {
  const auto kind = file.extension();
  return kind == ".baseline" || kind == ".example" || kind == ".sample" || kind == ".template";
}

void fill_names(Repository& result, git_repository* repo) {
  result.git_dir = without_final_slash(git_repository_path(repo));
  result.bare = git_repository_is_bare(repo) == 1;
  result.root = result.bare ? result.git_dir : without_final_slash(git_repository_workdir(repo));
  result.remote_url = origin_url(repo);
  result.slug = slug_of_remote(result.remote_url);
  if (result.slug.empty()) result.slug = local_slug(result.root);
  git_oid head;
  if (git_reference_name_to_id(&head, repo, "HEAD") == 0) result.checked_out = git::to_string(head);
  result.user_name = config_text(repo, "user.name");
  result.user_email = config_text(repo, "user.email");
}

}  // namespace

Repository open_repository(const std::filesystem::path& directory, const std::string& ref,
                           const std::string& sha) {
  git::start();
  Repository result;
  git_repository* raw = nullptr;
  const int code = git_repository_open_ext(&raw, directory.c_str(), GIT_REPOSITORY_OPEN_CROSS_FS, nullptr);
  const git::Repo repo(code < 0 ? nullptr : raw);
  if (code == GIT_ENOTFOUND) {
    if (!ref.empty() || !sha.empty()) {
      throw UsageError("{} is in no git repository: there is no \"{}\"", directory.string(), ref + sha);
    }
    result.root = without_final_slash(std::filesystem::absolute(directory).lexically_normal());
    result.slug = local_slug(result.root);
    result.default_branch = "main";
    return result;
  }
  git::check(code, fmt::format("open the git repository around {}", directory.string()));
  fill_names(result, repo.get());
  auto selected = ref.empty() ? select_head(repo.get()) : select_ref(repo.get(), ref, !sha.empty());
  if (!sha.empty()) selected.commit = commit_by_prefix(repo.get(), sha);
  result.ref = selected.ref, result.detached = selected.detached;
  result.default_branch = default_branch(repo.get(), result.ref);
  if (selected.commit) {
    result.sha = git::to_string(*selected.commit);
    result.head = to_commit(git::commit(repo.get(), result.sha).get());
  }
  return result;
}

Uncommitted uncommitted_files(const Repository& repository) {
  if (repository.git_dir.empty() || repository.bare) return {};
  const auto repo = git::open(repository.root);
  git_status_options options{};  // not by its macro: clang asks for all fields
  git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS |
                  GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  const auto list =
      git::make<git::StatusList>("look for uncommitted changes", git_status_list_new, repo.get(), &options);
  std::set<std::string> names;
  for (size_t i = 0; i < git_status_list_entrycount(list.get()); ++i) {
    const auto* entry = git_status_byindex(list.get(), i);
    const auto* delta = entry->index_to_workdir != nullptr ? entry->index_to_workdir : entry->head_to_index;
    names.emplace(delta->new_file.path);
  }
  const PrivateFiles withheld(repository);
  Uncommitted found;
  for (const auto& name : names) (withheld.contains(name) ? found.withheld : found.files).push_back(name);
  return found;
}

ExposedSecrets exposed_secrets(const Repository& repository, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  if (repository.git_dir.empty()) return {};
  const auto repo = git::open(repository.bare ? repository.git_dir : repository.root);
  const auto index = git::make<git::Index>("open the index", git_repository_index, repo.get());
  ExposedSecrets found;
  for (size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
    const fs::path path = git_index_get_byindex(index.get(), i)->path;
    if (names_secrets(path.filename().string()) && !holds_none(path))
      found.committed.push_back(path.string());
  }
  if (repository.bare) return found;
  std::set<std::string> not_ignored;
  std::error_code error;
  for (const auto& where : {fs::weakly_canonical(folder), repository.root}) {
    for (const auto& entry : fs::directory_iterator(where, error)) {
      if (!names_secrets(entry.path().filename().string()) || holds_none(entry.path())) continue;
      const auto path = entry.path().lexically_relative(repository.root).string();
      int ignored = 0;
      const bool known = git_ignore_path_is_ignored(&ignored, repo.get(), path.c_str()) == 0;
      if (known && ignored == 0 && git_index_get_bypath(index.get(), path.c_str(), 0) == nullptr)
        not_ignored.insert(path);
    }
  }
  found.not_ignored.assign(not_ignored.begin(), not_ignored.end());
  return found;
}

std::vector<Commit> pushed_commits(const Repository& repository, const std::string& before,
                                   const std::string& after) {
  const auto repo = git::open(repository.git_dir);
  const auto walk = git::make<git::Revwalk>("list the pushed commits", git_revwalk_new, repo.get());
  git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  const auto last = git::to_oid(after);
  git::check(git_revwalk_push(walk.get(), &last), fmt::format("list the commits before {}", after));
  if (before != kNoCommit && !before.empty()) {
    const auto hidden = git::to_oid(before);
    // A forced push may come from a commit that is no longer here: then all that is reachable is listed.
    static_cast<void>(git_revwalk_hide(walk.get(), &hidden));
  }
  std::vector<Commit> commits;
  git_oid id;
  while (commits.size() < kMostCommits && git_revwalk_next(&id, walk.get()) == 0) {
    commits.push_back(to_commit(git::commit(repo.get(), git::to_string(id)).get()));
  }
  std::reverse(commits.begin(), commits.end());
  return commits;
}

std::optional<Commit> find_commit(const Repository& repository, const std::string& sha) {
  const auto repo = git::open(repository.git_dir);
  const auto id = git::to_oid(sha);
  const auto raw = git::find<git::CommitHandle>(git_commit_lookup, repo.get(), &id);
  if (!raw) return std::nullopt;
  return to_commit(raw.get());
}

std::string parent_of(const Repository& repository, const std::string& sha) {
  if (repository.head && repository.head->id == sha) {  // known already: the usual case costs nothing
    return repository.head->parents.empty() ? kNoCommit : repository.head->parents.front();
  }
  const auto commit = find_commit(repository, sha);
  return !commit || commit->parents.empty() ? kNoCommit : commit->parents.front();
}

}  // namespace runner
