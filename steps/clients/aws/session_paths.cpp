#include "steps/clients/aws/session_paths.hpp"

#include "steps/system/environment.hpp"

namespace fs = std::filesystem;

namespace runner::aws {
namespace {

fs::path place(const Environment& env, std::string_view variable, const char* fallback) {
  const auto chosen = env_value(env, variable);
  return expand_home(env, chosen.empty() ? fallback : chosen);
}

}  // namespace

std::string setting_of(const Settings& settings, std::string_view name) {
  const auto at = settings.find(name);
  return at == settings.end() ? "" : at->second;
}

fs::path expand_home(const Environment& env, std::string path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const auto home = env_value(env, "HOME");
  return home.empty() ? "" : home + path.substr(1);
}

fs::path config_path(const Environment& env) { return place(env, "AWS_CONFIG_FILE", "~/.aws/config"); }
fs::path credentials_path(const Environment& env) {
  return place(env, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
}

}  // namespace runner::aws
