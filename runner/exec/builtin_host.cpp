#include "runner/exec/builtin_host.hpp"

#include <cassert>

#include "runner/contexts/fallbacks.hpp"

namespace runner {
BuiltinHost::BuiltinHost(JobState& job, StepEffects& effects, const BuiltinAction& action,
                         ActionVersion version, NamedValues with, const expr::Scope& scope, Environment env,
                         std::stop_token stop, std::string& note)
    : job_(job),
      effects_(effects),
      version_(version),
      with_(std::move(with)),
      fallbacks_(evaluated_fallbacks(action.spec, with_, scope)),
      env_(std::move(env)),
      stop_(std::move(stop)),
      note_(note) {}

std::string BuiltinHost::input(std::string_view name) const { return std::string(trim(raw_input(name))); }

std::string BuiltinHost::raw_input(std::string_view name) const {
  if (const auto at = with_.find(name); at != with_.end()) return at->second;
  const auto at = fallbacks_.find(name);
  assert(at != fallbacks_.end() && "the action reads an input that its spec does not have");
  return at->second;
}

void BuiltinHost::set_output(std::string_view name, std::string value) {
  effects_.set_output(name, std::move(value));
}

void BuiltinHost::set_env(std::string_view name, std::string value) {
  env_[std::string(name)] = value;
  effects_.set_env(name, std::move(value));
}

void BuiltinHost::save_state(std::string_view name, std::string value) {
  effects_.save_state(name, std::move(value));
}

std::string BuiltinHost::state(std::string_view name) const {
  const auto at = effects_.states.find(std::string(name));
  return at == effects_.states.end() ? "" : at->second;
}

void BuiltinHost::annotate(Annotation annotation) { effects_.tell(std::move(annotation)); }

void BuiltinHost::progress(std::string_view text) { job_.services.reporter.progress(effects_.info(), text); }

}  // namespace runner
