// tests/support/fake_host.hpp -- a StepHost that records what a built-in action asks of it.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "parser/base/text.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/step.hpp"
#include "steps/store/artifact_store.hpp"
#include "steps/store/cache/store.hpp"
#include "steps/system/http.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

// Answers each request with `answer` and keeps them all.
class FakeHttp : public Http {
 public:
  std::function<HttpResponse(const HttpRequest&)> answer = [](const HttpRequest&) {
    return HttpResponse{204, {}, ""};
  };
  std::vector<HttpRequest> requests;
  HttpResponse send(const HttpRequest& request) override {
    requests.push_back(request);
    auto response = answer(request);
    if (request.on_data) {
      request.on_data(response.body);
      response.body.clear();
    }
    return response;
  }
};

class FakeHost : public StepHost, public SecretFinder {
 public:
  explicit FakeHost(BuiltinAction action)
      : action_(std::move(action)), store_(folder_.path() / "artifacts"), caches_(folder_.path() / "caches") {
    std::filesystem::create_directories(workspace());
    std::filesystem::create_directories(temp());
    std::filesystem::create_directories(state_dir());
    std::filesystem::create_directories(user_home());
    env_["RUNNER_TEMP"] = temp().string();
    env_["GITHUB_WORKSPACE"] = workspace().string();
  }

  // What the test sets.
  std::map<std::string, std::string, IgnoringCase> with;
  std::map<std::string, std::string> contexts;
  Environment env_;
  Repository repository_;
  ActionVersion version_;
  FakeHttp http_;
  std::stop_source stop_;
  std::string aws_profile_;
  bool strict_host_keys_ = false, take_uncommitted_ = false;
  Care care_;

  // What the action did.
  std::map<std::string, std::string> outputs, states;
  Environment exported;
  std::vector<std::string> paths, masks, notes;
  std::vector<Annotation> annotations;
  std::chrono::milliseconds slept{0};  // no time passes for it
  std::string text;                    // all that was logged, a line each

  // As in a job: a stop explains whatever went wrong after it.
  StepResult run() {
    auto result = run_to_its_end();
    const bool stopped = stop_.get_token().stop_requested() && result.outcome == Outcome::failure;
    return stopped ? StepResult{Outcome::cancelled, "cancelled"} : result;
  }
  StepResult run_post() { return action_.post(*this); }

  std::string input(std::string_view name) const override { return std::string(trim(raw_input(name))); }
  std::string raw_input(std::string_view name) const override {
    if (const auto at = with.find(name); at != with.end()) return at->second;
    for (const auto& spec : action_.spec.inputs) {
      if (equal_ignoring_case(spec.name, name)) return spec.fallback;
    }
    throw std::logic_error("the action reads an input that its spec does not have: " + std::string(name));
  }
  bool given(std::string_view name) const override { return with.find(name) != with.end(); }
  ActionVersion version() const override { return version_; }
  const Environment& env() const override { return env_; }
  const Repository& repository() const override { return repository_; }
  std::string context(std::string_view path) const override {
    const auto at = contexts.find(std::string(path));
    return at == contexts.end() ? "" : at->second;
  }
  std::string aws_profile(std::string_view) const override { return aws_profile_; }
  std::filesystem::path workspace() const override { return folder_.path() / "work"; }
  std::filesystem::path temp() const override { return folder_.path() / "temp"; }
  std::filesystem::path state_dir() const override { return folder_.path() / "state"; }
  std::filesystem::path user_home() const override { return folder_.path() / "home"; }
  void set_output(std::string_view name, std::string value) override {
    outputs[std::string(name)] = std::move(value);
  }
  void set_env(std::string_view name, std::string value) override {
    env_[std::string(name)] = value;
    exported[std::string(name)] = std::move(value);
  }
  void add_path(std::string_view folder) override { paths.emplace_back(folder); }
  void save_state(std::string_view name, std::string value) override {
    states[std::string(name)] = std::move(value);
  }
  std::string state(std::string_view name) const override {
    const auto at = states.find(std::string(name));
    return at == states.end() ? "" : at->second;
  }
  void add_mask(std::string_view secret) override { masks.emplace_back(secret); }
  const SecretFinder& secrets() const override { return *this; }
  std::optional<size_t> secret_in(std::string_view bytes, size_t shortest) const override {
    size_t first = std::string_view::npos;
    for (const auto& mask : masks) {
      if (mask.size() >= shortest) first = std::min(first, bytes.find(mask));
    }
    return first == std::string_view::npos ? std::nullopt : std::optional(first);
  }
  size_t longest_secret() const override {
    size_t longest = 0;
    for (const auto& mask : masks) longest = std::max(longest, mask.size());
    return longest;
  }
  void log(std::string_view line) override {
    const std::lock_guard lock(mutex_);
    text.append(line).append("\n");
  }
  void annotate(Annotation annotation) override {
    const std::lock_guard lock(mutex_);
    annotations.push_back(std::move(annotation));
  }
  std::vector<Annotation> told(AnnotationLevel level) const {
    auto some = annotations;
    std::erase_if(some, [&](const auto& annotation) { return annotation.level != level; });
    return some;
  }
  std::string notices() const {  // a line each
    std::string lines;
    for (const auto& notice : told(AnnotationLevel::notice)) lines.append(notice.message).append("\n");
    return lines;
  }
  void group(std::string_view title) override { log("[group] " + std::string(title)); }
  void end_group() override {}
  void progress(std::string_view) override {}
  void note(std::string_view line) override { notes.emplace_back(line); }
  Http& http() override { return http_; }
  ArtifactStore& artifacts() override { return store_; }
  CacheStore& caches() override { return caches_; }
  void use_caches(const std::filesystem::path& folder) { caches_ = CacheStore(folder); }  // of several jobs
  std::stop_token stop() const override { return stop_.get_token(); }
  void sleep(std::chrono::milliseconds time) override {
    const std::lock_guard lock(mutex_);
    slept += time;
  }
  bool strict_host_keys() const override { return strict_host_keys_; }
  bool take_uncommitted() const override { return take_uncommitted_; }
  Care care() const override { return care_; }

 private:
  StepResult run_to_its_end() {
    try {
      return action_.run(*this);
    } catch (const std::exception& error) {
      return failure(error.what());
    }
  }

  TempDir folder_;
  BuiltinAction action_;
  ArtifactStore store_;
  CacheStore caches_;
  std::mutex mutex_;
};

}  // namespace runner::test
