// pnpm/action-setup: the pnpm that the project or the workflow asks for in front of PATH, and `pnpm install`.
#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/toolchain/on_path.hpp"
#include "steps/builtin/toolchain/pnpm_tool.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/formats/hash_files.hpp"
#include "steps/step.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"
#include "steps/system/process.hpp"

namespace runner {

namespace pnpm_setup_action {
namespace {

namespace fs = std::filesystem;

std::string in_package_json(const StepHost& host, bool needed) {
  const auto file = host.workspace() / host.input("package_json_file");
  if (fs::exists(file)) {
    try {
      return pnpm_in_package_json(read_file(file));
    } catch (const InputError&) {
      if (needed) throw;
    }
  }
  return {};
}

std::string wanted_version(const StepHost& host) {
  const auto version = host.input("version"), in_project = in_package_json(host, version.empty());
  if (version.empty() && in_project.empty()) {
    throw InputError(
        "No pnpm version is specified.\nPlease specify it by one of the following ways:\n"
        "  - in the GitHub Action config with the key \"version\"\n"
        "  - in the package.json with the key \"packageManager\"");
  }
  if (version.empty()) return in_project;
  if (host.version().at_least(4) && !in_project.empty() && in_project != version) {
    throw InputError(fmt::format(
        "Multiple versions of pnpm specified:\n  - version {} in the GitHub Action config with the key "
        "\"version\"\n  - version pnpm@{} in the package.json with the key \"packageManager\"\nRemove one of "
        "these versions to avoid version mismatch errors like ERR_PNPM_BAD_PM_VERSION",
        version, in_project));
  }
  return version;
}

fs::path destination(const StepHost& host) {
  auto dest = host.input("dest");
  if (dest == "~" || dest.starts_with("~/")) dest = env_value(host.env(), "HOME") + dest.substr(1);
  return (host.workspace() / dest).lexically_normal();
}

// Links where the action puts its own copy. Corepack's and npm's are scripts of Node.js without a mark to be
// run.
fs::path link_programs(const StepHost& host, const InstalledTool& tool) {
  const auto folder = destination(host) / "node_modules" / ".bin";
  make_private_folder(folder);
  const auto beside = tool.program.parent_path();
  for (const std::string name : {"pnpm", "pnpx"}) {
    std::error_code error;
    fs::remove(folder / name, error);
    for (const auto* ending : {"", ".cjs", ".mjs"}) {
      if (!fs::exists(beside / (name + ending))) continue;
      fs::create_symlink(beside / (name + ending), folder / name);
      break;
    }
  }
  return folder;
}

void install(StepHost& host, const PnpmInstall& wanted, Surroundings around) {
  std::vector<std::string> argv{"pnpm"};
  if (wanted.recursive) argv.emplace_back("recursive");
  argv.emplace_back("install");
  argv.insert(argv.end(), wanted.arguments.begin(), wanted.arguments.end());
  if (!wanted.folder.empty()) around.folder /= wanted.folder;
  std::string line;
  for (const auto& word : argv) line += (line.empty() ? "" : " ") + word;
  host.group("Running " + line + "...");
  const auto output = run_tool(std::move(argv), around);
  host.log(trim(output.out + output.err));
  host.end_group();
  if (output.code != 0)
    throw InputError(
        fmt::format("Command {} (in {}) exits with status {}", line, around.folder.string(), output.code));
}

void restore(StepHost& host, const Surroundings& around) {
  const auto hash = hash_files(around.folder, {host.raw_input("cache_dependency_path")},
                               {.home = env_value(around.env, "HOME")});
  if (hash.empty()) throw InputError("Some specified paths were not resolved, unable to cache dependencies.");
  const auto folder = ask_tool({"pnpm", "store", "path", "--silent"}, around);
  if (folder.empty()) throw InputError("pnpm store path tells no folder to keep");
  const auto prefix = fmt::format("pnpm-cache-Linux-{}-", machine_architecture());
  restore_managed_cache(
      host,
      {.manager = "pnpm", .request = {.paths = {folder}, .key = prefix + hash, .restore_keys = {prefix}}});
}

StepResult run(StepHost& host) {
  auto around = surroundings_of(host);
  const auto wanted = wanted_version(host);
  const auto installs = read_run_install(host.raw_input("run_install"));
  const auto found = installed_tools(pnpm_kind(), around);
  const auto tool = choose_pnpm(wanted, found);
  if (!tool) throw InputError(tool_missing(pnpm_kind(), wanted, wanted, found, around));
  const auto folder = link_programs(host, *tool);
  prepend_path(host, folder, around);
  host.set_env("PNPM_HOME", folder.string());
  around.env["PNPM_HOME"] = folder.string();
  host.set_output("dest", destination(host).string());
  host.set_output("bin_dest", folder.string());
  host.log(
      fmt::format("pnpm {} from {} ({})", tool->version.full_text(), tool->from, tool->program.string()));
  host.note("pnpm " + tool->version.full_text());
  if (boolean_input(host, "cache")) restore(host, around);
  for (const auto& one : installs) install(host, one, around);
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  const auto version = inputs.input("version");
  std::vector<std::string> lines{version.empty() ? "put the project's pnpm on PATH"
                                                 : "put pnpm " + version + " on PATH"};
  const auto installs = lower(inputs.input("run_install"));
  if (!installs.empty() && installs != "null" && installs != "false") lines.emplace_back("run pnpm install");
  return lines;
}

std::vector<std::string> problems(const StepInputs& inputs) try {
  const auto installs = inputs.raw_input("run_install"), wanted = inputs.input("version");
  if (!expr::has_expression(installs)) read_run_install(installs);
  if (wanted.empty() || expr::has_expression(wanted)) return {};
  // Whether it is there is not asked: it may come with the Node.js of a step before.
  choose_pnpm(wanted, {});
  return {};
} catch (const InputError& error) {
  return {error.what()};
}

}  // namespace
}  // namespace pnpm_setup_action

BuiltinAction pnpm_setup() {
  using namespace pnpm_setup_action;
  return {
      .spec = {.uses = "pnpm/action-setup",
               .doc = "Puts a version of pnpm that is on this machine in front of PATH.",
               .inputs = {{.name = "version", .doc = "9, ^8.6, latest; else packageManager of package.json"},
                          {.name = "dest", .doc = "folder for the programs", .fallback = "~/setup-pnpm"},
                          {.name = "run_install",
                           .doc = "true, or recursive, cwd and args as YAML",
                           .fallback = "null"},
                          {.name = "cache", .doc = "v4.3: keep pnpm's store", .fallback = "false"},
                          {.name = "cache_dependency_path",
                           .doc = "lock files; globs",
                           .fallback = "pnpm-lock.yaml"},
                          {.name = "package_json_file",
                           .doc = "where packageManager is read",
                           .fallback = "package.json"},
                          {.name = "standalone", .doc = "accepted", .fallback = "false"},
                          {.name = "bin_dest", .doc = "v1: accepted"},
                          {.name = "registry", .doc = "v1: accepted"}},
               .outputs = {{"dest", "the folder"},
                           {"bin_dest", "the folder on PATH"},
                           {"cache-hit", "true for the very key"}},
               .first_major = 1,
               .last_major = 5},
      .run = run,
      .post = save_managed_cache,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
