#include "steps/builtin/git/gh_pages/inputs.hpp"

#include <filesystem>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/remote_url.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace {

// What stands for github.token where none was given; in variables it is still there.
constexpr std::string_view kNoToken = "no-github-token-was-given";

std::string variable(const StepInputs& step, const char* name) {
  auto value = std::string(trim(env_value(step.env(), name)));
  return value == kNoToken ? "" : value;
}

std::string server_url(const StepInputs& step) {
  auto url = step.context("github.server_url");
  if (url.empty()) url = "https://github.com";
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string own_name(const StepInputs& step) {
  const auto name = step.context("github.repository");
  return name.empty() ? step.repository().slug : name;
}

PagesInputs version_2(const StepInputs& step) {
  PagesInputs inputs;
  inputs.deploy_key = variable(step, "ACTIONS_DEPLOY_KEY");
  inputs.personal_token = variable(step, "PERSONAL_TOKEN");
  if (inputs.personal_token.empty()) inputs.github_token = variable(step, "GITHUB_TOKEN");
  inputs.branch = variable(step, "PUBLISH_BRANCH");
  inputs.publish_dir = variable(step, "PUBLISH_DIR");
  inputs.external_repository = variable(step, "EXTERNAL_REPOSITORY");
  inputs.exclude_assets = ".github";
  inputs.allow_empty_commit = is_true(step.input("emptyCommits"));
  inputs.keep_files = is_true(step.input("keepFiles"));
  inputs.force_orphan = is_true(step.input("forceOrphan"));
  inputs.user_name = step.input("username");
  inputs.user_email = step.input("useremail");
  inputs.commit_message = step.input("commitMessage");
  inputs.tag_name = step.input("tagName");
  inputs.tag_message = step.input("tagMessage");
  return inputs;
}

bool is_http(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

// "https://host" of an http(s) URL, without user and password.
std::string server_of(const std::string& url) {
  const auto plain = without_credentials(url);
  return plain.substr(0, plain.find('/', plain.find("://") + 3));
}

// A path of this machine, from the repository's folder; any other URL as it is.
std::string absolute(const StepInputs& step, const std::string& url) {
  const bool local = url.find("://") == std::string::npos && host_of_remote(url).empty();
  return local ? (step.repository().root / url).lexically_normal().string() : url;
}

}  // namespace

std::vector<InputSpec> pages_input_specs() {
  return {
      {.name = "deploy_key", .doc = "private key that may push", .secret = true},
      {.name = "github_token", .doc = "token that may push", .secret = true},
      {.name = "personal_token", .doc = "token that may push, to an external repository too", .secret = true},
      {.name = "publish_branch", .doc = "the branch", .fallback = "gh-pages", .target = true},
      {.name = "publish_dir", .doc = "the folder to publish", .fallback = "public"},
      {.name = "destination_dir", .doc = "where to below the branch's root"},
      {.name = "external_repository", .doc = "owner/name of another repository"},
      {.name = "exclude_assets",
       .doc = "patterns, separated by commas, of what is left out",
       .fallback = ".github"},
      {.name = "keep_files", .doc = "keep what stands on the branch", .fallback = "false"},
      {.name = "force_orphan",
       .doc = "one commit only: the branch's history is replaced",
       .fallback = "false"},
      {.name = "allow_empty_commit", .doc = "commit without a change too", .fallback = "false"},
      {.name = "user_name", .doc = "of the commit: the actor"},
      {.name = "user_email", .doc = "of the commit"},
      {.name = "commit_message", .doc = "in front of the commit's id: deploy:"},
      {.name = "full_commit_message", .doc = "all of the message"},
      {.name = "tag_name", .doc = "a tag to push"},
      {.name = "tag_message", .doc = "its message: Deployment NAME"},
      {.name = "enable_jekyll", .doc = "make no .nojekyll", .fallback = "false"},
      {.name = "disable_nojekyll", .doc = "make no .nojekyll", .fallback = "false"},
      {.name = "cname", .doc = "text of the file CNAME"},
      {.name = "emptyCommits", .doc = "v2: allow_empty_commit", .fallback = "true"},
      {.name = "keepFiles", .doc = "v2: keep_files", .fallback = "false"},
      {.name = "forceOrphan", .doc = "v2: force_orphan", .fallback = "false"},
      {.name = "username", .doc = "v2: user_name"},
      {.name = "useremail", .doc = "v2: user_email"},
      {.name = "commitMessage", .doc = "v2: commit_message"},
      {.name = "tagName", .doc = "v2: tag_name"},
      {.name = "tagMessage", .doc = "v2: tag_message"}};
}

PagesInputs read_pages_inputs(const StepInputs& step) {
  if (!step.version().at_least(3)) return version_2(step);
  PagesInputs inputs;
  inputs.deploy_key = step.input("deploy_key");
  inputs.github_token = step.input("github_token");
  inputs.personal_token = step.input("personal_token");
  inputs.branch = step.input("publish_branch");
  inputs.publish_dir = step.input("publish_dir");
  inputs.destination_dir = step.input("destination_dir");
  inputs.external_repository = step.input("external_repository");
  inputs.exclude_assets = step.input("exclude_assets");
  inputs.allow_empty_commit = is_true(step.input("allow_empty_commit"));
  inputs.keep_files = is_true(step.input("keep_files"));
  inputs.force_orphan = is_true(step.input("force_orphan"));
  inputs.user_name = step.input("user_name");
  inputs.user_email = step.input("user_email");
  inputs.commit_message = step.input("commit_message");
  inputs.full_commit_message = step.input("full_commit_message");
  inputs.tag_name = step.input("tag_name");
  inputs.tag_message = step.input("tag_message");
  inputs.cname = step.input("cname");
  inputs.no_jekyll = !is_true(step.input("enable_jekyll")) && !is_true(step.input("disable_nojekyll"));
  return inputs;
}

PagesTarget pages_target(const StepInputs& step, const PagesInputs& inputs) {
  const bool with_key = !inputs.deploy_key.empty();
  const auto& external = inputs.external_repository;
  auto origin = step.repository().remote_url;
  if (!external.empty()) origin = fmt::format("{}/{}.git", server_url(step), external);
  if (origin.empty())
    throw InputError("the repository has no remote \"origin\" to push to: git remote add origin URL");
  if (!is_http(origin)) return {absolute(step, origin), with_key, "", ""};
  const auto server = server_of(origin);
  if (with_key) {
    const auto name = external.empty() ? slug_of_remote(origin) : external;
    return {fmt::format("git@{}:{}.git", server.substr(server.find("://") + 3), name), true, "", ""};
  }
  if (inputs.token().empty()) return {origin, false, "", ""};
  return {without_credentials(origin), false, inputs.token(), server + "/"};
}

std::string pages_problem(const StepInputs& step, const PagesInputs& inputs) {
  if (is_true(step.input("enable_jekyll")) && is_true(step.input("disable_nojekyll")))
    return "Use either of enable_jekyll or disable_nojekyll";
  if (inputs.branch.empty()) return "the branch to publish to is not given: PUBLISH_BRANCH";
  if (inputs.publish_dir.empty()) return "the folder to publish is not given: PUBLISH_DIR";
  if (std::filesystem::path(inputs.destination_dir).is_absolute())
    return "destination_dir should be a relative path";
  if (!inputs.user_name.empty() && inputs.user_email.empty()) return "user_email is undefined";
  if (inputs.user_name.empty() && !inputs.user_email.empty()) return "user_name is undefined";
  if (!inputs.deploy_key.empty()) return "";
  if (!inputs.external_repository.empty() && !inputs.github_token.empty())
    return "The generated GITHUB_TOKEN (github_token) does not support to push to an external repository.\n"
           "Use deploy_key or personal_token.";
  if (!inputs.external_repository.empty()) return "";
  const bool own_branch = step.context("github.ref") == "refs/heads/" + inputs.branch;
  if (inputs.personal_token.empty() && own_branch && step.context("github.event_name") == "push")
    return fmt::format("You deploy from {0} to {0}\nThis operation is prohibited to protect your contents",
                       inputs.branch);
  return "";
}

std::string pages_commit_message(const StepInputs& step, const PagesInputs& inputs) {
  if (!inputs.full_commit_message.empty()) return inputs.full_commit_message;
  auto commit = step.context("github.sha");
  if (!inputs.external_repository.empty()) commit = fmt::format("{}@{}", own_name(step), commit);
  return fmt::format("{} {}", inputs.commit_message.empty() ? "deploy:" : inputs.commit_message, commit);
}

}  // namespace runner
