#include "steps/builtin/git/paths_filter/changes.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/git_program.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {
namespace {

const std::string kNoCommit(40, '0');

std::string short_name(std::string_view ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  }
  return std::string(ref);
}

bool is_commit_id(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_pull_request(const std::string& event) {
  return event == "pull_request" || event == "pull_request_review" ||
         event == "pull_request_review_comment" || event == "pull_request_target";
}

class Changes {
 public:
  Changes(StepHost& host, const std::filesystem::path& folder)
      : host_(host), work_(host, folder, {}, "dorny/paths-filter"), store_(store_of(host)) {
    head_ = host.context("github.sha");
    if (const auto checked_out = id_of(work_, "HEAD")) {
      if (!store_ || !id_of(*store_, *checked_out)) store_.reset();
      head_ = *checked_out;
    }
    if (!store_) work_.read({"rev-parse", "HEAD"});  // no repository at all: git says so
  }

  std::vector<ChangedFile> find(const std::string& base, const std::string& ref) {
    if (base == "HEAD") {
      if (!ref.empty()) host_.warn("'ref' input parameter is ignored when 'base' is set to HEAD");
      return parse_name_status(work_.read({"diff", "--no-renames", "--name-status", "-z", "HEAD"}));
    }
    if (is_pull_request(host_.context("github.event_name"))) return of_pull_request(base, ref);
    return of_push(base, ref);
  }

 private:
  std::vector<ChangedFile> of_pull_request(const std::string& base, const std::string& ref) {
    if (!ref.empty())
      host_.warn("'ref' input parameter is ignored when action is triggered by pull request event");
    if (!base.empty())
      host_.warn("'base' input parameter is ignored when action is triggered by pull request event");
    const auto base_id = host_.context("github.event.pull_request.base.sha");
    const auto from = commit_id(base_id) ? base_id : host_.context("github.event.pull_request.base.ref");
    const auto head_id = host_.context("github.event.pull_request.head.sha");
    return since_merge_base(from, commit_id(head_id) ? head_id : head_);
  }

  std::vector<ChangedFile> of_push(const std::string& base_input, const std::string& ref) {
    auto default_branch = host_.context("github.event.repository.default_branch");
    if (default_branch.empty()) default_branch = host_.repository().default_branch;
    const auto head = short_name(ref.empty() ? host_.context("github.ref") : ref);
    const auto base = short_name(base_input.empty() ? default_branch : base_input);
    if (base.empty())
      throw InputError(
          "This action requires 'base' input to be configured or 'repository.default_branch' to be set in "
          "the "
          "event payload");
    const auto to = ref.empty() ? head_ : known(head, "ref");
    if (!is_commit_id(base) && base != head) {
      host_.log(fmt::format("Changes will be detected between {} and {}", base, head));
      return since_merge_base(base, to);
    }
    const auto push = host_.context("github.event_name") == "push";
    const auto before = is_commit_id(base) ? base : push ? host_.context("github.event.before") : "";
    return since_commit(before, base, default_branch, to);
  }

  // What the same branch had before.
  std::vector<ChangedFile> since_commit(const std::string& before, const std::string& base,
                                        const std::string& default_branch, const std::string& to) {
    if (before.empty()) {
      host_.warn("'before' field is missing in event payload - changes will be detected from last commit");
      return parse_name_status(
          read({"log", "--format=", "--no-renames", "--name-status", "-z", "-n", "1", to}));
    }
    if (before == kNoCommit) {
      if (!default_branch.empty() && base != default_branch) return since_merge_base(default_branch, to);
      host_.log("Initial push detected - all files will be listed as added");
      return all_as_added(to);
    }
    host_.log(fmt::format("Changes will be detected between {} and {}", before, to));
    return diff(known(before, "base"), to);
  }

  std::vector<ChangedFile> since_merge_base(const std::string& base, const std::string& to) {
    const auto from = known(base, "base");
    std::string ancestor;
    try {
      ancestor = trim(read({"merge-base", from, to}));
    } catch (const InputError&) {
      host_.log("No merge base found - all files will be listed as added");
      return all_as_added(to);
    }
    return diff(ancestor, to);
  }

  std::vector<ChangedFile> diff(const std::string& from, const std::string& to) {
    return parse_name_status(read({"diff", "--no-renames", "--name-status", "-z", from, to, "--"}));
  }

  std::vector<ChangedFile> all_as_added(const std::string& commit) {
    std::vector<ChangedFile> files;
    const auto output = read({"ls-tree", "-r", "-z", "--name-only", "--full-tree", commit});
    for (const auto path : split(output, '\0')) {
      if (!path.empty()) files.push_back({std::string(path), "added"});
    }
    return files;
  }

  // The commit of a branch, a tag or an id.
  std::string known(const std::string& name, const char* input) {
    if (auto id = commit_id(name)) return *id;
    throw InputError(fmt::format("{}: there is no branch, tag or commit {} in {}", input, name,
                                 store_ ? host_.repository().root.string() : "the workspace"));
  }

  std::optional<std::string> commit_id(const std::string& name) {
    if (name.empty()) return {};
    for (const auto* prefix : {"refs/heads/", "refs/remotes/origin/", "refs/tags/", ""}) {
      if (auto id = id_of(git(), prefix + name)) return id;
    }
    return {};
  }

  static std::optional<std::string> id_of(GitProgram& git, const std::string& name) {
    try {
      return std::string(
          trim(git.read({"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"})));
    } catch (const InputError&) {
      return {};
    }
  }

  GitProgram& git() { return store_ ? *store_ : work_; }
  std::string read(std::vector<std::string> arguments) { return git().read(std::move(arguments)); }

  static std::optional<GitProgram> store_of(StepHost& host) {
    const auto& repository = host.repository();
    if (repository.git_dir.empty()) return {};
    return GitProgram(host, repository.git_dir, {}, "dorny/paths-filter");
  }

  StepHost& host_;
  GitProgram work_;                  // in the workspace
  std::optional<GitProgram> store_;  // the user's repository; none where it lacks what is checked out
  std::string head_;
};

}  // namespace

std::vector<ChangedFile> parse_name_status(std::string_view output) {
  static const std::map<char, std::string> kStatuses{{'A', "added"},    {'C', "copied"},  {'D', "deleted"},
                                                     {'M', "modified"}, {'R', "renamed"}, {'U', "unmerged"},
                                                     {'T', "modified"}};
  std::vector<std::string_view> tokens;
  for (const auto token : split(output, '\0')) {
    if (!token.empty()) tokens.push_back(token);
  }
  std::vector<ChangedFile> files;
  for (size_t i = 0; i + 1 < tokens.size(); i += 2) {
    const auto at = kStatuses.find(tokens[i].front());
    files.push_back({std::string(tokens[i + 1]), at == kStatuses.end() ? "" : at->second});
  }
  return files;
}

std::vector<ChangedFile> changed_files(StepHost& host, const std::filesystem::path& folder,
                                       const std::string& base, const std::string& ref) {
  return Changes(host, folder).find(base, ref);
}

}  // namespace runner
