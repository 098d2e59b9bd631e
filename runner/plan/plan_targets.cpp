#include "runner/plan/plan_targets.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "runner/exec/folders.hpp"
#include "runner/exec/guard.hpp"
#include "steps/clients/git/local_clone.hpp"
#include "steps/clients/git/uncommitted.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

class TargetHost : public PlanHost {
 public:
  TargetHost(const RunRequest& request, const PlanInputs& inputs, PlanTargets& targets, LeftByStep& left)
      : request_(request), inputs_(inputs), targets_(targets), left_(left), env_(inputs.env()) {
    env_["HOME"] = (request.host_home ? request.folders.user_home : targets.temp() / "home").string();
  }

  std::string input(std::string_view name) const override { return inputs_.input(name); }
  std::string raw_input(std::string_view name) const override { return inputs_.raw_input(name); }
  bool given(std::string_view name) const override { return inputs_.given(name); }
  ActionVersion version() const override { return inputs_.version(); }
  const Environment& env() const override { return env_; }
  const Repository& repository() const override { return inputs_.repository(); }
  std::string context(std::string_view path) const override { return inputs_.context(path); }
  std::string aws_profile(std::string_view role) const override { return inputs_.aws_profile(role); }

  fs::path workspace() const override { return targets_.workspace(request_, inputs_.checkouts()); }
  fs::path user_home() const override { return request_.folders.user_home; }
  fs::path state_dir() const override { return request_.folders.state; }
  bool strict_host_keys() const override { return request_.strict_host_keys; }
  fs::path temp() const override { return targets_.temp(); }
  Http& http() override { return targets_.http; }
  std::stop_token stop() const override { return targets_.stop; }
  void set_env(std::string_view name, std::string value) override {
    env_[std::string(name)] = value;
    left_.env[std::string(name)] = std::move(value);
  }
  void set_output(std::string_view name, std::string value) override {
    left_.outputs[std::string(name)] = std::move(value);
  }
  void add_mask(std::string_view secret) override { targets_.masker.add(secret); }
  void annotate(Annotation annotation) override { told_.push_back(std::move(annotation.message)); }
  const std::vector<std::string>& told() const { return told_; }

 private:
  const RunRequest& request_;
  const PlanInputs& inputs_;
  PlanTargets& targets_;
  LeftByStep& left_;
  Environment env_;
  std::vector<std::string> told_;
};

bool known_now(const std::string& value) { return !expr::has_expression(value); }

}  // namespace

PlanTargets::~PlanTargets() {
  if (!temp_.empty()) remove_tree(temp_);
}

const fs::path& PlanTargets::temp() {
  if (temp_.empty()) {
    temp_ = make_memory_folder("plan");
    if (guard_ != nullptr) guard_->remove(temp_);
  }
  return temp_;
}

const fs::path& PlanTargets::workspace(const RunRequest& request, const std::vector<std::string>& checkouts) {
  auto& folder = workspaces_[checkouts];
  if (!folder.empty()) return folder;
  folder = temp() / fmt::format("workspace-{}", workspaces_.size());
  fs::create_directories(folder);
  for (const auto& path : checkouts) {
    const auto target = (folder / path).lexically_normal();
    fs::create_directories(target);
    const auto& repository = request.repository;
    if (!request.event.sha.empty())
      clone_local(repository,
                  {.target = target, .ref = request.event.ref, .sha = request.event.sha, .stop = stop});
    if (!request.dirty) continue;
    if (request.event.sha.empty())
      copy_folder(repository, target);
    else if (request.event.sha == repository.checked_out)
      copy_uncommitted(repository, uncommitted_files(repository).files, target);
  }
  return folder;
}

void LeftByStep::add_to(KnownScope& known, const std::string& step_id) const {
  for (const auto& [name, value] : env) known.env[name] = value;
  if (step_id.empty()) return;
  for (const auto& [name, value] : outputs) {
    if (known_now(value)) known.outputs[step_id][name] = value;
  }
}

std::vector<std::string> differences_of(const RunRequest& request, const BuiltinAction& action,
                                        const PlanInputs& inputs, PlanTargets& targets,
                                        std::vector<std::string> otherwise, LeftByStep& left) {
  try {
    TargetHost host(request, inputs, targets, left);
    auto lines = action.differences(host);
    lines.insert(lines.end(), host.told().begin(), host.told().end());
    return lines;
  } catch (const NotBeforeRun& error) {
    otherwise.emplace_back(error.what());
  } catch (const std::exception& error) {
    const std::string text = error.what();
    auto prefix = std::string(kUnread);
    for (const auto line : split_lines(text)) {
      otherwise.push_back(prefix + std::string(line));
      prefix = "  ";
    }
  }
  return otherwise;
}

Environment planned_environment(const RunRequest& request, const KnownScope& known, PlanTargets& targets) {
  auto env = request.process;
  env["HOME"] = (request.host_home ? request.folders.user_home : targets.temp() / "home").string();
  for (const auto& [name, value] : known.env) env[name] = value;
  return env;
}

}  // namespace runner
