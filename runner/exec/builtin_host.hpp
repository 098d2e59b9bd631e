// runner/exec/builtin_host.hpp -- StepHost for a built-in action inside a real job.
#pragma once
#include <string>

#include "runner/exec/step_effects.hpp"
#include "steps/catalog.hpp"

namespace runner {

class BuiltinHost : public StepHost {
 public:
  // `with` are the given inputs, evaluated; `scope` evaluates the fallbacks of the others. `note` outlives
  // it: what the action noted last.
  BuiltinHost(JobState& job, StepEffects& effects, const BuiltinAction& action, ActionVersion version,
              NamedValues with, const expr::Scope& scope, Environment env, std::stop_token stop,
              std::string& note);

  std::string input(std::string_view name) const override;
  std::string raw_input(std::string_view name) const override;
  bool given(std::string_view name) const override { return with_.contains(name); }
  ActionVersion version() const override { return version_; }
  const Environment& env() const override { return env_; }
  Environment machine_env() const override { return job_.machine_env(); }
  const Repository& repository() const override { return job_.services.request.repository; }
  std::string context(std::string_view path) const override { return job_.context_text(path); }
  std::string aws_profile(std::string_view role) const override {
    return aws_profile_for(job_.services.request, role);
  }
  std::filesystem::path workspace() const override { return job_.folders.workspace; }
  std::filesystem::path temp() const override { return job_.folders.temp; }
  std::filesystem::path state_dir() const override { return job_.services.request.folders.state; }
  std::filesystem::path user_home() const override { return job_.services.request.folders.user_home; }
  void set_output(std::string_view name, std::string value) override;
  void set_env(std::string_view name, std::string value) override;
  void add_path(std::string_view folder) override { effects_.add_path(folder); }
  void save_state(std::string_view name, std::string value) override;
  std::string state(std::string_view name) const override;
  void add_mask(std::string_view secret) override { job_.services.masker.add(secret); }
  const SecretFinder& secrets() const override { return job_.services.masker; }
  void log(std::string_view text) override { effects_.log_text(text); }
  void annotate(Annotation annotation) override;
  void group(std::string_view title) override { effects_.log_text("##[group]" + std::string(title)); }
  void end_group() override { effects_.log_text("##[endgroup]"); }
  void progress(std::string_view text) override;
  void note(std::string_view text) override { note_ = text; }
  Http& http() override { return job_.services.http; }
  ArtifactStore& artifacts() override { return job_.services.artifacts; }
  CacheStore& caches() override { return job_.services.caches; }
  std::stop_token stop() const override { return stop_; }
  bool strict_host_keys() const override { return job_.services.request.strict_host_keys; }
  bool take_uncommitted() const override { return job_.services.request.dirty; }
  Care care() const override { return job_.services.request.care; }

 private:
  JobState& job_;
  StepEffects& effects_;
  ActionVersion version_;
  NamedValues with_, fallbacks_;
  Environment env_;
  std::stop_token stop_;
  std::string& note_;
};

}  // namespace runner
