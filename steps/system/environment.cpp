#include "steps/system/environment.hpp"

#include <algorithm>

namespace runner {
namespace {

// ld.so(8), bash(1), git(1), rsync(1), ssh(1), openssl-env(7), perlrun(1).
constexpr std::string_view kLoads[] = {"LD_",     "BASH_FUNC_", "GIT_CONFIG", "GCONV_PATH", "GLIBC_TUNABLES",
                                       "LOCPATH", "MALLOC_",    "OPENSSL_",   "PERL5",      "PERLLIB",
                                       "RSYNC_",  "SSH_ASKPASS"};
constexpr std::string_view kRuns[] = {"BASH_ENV",
                                      "ENV",
                                      "SHELLOPTS",
                                      "BASHOPTS",
                                      "GIT_ASKPASS",
                                      "GIT_EDITOR",
                                      "GIT_EXEC_PATH",
                                      "GIT_EXTERNAL_DIFF",
                                      "GIT_PAGER",
                                      "GIT_PROXY_COMMAND",
                                      "GIT_SEQUENCE_EDITOR",
                                      "GIT_SSH",
                                      "GIT_SSH_COMMAND",
                                      "GIT_TEMPLATE_DIR",
                                      "PAGER",
                                      "EDITOR",
                                      "VISUAL"};

bool leads_astray(std::string_view name) {
  return std::any_of(std::begin(kLoads), std::end(kLoads),
                     [&](auto prefix) { return name.starts_with(prefix); }) ||
         std::find(std::begin(kRuns), std::end(kRuns), name) != std::end(kRuns);
}

}  // namespace

Environment without_detours(Environment env, const Environment& machine) {
  std::erase_if(env, [](const auto& variable) { return leads_astray(variable.first); });
  for (const auto& [name, value] : machine) {
    if (leads_astray(name)) env[name] = value;
  }
  env["PATH"] = path_of(machine);
  return env;
}

std::string env_value(const Environment& env, std::string_view name) {
  const auto at = env.find(std::string(name));
  return at == env.end() ? "" : at->second;
}

std::string path_of(const Environment& env) {
  const auto at = env.find("PATH");
  return at == env.end() ? "/usr/local/bin:/usr/bin:/bin" : at->second;
}

}  // namespace runner
