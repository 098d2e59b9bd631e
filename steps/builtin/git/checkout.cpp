// actions/checkout: the user's own repository from its object store, without network; any other with git.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/git/git_credentials.hpp"
#include "steps/clients/git/git_program.hpp"
#include "steps/clients/git/local_clone.hpp"
#include "steps/clients/git/remote_checkout.hpp"
#include "steps/clients/git/remote_url.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/clients/git/reused_clone.hpp"
#include "steps/clients/git/uncommitted.hpp"
#include "steps/step.hpp"

namespace runner {

namespace checkout_action {
namespace {

namespace fs = std::filesystem;

bool is_commit_id(std::string_view ref) {
  return ref.size() == 40 &&
         std::all_of(ref.begin(), ref.end(), [](unsigned char c) { return std::isxdigit(c); });
}

std::string own_name(const StepInputs& inputs) {
  const auto name = inputs.context("github.repository");
  return name.empty() ? inputs.repository().slug : name;
}

bool is_own(const StepInputs& inputs) {
  const auto name = inputs.input("repository");
  if (!name.empty() && !equal_ignoring_case(name, own_name(inputs))) return false;
  const auto server = inputs.input("github-server-url");
  const auto host = host_of_remote(inputs.repository().remote_url);
  return server.empty() || host.empty() || host_of_remote(server + "/x") == host;
}

std::vector<std::string> problems(const StepInputs& inputs) {
  const auto name = inputs.input("repository");
  if (name.empty() || expr::has_expression(name)) return {};
  const auto parts = split(name, '/');
  if (parts.size() == 2 && !parts[0].empty() && !parts[1].empty()) return {};
  return {fmt::format("Invalid repository '{}'. Expected format {{owner}}/{{repo}}.", name)};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  const bool own = is_own(inputs);
  const auto name = inputs.input("repository"), ref = inputs.input("ref");
  auto what = ref;
  if (what.empty()) what = own ? inputs.repository().sha.substr(0, 7) : "its default branch";
  const auto path = inputs.input("path");
  return {fmt::format("check out {}@{} into {}{}", name.empty() ? own_name(inputs) : name, what,
                      path.empty() ? "the workspace" : path, own ? "" : ", over the network")};
}

// 0 stands for all of it, and so does what is no number.
int depth_of(const StepHost& host) {
  if (!host.given("fetch-depth") && host.version().major == 1) return 0;
  const auto text = host.input("fetch-depth");
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(number >= 1) || number > 1e9) return 0;
  return static_cast<int>(std::floor(number));
}

bool inside(const fs::path& path, const fs::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

// Where to; never outside the workspace, neither by dots nor by a symlink, and never the user's own work
// tree.
fs::path target_of(const StepHost& host) {
  const auto workspace = fs::weakly_canonical(host.workspace());
  auto target = (workspace / host.input("path")).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  const auto real = fs::weakly_canonical(target);
  if (!inside(target, workspace) || !inside(real, workspace)) {
    throw InputError(
        fmt::format("Repository path '{}' is not under '{}'", target.string(), workspace.string()));
  }
  const auto& repository = host.repository();
  const auto root = fs::weakly_canonical(repository.root);
  if (!repository.git_dir.empty() && (inside(root, real) || real == root)) {
    throw InputError(fmt::format("{} is your own work tree: a checkout would overwrite it", real.string()));
  }
  return target;
}

// A folder there, and nothing else of that name.
void make_folder(const fs::path& target) {
  if (fs::exists(target) && !fs::is_directory(target)) fs::remove(target);
  fs::create_directories(target);
}

std::string token_of(const StepHost& host) {
  return host.given("token") ? host.input("token") : host.context("github.token");
}

std::string server_of(const StepHost& host) {
  auto server = host.input("github-server-url");
  if (server.empty()) server = host.context("github.server_url");
  if (server.empty()) server = "https://github.com";
  return server.ends_with('/') ? server : server + "/";
}

void update_submodules(GitProgram& git, StepHost& host, const GitAccess& access, int depth) {
  const bool recursive = lower(host.input("submodules")) == "recursive";
  if (!access.header.empty()) {  // a token works for https only
    const auto name = host_of_remote(access.server + "x");
    git.run({"config", "--add", "url." + access.server + ".insteadOf", "git@" + name + ":"});
  }
  std::vector<std::string> sync{"submodule", "sync"}, update{"submodule", "update", "--init", "--force"};
  if (depth > 0) update.push_back("--depth=" + std::to_string(depth));
  if (recursive) sync.emplace_back("--recursive"), update.emplace_back("--recursive");
  git.run(sync);
  git.run_over_network(update);
}

void fetch_large_files(GitProgram& git) {
  if (!git.try_run({"lfs", "version"})) throw InputError("lfs needs git-lfs, which git does not find");
  git.run({"lfs", "install", "--local"});
  git.run_over_network({"lfs", "pull"});
}

bool wants_submodules(const StepHost& host) {
  const auto value = lower(host.input("submodules"));
  return value == "true" || value == "recursive";
}

void fetch_extras(StepHost& host, const fs::path& target, const GitAccess& access, int depth) {
  const bool submodules = wants_submodules(host) && fs::exists(target / ".gitmodules");
  const bool large_files = is_true(host.input("lfs"));
  if (!submodules && !large_files) return;
  GitProgram git(host, target, access, submodules ? "submodules" : "lfs");
  if (large_files) fetch_large_files(git);
  if (submodules) update_submodules(git, host, access, depth);
}

// Up to v6.0.1 `fetch-tags` brings few tags, and the run's own one as a bare commit.
bool sees_tags(const ActionVersion& version) { return version.at_least(6, 0, 2); }

struct Wanted {
  fs::path target;
  int depth = 1;
  FetchedTags tags = FetchedTags::none;
  bool persist = true, clean = true;
  std::vector<std::string> sparse_lines;
  Sparse sparse;
};

Wanted read_inputs(const StepHost& host) {
  Wanted wanted;
  wanted.target = target_of(host);
  wanted.depth = depth_of(host);
  if (is_true(host.input("fetch-tags"))) {
    wanted.tags = sees_tags(host.version()) ? FetchedTags::all : FetchedTags::following;
  }
  wanted.persist = is_true(host.input("persist-credentials")) && host.version().at_least(2);
  wanted.clean = is_true(host.input("clean"));
  wanted.sparse_lines = line_inputs(host, "sparse-checkout");
  wanted.sparse = Sparse(wanted.sparse_lines, is_true(host.input("sparse-checkout-cone-mode")));
  return wanted;
}

void finish(StepHost& host, const std::string& ref, const std::string& sha) {
  if (host.version().at_least(4, 2)) {
    host.set_output("ref", ref);
    host.set_output("commit", sha);
  }
}

ResolvedRef resolve_own(StepHost& host) {
  const auto& repository = host.repository();
  const auto asked = host.input("ref");
  if (repository.git_dir.empty()) {
    throw InputError(
        fmt::format("{} is in no git repository: there is nothing to check out", repository.root.string()));
  }
  if (asked.empty()) {
    auto ref = host.context("github.ref"), sha = host.context("github.sha");
    if (sha.empty()) ref = repository.ref, sha = repository.sha;
    if (sha.empty()) throw InputError(fmt::format("{} has no commit yet", repository.root.string()));
    return {ref, sha};
  }
  auto found = resolve_ref(repository, asked);
  if (!found.sha.empty()) return found;
  if (is_commit_id(asked)) {
    throw InputError(fmt::format("The commit {} is not in the local repository: fetch it first", asked));
  }
  throw InputError(
      fmt::format("A branch or tag with the name '{}' could not be found in the local repository: "
                  "fetch it first if the remote has it",
                  asked));
}

// A token that the workflow gives is for pushing: over https, whatever the user's own remote says.
std::string origin_for(const StepHost& host, bool with_token) {
  const auto& url = host.repository().remote_url;
  const auto name = host_of_remote(url);
  if (!with_token || name.empty() || url.starts_with("http")) return without_credentials(url);
  return "https://" + name + "/" + host.repository().slug;
}

CloneRequest clone_request(const StepHost& host, const Wanted& wanted, const ResolvedRef& found,
                           bool with_token) {
  CloneRequest request;
  request.target = wanted.target, request.depth = wanted.depth, request.tags = wanted.tags;
  request.sparse = wanted.sparse;
  request.stop = host.stop();
  request.ref = found.ref, request.sha = found.sha;
  const auto asked = host.input("ref");
  if (!is_commit_id(asked) && !asked.starts_with("refs/")) request.plain_name = asked;
  request.tag_as_commit = asked.empty() && !sees_tags(host.version());
  request.origin_url = origin_for(host, with_token);
  if (const auto home = host.env().find("HOME"); home != host.env().end()) {
    request.global_config = fs::path(home->second) / ".gitconfig";
  }
  return request;
}

// What `git checkout` starts from, after fetch_local().
std::string start_of(const ResolvedRef& found) {
  if (found.ref.starts_with("refs/heads/")) return "refs/remotes/origin/" + found.ref.substr(11);
  if (found.ref.starts_with("refs/pull/")) return "refs/remotes/" + found.ref.substr(5);
  return found.ref.starts_with("refs/tags/") ? found.ref : found.sha;
}

CloneResult check_out_again(StepHost& host, const Wanted& wanted, const CloneRequest& request,
                            const ResolvedRef& found) {
  const auto server = "https://" + host_of_remote(host.repository().remote_url) + "/";
  remove_earlier_access(host, wanted.target, server);
  GitProgram git(host, wanted.target, {.offline = true}, "a second checkout");
  if (!request.origin_url.empty()) git.run({"config", "remote.origin.url", request.origin_url});
  const auto result = fetch_local(host.repository(), request);
  set_sparse(git, wanted.target, wanted.sparse, wanted.sparse_lines);
  check_out_reused(git, found.ref.starts_with("refs/heads/") ? found.ref.substr(11) : "", start_of(found));
  return result;
}

// --dirty where there is no commit.
StepResult check_out_folder(StepHost& host, const Wanted& wanted) {
  make_folder(wanted.target);
  copy_folder(host.repository(), wanted.target);
  host.log(fmt::format("Copied {} as it is: there is no commit", host.repository().root.string()));
  finish(host, "", "");
  host.note("the folder as it is");
  return {};
}

StepResult check_out_own(StepHost& host, const Wanted& wanted) {
  if (host.repository().sha.empty() && host.take_uncommitted() && host.input("ref").empty())
    return check_out_folder(host, wanted);
  const auto found = resolve_own(host);
  const bool key = !host.input("ssh-key").empty();
  const auto token = !key && host.given("token") ? host.input("token") : std::string();
  const auto request = clone_request(host, wanted, found, !token.empty());
  make_folder(wanted.target);
  const bool again = reuse_clone(host, {.target = wanted.target,
                                        .urls = {origin_for(host, false), origin_for(host, true)},
                                        .ref = found.ref,
                                        .clean = wanted.clean});
  const auto result =
      again ? check_out_again(host, wanted, request, found) : clone_local(host.repository(), request);
  host.log(fmt::format("Checked out {} at {} from {}", found.ref.empty() ? "commit" : found.ref, found.sha,
                       host.repository().root.string()));
  if (result.source_is_shallow)
    host.log("Your repository is a shallow clone: its history ends where that does");
  if (result.shares_objects)
    host.log("Its objects stay in your repository: the .git made here cannot stand alone");
  bring_uncommitted(host, wanted.target, found.sha);
  if (key || !token.empty() || wants_submodules(host) || is_true(host.input("lfs"))) {
    const auto server = "https://" + host_of_remote(host.repository().remote_url) + "/";
    const auto access = make_access(host, server, token);
    fetch_extras(host, wanted.target, access, wanted.depth);
    if (wanted.persist) persist_access(host, wanted.target, access);
    if (!wanted.persist) forget_access(host);
  }
  const auto asked = host.input("ref");
  finish(host, is_commit_id(asked) ? "" : (asked.empty() ? found.ref : asked), found.sha);
  host.note(fmt::format("{}{}", found.ref.empty() ? "" : found.ref.substr(found.ref.find('/', 5) + 1) + " @ ",
                        found.sha.substr(0, 7)));
  return {};
}

StepResult check_out_other(StepHost& host, const Wanted& wanted) {
  const auto server = server_of(host), name = host.input("repository");
  const auto access = make_access(host, server, token_of(host));
  RemoteCheckout remote;
  remote.target = wanted.target, remote.depth = wanted.depth, remote.tags = wanted.tags;
  remote.url = server + (name.empty() ? own_name(host) : name);
  if (!access.ssh_command.empty()) {
    remote.url = fmt::format("{}@{}:{}.git", host.input("ssh-user"), host_of_remote(server + "x"), name);
  }
  remote.ref = host.input("ref"), remote.filter = host.input("filter");
  remote.sparse = wanted.sparse, remote.sparse_lines = wanted.sparse_lines;
  make_folder(wanted.target);
  remote.reused = reuse_clone(
      host, {.target = wanted.target, .urls = {remote.url}, .ref = remote.ref, .clean = wanted.clean});
  if (remote.reused) remove_earlier_access(host, wanted.target, server);
  GitProgram git(host, wanted.target, access, fmt::format("checking out {}", name));
  host.progress("fetching " + name);
  const auto done = check_out_remote(git, remote);
  fetch_extras(host, wanted.target, access, wanted.depth);
  if (wanted.persist) persist_access(host, wanted.target, access);
  if (!wanted.persist) forget_access(host);
  host.log(fmt::format("Checked out {} at {} from {}", done.ref.empty() ? "commit" : done.ref, done.sha,
                       remote.url));
  finish(host, done.ref, done.sha);
  host.note(fmt::format("{} @ {}", name, done.sha.substr(0, 7)));
  return {};
}

StepResult run(StepHost& host) {
  for (const auto& problem : problems(host)) return failure(problem);
  const auto wanted = read_inputs(host);
  return is_own(host) ? check_out_own(host, wanted) : check_out_other(host, wanted);
}

StepResult post(StepHost& host) {
  forget_access(host);
  return {};
}

}  // namespace
}  // namespace checkout_action

BuiltinAction checkout() {
  using namespace checkout_action;
  return {.spec = {.uses = "actions/checkout",
                   .doc = "Checks out the repository: the local one without network, others with git.",
                   .inputs =
                       {{.name = "repository", .doc = "owner/name; without it the workflow's own"},
                        {.name = "ref", .doc = "branch, tag or commit; without it the run's commit"},
                        {.name = "token", .doc = "for other repositories and later pushes", .secret = true},
                        {.name = "ssh-key", .doc = "private key, instead of a token", .secret = true},
                        {.name = "ssh-known-hosts", .doc = "lines of known_hosts to trust as well"},
                        {.name = "ssh-strict", .doc = "check the host key", .fallback = "true"},
                        {.name = "ssh-user", .doc = "name on the ssh server", .fallback = "git"},
                        {.name = "persist-credentials",
                         .doc = "keep token or key for later git commands",
                         .fallback = "true"},
                        {.name = "path", .doc = "folder below the workspace"},
                        {.name = "clean",
                         .doc = "remove what an earlier checkout's folder has beside its commit",
                         .fallback = "true"},
                        {.name = "filter", .doc = "of a partial clone"},
                        {.name = "sparse-checkout", .doc = "folders or patterns to keep, one a line"},
                        {.name = "sparse-checkout-cone-mode", .doc = "they are folders", .fallback = "true"},
                        {.name = "fetch-depth", .doc = "commits of history, 0 for all", .fallback = "1"},
                        {.name = "fetch-tags", .doc = "tags as well", .fallback = "false"},
                        {.name = "show-progress", .doc = "accepted", .fallback = "true"},
                        {.name = "lfs", .doc = "fetch large files", .fallback = "false"},
                        {.name = "submodules", .doc = "true or recursive", .fallback = "false"},
                        {.name = "set-safe-directory", .doc = "accepted", .fallback = "true"},
                        {.name = "github-server-url", .doc = "of the other repository"},
                        {.name = "allow-unsafe-pr-checkout", .doc = "accepted", .fallback = "false"}},
                   .outputs = {{"ref", "what was checked out; empty for a commit"}, {"commit", "its id"}},
                   .first_major = 1,
                   .last_major = 7},
          .run = run,
          .post = post,
          .effects = effects,
          .problems = problems};
}

}  // namespace runner
