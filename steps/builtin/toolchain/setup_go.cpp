// actions/setup-go: the Go that satisfies the request in front of PATH, and the caches of modules and builds.
#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/toolchain/go_tool.hpp"
#include "steps/builtin/toolchain/on_path.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/builtin/toolchain/version_files.hpp"
#include "steps/formats/hash_files.hpp"
#include "steps/step.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace setup_go_action {
namespace {

namespace fs = std::filesystem;

struct Wanted {
  std::string version;
  bool at_least = false;  // go.mod says what is needed, not what is wished
};

Wanted wanted_in(StepHost& host, const std::string& name) {
  const auto file = host.workspace() / name;
  if (!fs::exists(file))
    throw InputError(fmt::format("The specified go version file at: {} does not exist", file.string()));
  const auto kind = file.filename().string();
  return {go_in_file(kind, read_file(file), host.version().at_least(6)),
          kind == "go.mod" || kind == "go.work"};
}

Wanted wanted(StepHost& host) {
  const auto version = host.input("go-version"), file = host.input("go-version-file");
  if (!version.empty() && !file.empty()) {
    host.warn("Both go-version and go-version-file inputs are specified, only go-version will be used");
  }
  return version.empty() && !file.empty() ? wanted_in(host, file) : Wanted{version};
}

InstalledTool choose(StepHost& host, const Wanted& request, const Surroundings& around) {
  const auto found = installed_tools(go_kind(), around);
  if (auto tool = choose_go(request.version, found)) return *tool;
  auto newer = request.at_least ? newer_go(request.version, found) : std::nullopt;
  if (!newer) throw InputError(tool_missing(go_kind(), request.version, request.version, found, around));
  host.notice(fmt::format("Go {} is not on this machine: the newer {} builds the module", request.version,
                          go_text(newer->version)));
  return *newer;
}

// What `go install` makes is found by later steps.
void add_installed(StepHost& host, Surroundings& around) {
  const auto folder = ask_tool({"go", "env", "GOPATH"}, around);
  if (folder.empty()) return;
  fs::create_directories(fs::path(folder) / "bin");
  prepend_path(host, fs::path(folder) / "bin", around);
}

void use_go(StepHost& host, const Wanted& request, Surroundings& around) {
  check_architecture(host.input("architecture"));
  const auto tool = choose(host, request, around);
  host.log(fmt::format("Go {} from {} ({})", go_text(tool.version), tool.from, tool.program.string()));
  put_on_path(host, tool, "go", {{"go", "go"}, {"gofmt", "gofmt"}}, around);
  // a GOROOT left over from another step would lead to that step's Go
  if (!env_value(host.env(), "GOROOT").empty() || tool.version < SemanticVersion{{1, 9, 0}}) {
    host.set_env("GOROOT", tool.root.string());
    around.env["GOROOT"] = tool.root.string();
  }
  if (host.version().at_least(6)) {  // or go itself would fetch the one that go.mod names
    host.set_env("GOTOOLCHAIN", "local");
    around.env["GOTOOLCHAIN"] = "local";
  }
  add_installed(host, around);
}

bool caches(const StepHost& host) {
  if (host.given("cache")) return boolean_input(host, "cache");
  return host.version().at_least(4);
}

// What HOME keeps between runs anyway need not be packed and unpacked, unless it was asked for.
bool is_kept(const StepHost& host, const fs::path& folder) {
  if (host.given("cache")) return false;
  const fs::path home(env_value(host.env(), "HOME"));
  const auto relative = folder.lexically_relative(home);
  return !relative.empty() && *relative.begin() != ".." && home != host.user_home();
}

void restore(StepHost& host, const Surroundings& around) {
  const auto modules = ask_tool({"go", "env", "GOMODCACHE"}, around),
             builds = ask_tool({"go", "env", "GOCACHE"}, around);
  if (modules.empty() && builds.empty()) throw InputError("Could not get cache folder paths.");
  if (is_kept(host, modules) && is_kept(host, builds))
    return host.log("Modules and builds are kept in HOME between runs of this repository");
  auto files = host.raw_input("cache-dependency-path");
  if (trim(files).empty()) {
    const auto* name =
        host.version().at_least(6) && !fs::exists(host.workspace() / "go.sum") ? "go.mod" : "go.sum";
    if (!fs::exists(host.workspace() / name))
      throw InputError(fmt::format("Dependencies file is not found in {}. Supported file pattern: {}",
                                   host.workspace().string(), name));
    files = name;
  }
  const auto hash =
      hash_files(host.workspace(), {files}, {.home = env_value(host.env(), "HOME"), .stop = host.stop()});
  if (hash.empty()) throw InputError("Some specified paths were not resolved, unable to cache dependencies.");
  ManagedCache cache{.manager = "go", .request = {.paths = {modules, builds}, .key = {}}};
  const auto version = find_version(ask_tool({"go", "version"}, around));
  cache.request.key = fmt::format("setup-go-Linux-{}-go-{}-{}", machine_architecture(),
                                  version ? go_text(*version) : "unknown", hash);
  restore_managed_cache(host, cache);
}

StepResult run(StepHost& host) {
  auto around = surroundings_of(host);
  const auto request = wanted(host);
  if (!request.version.empty())
    use_go(host, request, around);
  else
    host.log("No go-version was asked for: the Go on PATH is used");
  const auto told = ask_tool({"go", "version"}, around);
  if (told.empty())
    throw InputError("go is not on PATH (" + path_of(around.env) + "), and no go-version was asked for");
  host.log(told);
  const auto version = go_text(*find_version(told));
  host.set_output("go-version", version);
  host.note("Go " + version);
  if (!caches(host)) return {};
  try {
    restore(host, around);
  } catch (const std::runtime_error& error) {
    host.warn(fmt::format("Restore cache failed: {}", error.what()));
  }
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  auto wanted = inputs.input("go-version");
  if (wanted.empty() && !inputs.input("go-version-file").empty())
    wanted = "of " + inputs.input("go-version-file");
  return {wanted.empty() ? "use the Go on PATH" : "put Go " + wanted + " on PATH"};
}

std::vector<std::string> problems(const StepInputs& inputs) try {
  const auto wanted = inputs.input("go-version");
  if (wanted.empty() || expr::has_expression(wanted)) return {};
  const auto around = surroundings_of(inputs);
  const auto found = installed_tools(go_kind(), around);
  if (choose_go(wanted, found)) return {};
  return {tool_missing(go_kind(), wanted, wanted, found, around)};
} catch (const InputError& error) {
  return {error.what()};
}

}  // namespace
}  // namespace setup_go_action

BuiltinAction setup_go() {
  using namespace setup_go_action;
  return {
      .spec = {.uses = "actions/setup-go",
               .doc = "Puts a version of Go that is on this machine in front of PATH.",
               .inputs = {{.name = "go-version", .doc = "1.22, ^1.21, stable, oldstable"},
                          {.name = "go-version-file", .doc = "go.mod, go.work, .go-version, .tool-versions"},
                          {.name = "check-latest",
                           .doc = "accepted: the newest here is taken",
                           .fallback = "false"},
                          {.name = "token", .doc = "accepted", .secret = true},
                          {.name = "cache", .doc = "modules and builds; true from v4 on", .fallback = "true"},
                          {.name = "cache-dependency-path", .doc = "go.sum files; globs"},
                          {.name = "architecture", .doc = "that of this machine"},
                          {.name = "stable", .doc = "accepted"},
                          {.name = "go-download-base-url", .doc = "accepted"}},
               .outputs = {{"go-version", "its whole version"},
                           {"cache-hit", "true for the very key, with a cache"}},
               .first_major = 1,
               .last_major = 6},
      .run = run,
      .post = save_managed_cache,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
