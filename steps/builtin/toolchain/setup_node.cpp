// actions/setup-node: the Node.js that satisfies the request in front of PATH, a registry's .npmrc, the cache
// of a package manager.
#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/toolchain/node_tool.hpp"
#include "steps/builtin/toolchain/npmrc.hpp"
#include "steps/builtin/toolchain/on_path.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/builtin/toolchain/version_files.hpp"
#include "steps/step.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace setup_node_action {
namespace {

namespace fs = std::filesystem;

std::string version_in(StepHost& host, const fs::path& file) {
  if (!fs::exists(file)) {
    throw InputError(fmt::format("The specified node version file at: {} does not exist", file.string()));
  }
  std::string extends;
  auto version = node_in_file(read_file(file), extends);
  if (version.empty() && !extends.empty()) return version_in(host, file.parent_path() / extends);
  return version;
}

std::string wanted_version(StepHost& host) {
  const auto version = host.input("node-version"), file = host.input("node-version-file");
  if (!version.empty() && !file.empty()) {
    host.warn("Both node-version and node-version-file inputs are specified, only node-version will be used");
  }
  if (!version.empty() || file.empty()) return version.empty() ? host.input("version") : version;
  auto found = version_in(host, host.workspace() / file);
  if (found.empty()) {
    host.warn(fmt::format("Could not determine node version from {}. Falling back",
                          (host.workspace() / file).string()));
  } else {
    host.log(fmt::format("Resolved {} as {}", file, found));
  }
  return found;
}

// What people write after `nvm install`: a range means its first number.
std::string to_install(const std::string& wanted) {
  if (wanted.starts_with("lts") || parse_semantic_version(wanted)) return wanted;
  const auto version = find_version(wanted);
  return version ? std::to_string(version->major()) : "node";
}

void use_node(StepHost& host, const std::string& wanted, Surroundings& around) {
  check_architecture(host.input("architecture"));
  const auto found = installed_tools(node_kind(), around);
  const auto tool = choose_node(wanted, found);
  if (!tool) throw InputError(tool_missing(node_kind(), wanted, to_install(wanted), found, around));
  host.log(
      fmt::format("Node.js {} from {} ({})", tool->version.full_text(), tool->from, tool->program.string()));
  put_on_path(host, *tool, "node",
              {{"node", "node"}, {"npm", "npm"}, {"npx", "npx"}, {"corepack", "corepack"}}, around);
}

void tell_versions(StepHost& host, const Surroundings& around) {
  host.group("Environment details");
  for (const auto* program : {"node", "npm", "yarn"}) {
    const auto version = ask_tool({program, "--version"}, around);
    if (program == std::string_view("node")) {
      host.set_output("node-version", version);
      host.note("node " + version);
    }
    host.log(fmt::format("{}: {}", program, version));
  }
  host.end_group();
}

void write_npmrc(StepHost& host, const std::string& url) {
  const auto file = host.temp() / ".npmrc";
  NpmRegistry registry{url, host.input("scope")};
  if (registry.scope.empty() && url.find("npm.pkg.github.com") != std::string::npos)
    registry.scope = host.context("github.repository_owner");
  if (!host.version().at_least(6))
    registry.always_auth = is_true(host.input("always-auth")) ? "true" : "false";
  write_private_file(file, npmrc_with(fs::exists(file) ? read_file(file) : "", registry));
  host.set_env("NPM_CONFIG_USERCONFIG", file.string());
  auto token = env_value(host.env(), "NODE_AUTH_TOKEN");
  // npm fails over a variable that is not set, so older versions set one
  if (token.empty() && !host.version().at_least(6)) token = "XXXXX-XXXXX-XXXXX-XXXXX";
  if (!token.empty()) host.set_env("NODE_AUTH_TOKEN", token);
}

// v5 and later cache by themselves for a project whose package manager is npm.
bool is_npm_project(const StepHost& host) {
  const auto file = host.workspace() / "package.json";
  if (!fs::exists(file)) return false;
  const auto json = read_json(read_file(file));
  if (!json.is_object()) return false;
  const auto named = json.find("packageManager");
  return named != json.end() && named->is_string() && named->get<std::string>().starts_with("npm@");
}

std::string cached_manager(const StepHost& host) {
  auto manager = host.input("cache");
  if (!manager.empty() || !host.version().at_least(5)) return manager;
  return boolean_input(host, "package-manager-cache") && is_npm_project(host) ? "npm" : "";
}

StepResult run(StepHost& host) {
  auto around = surroundings_of(host);
  const auto wanted = wanted_version(host);
  if (!wanted.empty()) use_node(host, wanted, around);
  if (wanted.empty() && !host.input("architecture").empty()) {
    host.warn("architecture without node-version changes nothing: the node on PATH is used");
  }
  tell_versions(host, around);
  if (const auto url = host.input("registry-url"); !url.empty()) write_npmrc(host, url);
  if (const auto manager = cached_manager(host); !manager.empty()) restore_node_cache(host, manager, around);
  return {};
}

std::string request_of(const StepInputs& inputs) {
  if (auto version = inputs.input("node-version"); !version.empty()) return version;
  const auto file = inputs.input("node-version-file");
  return file.empty() ? inputs.input("version") : "of " + file;
}

std::vector<std::string> effects(const StepInputs& inputs) {
  const auto wanted = request_of(inputs);
  std::vector<std::string> lines{wanted.empty() ? "use the Node.js on PATH"
                                                : "put Node.js " + wanted + " on PATH"};
  if (const auto url = inputs.input("registry-url"); !url.empty())
    lines.push_back("write an .npmrc for " + url);
  if (const auto manager = inputs.input("cache"); !manager.empty())
    lines.push_back("restore the cache of " + manager);
  return lines;
}

std::vector<std::string> problems(const StepInputs& inputs) try {
  const auto manager = inputs.input("cache");
  if (!manager.empty() && !expr::has_expression(manager) && manager != "npm" && manager != "yarn" &&
      manager != "pnpm") {
    return {fmt::format("Caching for '{}' is not supported: npm, yarn or pnpm is{}", manager,
                        did_you_mean(manager, {"npm", "yarn", "pnpm"}))};
  }
  auto wanted = inputs.input("node-version");
  if (wanted.empty()) wanted = inputs.input("version");
  if (wanted.empty() || expr::has_expression(wanted)) return {};
  const auto around = surroundings_of(inputs);
  const auto found = installed_tools(node_kind(), around);
  if (choose_node(wanted, found)) return {};
  return {tool_missing(node_kind(), wanted, to_install(wanted), found, around)};
} catch (const InputError& error) {
  return {error.what()};
}

}  // namespace
}  // namespace setup_node_action

