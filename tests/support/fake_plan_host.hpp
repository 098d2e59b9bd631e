// tests/support/fake_plan_host.hpp -- a FakeHost as `plan --targets` would see it.
#pragma once
#include "tests/support/fake_host.hpp"

namespace runner::test {

class FakePlanHost : public PlanHost {
 public:
  explicit FakePlanHost(FakeHost& host) : host_(host) {}
  std::string input(std::string_view name) const override { return host_.input(name); }
  std::string raw_input(std::string_view name) const override { return host_.raw_input(name); }
  bool given(std::string_view name) const override { return host_.given(name); }
  ActionVersion version() const override { return host_.version(); }
  const Environment& env() const override { return host_.env(); }
  const Repository& repository() const override { return host_.repository(); }
  std::string context(std::string_view path) const override { return host_.context(path); }
  std::string aws_profile(std::string_view role) const override { return host_.aws_profile(role); }
  std::filesystem::path workspace() const override { return host_.workspace(); }
  std::filesystem::path user_home() const override { return host_.user_home(); }
  std::filesystem::path state_dir() const override { return host_.state_dir(); }
  bool strict_host_keys() const override { return host_.strict_host_keys(); }
  std::filesystem::path temp() const override { return host_.temp(); }
  Http& http() override { return host_.http(); }
  std::stop_token stop() const override { return host_.stop(); }
  void set_env(std::string_view name, std::string value) override { host_.set_env(name, std::move(value)); }
  void set_output(std::string_view name, std::string value) override {
    host_.set_output(name, std::move(value));
  }
  void add_mask(std::string_view secret) override { host_.add_mask(secret); }
  void annotate(Annotation annotation) override { host_.annotate(std::move(annotation)); }
  void sleep(std::chrono::milliseconds time) override { host_.sleep(time); }

 private:
  FakeHost& host_;
};

}  // namespace runner::test
