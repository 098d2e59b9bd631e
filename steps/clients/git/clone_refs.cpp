#include "steps/clients/git/clone_refs.hpp"

#include <string_view>

namespace runner {

namespace {

constexpr std::string_view kOrigin = "refs/remotes/origin/";
constexpr std::string_view kTags = "refs/tags/";
constexpr std::string_view kBranches = "refs/heads/";

// The remote's branches whose names begin so, as last seen; those of a repository without remote are its own.
Refs branches_of_remote(git_repository* source, const std::string& begin) {
  const auto own = std::string(kBranches);
  const bool seen = !refs_below(source, std::string(kOrigin)).empty();
  const auto from = seen ? std::string(kOrigin) : own;
  Refs refs;
  for (const auto& [name, id] : refs_below(source, from + begin)) {
    refs.emplace(std::string(kOrigin) + name.substr(from.size()), id);
  }
  return refs;
}

// The one asked for, at the commit asked for.
void add_asked(git_repository* source, const CloneRequest& request, Refs& refs) {
  const git_oid head = git::to_oid(request.sha);
  if (request.ref.starts_with(kBranches)) {
    refs[std::string(kOrigin) + request.ref.substr(kBranches.size())] = head;
  } else if (request.ref.starts_with(kTags)) {
    git_oid tag;  // the tag object where there is one: `git describe` tells annotated tags from others
    const bool there = git_reference_name_to_id(&tag, source, request.ref.c_str()) == 0;
    refs[request.ref] = there && !request.tag_as_commit ? tag : head;
  } else if (request.ref.starts_with("refs/pull/")) {
    refs["refs/remotes/" + request.ref.substr(5)] = head;
  }
}

void take(Refs from, std::string begin, FetchedRefs& fetched) {
  fetched.refs.merge(from);
  fetched.complete.push_back(std::move(begin));
}

// A branch or tag may point at anything; nothing when that leads to no commit.
std::string commit_behind(git_repository* repo, const git_oid& id) {
  const auto object = git::find<git::Object>(git_object_lookup, repo, &id, GIT_OBJECT_ANY);
  const auto commit = git::find<git::Object>([&](git_object** out) {
    return object ? git_object_peel(out, object.get(), GIT_OBJECT_COMMIT) : GIT_ENOTFOUND;
  });
  return commit ? git::to_string(*git_object_id(commit.get())) : "";
}

// Down from all of `tips` at once: a commit counts by its shortest way, as for git's server.
void find_boundary(git_repository* repo, const std::set<std::string>& tips, int depth,
                   const std::set<std::string>& boundary, FetchedRefs& fetched) {
  auto seen = tips;
  std::vector<std::string> level(tips.begin(), tips.end());
  for (int step = 1; !level.empty(); ++step) {
    std::vector<std::string> next;
    for (const auto& sha : level) {
      if (step == depth || boundary.contains(sha)) {  // one without parents counts there as well
        fetched.first.insert(sha);
        continue;
      }
      fetched.with_parents.insert(sha);
      const auto commit = git::commit(repo, sha);
      for (unsigned i = 0; i < git_commit_parentcount(commit.get()); ++i) {
        auto parent = git::to_string(*git_commit_parent_id(commit.get(), i));
        if (seen.insert(parent).second) next.push_back(std::move(parent));
      }
    }
    level = std::move(next);
  }
}

void add_following_tags(git_repository* source, FetchedRefs& fetched) {
  for (const auto& [name, id] : refs_below(source, std::string(kTags))) {
    const auto commit = commit_behind(source, id);
    if (fetched.first.contains(commit) || fetched.with_parents.contains(commit))
      fetched.refs.emplace(name, id);
  }
}

}  // namespace

Refs refs_below(git_repository* repo, const std::string& prefix) {
  const auto each = git::make<git::RefIterator>("list the branches and tags", git_reference_iterator_glob_new,
                                                repo, (prefix + "*").c_str());
  Refs refs;
  git_reference* raw = nullptr;
  while (git_reference_next(&raw, each.get()) == 0) {
    const git::Reference ref(raw);
    if (const git_oid* id = git_reference_target(ref.get())) refs.emplace(git_reference_name(ref.get()), *id);
  }
  return refs;
}

FetchedRefs refs_to_fetch(git_repository* source, const CloneRequest& request,
                          const std::set<std::string>& boundary) {
  FetchedRefs fetched;
  const bool everything = request.depth == 0;
  const auto& name = request.plain_name;
  if (everything || !name.empty()) {
    const auto begin = everything ? std::string() : name;
    take(branches_of_remote(source, begin), std::string(kOrigin) + begin, fetched);
    take(refs_below(source, std::string(kTags) + begin), std::string(kTags) + begin, fetched);
  }
  if (request.tags == FetchedTags::all) {
    take(refs_below(source, std::string(kTags)), std::string(kTags), fetched);
  }
  add_asked(source, request, fetched.refs);
  if (everything) {
    fetched.first = boundary;
    return fetched;
  }
  std::set<std::string> tips{request.sha};
  for (const auto& [ref, id] : fetched.refs) tips.insert(commit_behind(source, id));
  tips.erase("");
  find_boundary(source, tips, request.depth, boundary, fetched);
  if (request.tags == FetchedTags::following) add_following_tags(source, fetched);
  return fetched;
}

}  // namespace runner