BuiltinAction setup_node() {
  using namespace setup_node_action;
  return {
      .spec =
          {.uses = "actions/setup-node",
           .doc = "Puts a version of Node.js that is on this machine in front of PATH.",
           .inputs =
               {{.name = "node-version", .doc = "20, ^18 || >=20, lts/*, latest, ..."},
                {.name = "node-version-file", .doc = ".nvmrc, .tool-versions, package.json, mise.toml"},
                {.name = "version", .doc = "the old name of node-version"},
                {.name = "architecture", .doc = "that of this machine"},
                {.name = "check-latest", .doc = "accepted: the newest here is taken", .fallback = "false"},
                {.name = "registry-url", .doc = "a registry to write an .npmrc for"},
                {.name = "scope", .doc = "of the registry"},
                {.name = "always-auth", .doc = "written into the .npmrc, up to v5", .fallback = "false"},
                {.name = "token", .doc = "accepted", .secret = true},
                {.name = "stable", .doc = "accepted"},
                {.name = "cache", .doc = "npm, yarn or pnpm"},
                {.name = "cache-dependency-path", .doc = "lock files; globs"},
                {.name = "package-manager-cache", .doc = "v5: cache npm by itself", .fallback = "true"},
                {.name = "mirror", .doc = "accepted"},
                {.name = "mirror-token", .doc = "accepted", .secret = true}},
           .outputs = {{"node-version", "with a v in front"},
                       {"cache-hit", "true or false, with a cache"},
                       {"cache-primary-key", "v7: the key that was asked for"},
                       {"cache-matched-key", "v7: the key that was found"}},
           .first_major = 1,
           .last_major = 7},
      .run = run,
      .post = save_managed_cache,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
