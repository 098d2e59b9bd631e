// peaceiris/actions-gh-pages: pushes a folder to a branch, by default gh-pages of the repository's origin.
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/git/gh_pages/branch.hpp"
#include "steps/clients/git/remote_url.hpp"
#include "steps/clients/ssh/github_hosts.hpp"
#include "steps/clients/ssh/program.hpp"
#include "steps/step.hpp"
#include "steps/store/outgoing.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace gh_pages_action {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWhy = "peaceiris/actions-gh-pages";
constexpr size_t kMostNames = 20;

// The work folder, and how git logs in.
class Pages {
 public:
  explicit Pages(StepSite& host) : inputs(read_pages_inputs(host)), host_(host) {
    if (const auto problem = pages_problem(host, inputs); !problem.empty()) throw InputError(problem);
    source = pages_source(inputs, host.workspace());
    target = pages_target(host, inputs);
    auto name = (host.temp() / "gh-pages-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw Error("make a folder in {}: {}", host.temp().string(), cause_of(errno, host.temp()));
    work = name;
  }
  ~Pages() { remove_tree(work); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  GitAccess access() {
    GitAccess access;
    if (!target.token.empty()) {
      const auto basic = base64("x-access-token:" + target.token);
      host_.add_mask(target.token);
      host_.add_mask(basic);
      access.server = target.token_server;
      access.header = "AUTHORIZATION: basic " + basic;
    }
    if (target.with_deploy_key) {
      std::string hosts;
      for (const auto* line : kGithubHosts) hosts += fmt::format("{}\n", line);
      ssh.emplace(host_, SshProgramOptions{.key = inputs.deploy_key, .known_hosts = hosts});
      access.ssh_command = shell_quoted(ssh->path().string());
    }
    return access;
  }

  const PagesInputs inputs;
  fs::path source, work;
  PagesTarget target;
  std::optional<SshProgram> ssh;

 private:
  StepSite& host_;
};

void set_author(GitProgram& git, const StepInputs& step, const PagesInputs& inputs) {
  auto actor = step.context("github.actor");
  if (actor.empty()) actor = "runner";
  git.run({"config", "user.name", inputs.user_name.empty() ? actor : inputs.user_name});
  git.run({"config", "user.email",
           inputs.user_email.empty() ? actor + "@users.noreply.github.com" : inputs.user_email});
}

// Is there a commit to push?
bool commit(GitProgram& git, StepHost& host, const PagesInputs& inputs, bool has_parent) {
  if (git.try_run({"diff", "--cached", "--quiet"}) && !inputs.allow_empty_commit) {
    host.log("[INFO] skip commit");
    return has_parent;
  }
  const auto message = pages_commit_message(host, inputs);
  if (inputs.allow_empty_commit)
    git.run({"commit", "--quiet", "--allow-empty", "-m", message});
  else
    git.run({"commit", "--quiet", "-m", message});
  return true;
}

void push(GitProgram& git, const PagesInputs& inputs) {
  std::vector<std::string> arguments{"push", "origin", "refs/heads/" + inputs.branch};
  if (inputs.force_orphan) arguments.insert(arguments.begin() + 2, "--force");
  git.run_over_network(arguments);
  if (inputs.tag_name.empty()) return;
  const auto message = inputs.tag_message.empty() ? "Deployment " + inputs.tag_name : inputs.tag_message;
  git.run({"tag", "-a", inputs.tag_name, "-m", message});
  git.run_over_network({"push", "origin", "refs/tags/" + inputs.tag_name});
}

void publish(StepHost& host) {
  Pages pages(host);
  const auto shown = without_credentials(pages.target.url);
  GitProgram git(host, pages.work, pages.access(), kWhy);
  host.log(fmt::format("[INFO] push {} to {} of {}", pages.inputs.publish_dir, pages.inputs.branch, shown));
  LinkRule links(host, {});
  Outgoing outgoing(host, "the branch " + pages.inputs.branch);
  const auto look_at = [&](const fs::path& file) {
    links.check(file, "a published branch");
    outgoing.look_at(file, file.lexically_relative(pages.source).string());
  };
  const bool there = stage_pages(
      git, pages.work, pages.source, pages.inputs, pages.target.url,
      [&](std::string_view text) { host.log(text); }, look_at);
  outgoing.tell();
  set_author(git, host, pages.inputs);
  if (!commit(git, host, pages.inputs, there && !pages.inputs.force_orphan))
    throw InputError(fmt::format("{} holds nothing to publish", pages.inputs.publish_dir));
  push(git, pages.inputs);
  if (pages.ssh) {
    for (auto& text : pages.ssh->remembered()) host.notice(std::move(text));
  }
  const auto id = git.read({"rev-parse", "--short", "HEAD"});
  host.note(fmt::format("{} at {}", pages.inputs.branch, trim(id)));
  host.log("[INFO] Action successfully completed");
}

StepResult run(StepHost& host) {
  try {
    publish(host);
    return {};
  } catch (const std::exception& error) {
    return failure(fmt::format("Action failed with \"{}\"", error.what()));
  }
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto inputs = read_pages_inputs(step);
  std::string url;
  try {
    url = without_credentials(pages_target(step, inputs).url);
  } catch (const InputError& error) {
    url = fmt::format("origin ({})", error.what());
  }
  return {fmt::format("push {} to branch {} of {}{}{}", inputs.publish_dir, inputs.branch, url,
                      inputs.force_orphan ? ", in place of its history" : "",
                      inputs.keep_files ? ", beside what is there" : "")};
}

std::vector<std::string> describe(std::string_view name_status, const std::string& what, bool there) {
  size_t added = 0, changed = 0, removed = 0;
  std::vector<std::string> names;
  for (const auto line : split_lines(name_status)) {
    const char kind = line.empty() ? ' ' : line.front();
    (kind == 'A' ? added : kind == 'D' ? removed : changed) += 1;
    names.push_back(fmt::format("  {} {}",
                                kind == 'A'   ? '+'
                                : kind == 'D' ? '-'
                                              : '~',
                                line.substr(std::min(line.size(), line.find('\t') + 1))));
  }
  std::vector<std::string> lines{
      fmt::format("{}: {}", what,
                  names.empty() ? "nothing changes"
                                : fmt::format("{} added, {} changed, {} deleted{}", added, changed, removed,
                                              there ? "" : "; the branch is new"))};
  if (names.size() <= kMostNames) lines.insert(lines.end(), names.begin(), names.end());
  return lines;
}

std::vector<std::string> differences(PlanHost& host) {
  const auto inputs = read_pages_inputs(host);
  const auto what = effects(host).front();
  planned_file(host, inputs.publish_dir);
  Pages pages(host);
  GitProgram git(host, pages.work, pages.access(), kWhy);
  auto compared = pages.inputs;
  compared.force_orphan =
      false;  // files are compared with those that are there, whatever becomes of the history
  compared.keep_files = compared.keep_files && !pages.inputs.force_orphan;
  const bool there = stage_pages(
      git, pages.work, pages.source, compared, pages.target.url, [](auto) {}, [](const auto&) {});
  return describe(git.read({"diff", "--cached", "--name-status", "--no-renames"}), what, there);
}

std::vector<std::string> problems(const StepInputs& step) {
  const auto inputs = read_pages_inputs(step);
  if (const auto problem = pages_problem(step, inputs); !problem.empty()) return {problem};
  try {
    pages_target(step, inputs);
  } catch (const InputError& error) {
    return {error.what()};
  }
  return {};
}

}  // namespace
}  // namespace gh_pages_action

BuiltinAction gh_pages() {
  using namespace gh_pages_action;
  return {
      .spec = {.uses = "peaceiris/actions-gh-pages",
               .doc =
                   "Pushes a folder to a branch (gh-pages) of `origin`: with the given token or key, else as "
                   "you would yourself.",
               .inputs = pages_input_specs(),
               .outputs = {},
               .first_major = 2,
               .last_major = 4},
      .run = run,
      .effects = effects,
      .differences = differences,
      .problems = problems};
}

}  // namespace runner
