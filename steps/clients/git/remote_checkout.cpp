#include "steps/clients/git/remote_checkout.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/reused_clone.hpp"

namespace runner {

namespace {

using Arguments = std::vector<std::string>;

bool is_commit_id(std::string_view ref) {
  return (ref.size() == 40 || ref.size() == 64) &&
         std::all_of(ref.begin(), ref.end(), [](unsigned char c) { return std::isxdigit(c); });
}

std::string default_branch(GitProgram& git, const std::string& url) {
  const auto answer = git.read({"ls-remote", "--symref", "origin", "HEAD"});
  for (const auto line : split_lines(answer)) {
    if (!line.starts_with("ref: ")) continue;
    return std::string(line.substr(5, line.find('\t') - 5));
  }
  throw InputError(fmt::format("{} does not say which branch is its default", url));
}

Arguments refspecs(const RemoteCheckout& wanted, const std::string& ref) {
  if (wanted.depth == 0) {
    Arguments all{"+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"};
    if (is_commit_id(ref)) all.push_back(ref);
    if (ref.starts_with("refs/pull/")) all.push_back("+" + ref + ":refs/remotes/" + ref.substr(5));
    return all;
  }
  const bool all_tags = wanted.tags == FetchedTags::all;
  Arguments some;
  if (all_tags) some.emplace_back("+refs/tags/*:refs/tags/*");
  if (is_commit_id(ref)) {
    some.push_back(ref);
  } else if (ref.starts_with("refs/heads/")) {
    some.push_back("+" + ref + ":refs/remotes/origin/" + ref.substr(11));
  } else if (ref.starts_with("refs/pull/")) {
    some.push_back("+" + ref + ":refs/remotes/" + ref.substr(5));
  } else if (ref.starts_with("refs/tags/")) {
    if (!all_tags) some.push_back("+" + ref + ":" + ref);
  } else if (ref.starts_with("refs/")) {
    some.push_back("+" + ref + ":" + ref);
  } else {  // a prefix, as the original has it: what is not there must not fail the fetch
    some.push_back("+refs/heads/" + ref + "*:refs/remotes/origin/" + ref + "*");
    if (!all_tags) some.push_back("+refs/tags/" + ref + "*:refs/tags/" + ref + "*");
  }
  return some;
}

void fetch(GitProgram& git, const RemoteCheckout& wanted, const std::string& ref) {
  Arguments arguments{"fetch", "--prune", "--no-recurse-submodules"};
  if (wanted.depth == 0 || wanted.tags != FetchedTags::following) arguments.emplace_back("--no-tags");
  if (!wanted.filter.empty()) {
    arguments.push_back("--filter=" + wanted.filter);
  } else if (wanted.sparse.on()) {
    arguments.push_back("--filter=blob:none");
  }
  if (wanted.depth > 0) {
    arguments.push_back("--depth=" + std::to_string(wanted.depth));
  } else if (std::filesystem::exists(wanted.target / ".git" / "shallow")) {
    arguments.emplace_back("--unshallow");
  }
  arguments.push_back("origin");
  for (auto& refspec : refspecs(wanted, ref)) arguments.push_back(std::move(refspec));
  git.run_over_network(arguments);
}

// The arguments of `git checkout` for what was fetched.
Arguments start_point(GitProgram& git, const std::string& ref) {
  const auto there = [&](const std::string& name) {
    return git.try_run({"rev-parse", "--verify", "--quiet", name});
  };
  const auto branch = [](const std::string& name) {
    return Arguments{"-B", name, "--track", "refs/remotes/origin/" + name};
  };
  if (is_commit_id(ref)) return {"--detach", ref};
  if (ref.starts_with("refs/heads/")) return branch(ref.substr(11));
  if (ref.starts_with("refs/pull/")) return {"--detach", "refs/remotes/" + ref.substr(5)};
  if (ref.starts_with("refs/")) return {"--detach", ref};
  if (there("refs/remotes/origin/" + ref)) return branch(ref);
  if (there("refs/tags/" + ref)) return {"--detach", "refs/tags/" + ref};
  throw InputError(fmt::format("A branch or tag with the name '{}' could not be found", ref));
}

}  // namespace

CheckedOut check_out_remote(GitProgram& git, const RemoteCheckout& wanted) {
  if (wanted.ref.starts_with('-'))
    throw InputError(fmt::format("\"{}\" is no name of a branch or tag", wanted.ref));
  if (!wanted.reused) {
    git.run({"init", "--quiet", "."});
    git.run({"remote", "add", "origin", wanted.url});
  }
  git.run({"config", "gc.auto", "0"});
  const auto ref = wanted.ref.empty() ? default_branch(git, wanted.url) : wanted.ref;
  fetch(git, wanted, ref);
  set_sparse(git, wanted.target, wanted.sparse, wanted.sparse_lines);
  Arguments checkout{"checkout", "--quiet", "--force"};
  for (auto& argument : start_point(git, ref)) checkout.push_back(std::move(argument));
  git.run(std::move(checkout));
  const auto sha = git.read({"rev-parse", "HEAD"});
  return {is_commit_id(ref) ? "" : ref, std::string(trim(sha))};
}

}  // namespace runner
