#include "steps/builtin/toolchain/node_tool.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/builtin/toolchain/version_range.hpp"
#include "steps/formats/hash_files.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

struct Codename {
  std::string_view name;
  int major;
};
// Of the releases with long-term support. Later ones have even numbers, as these.
constexpr Codename kLongTerm[] = {{"argon", 4},   {"boron", 6},    {"carbon", 8},   {"dubnium", 10},
                                  {"erbium", 12}, {"fermium", 14}, {"gallium", 16}, {"hydrogen", 18},
                                  {"iron", 20},   {"jod", 22},     {"krypton", 24}};

bool is_long_term(int major) { return major >= 4 && major % 2 == 0; }

// "lts/*" (nothing), "lts/iron", "lts/-1".
std::optional<int> long_term_major(std::string_view word, std::string_view whole) {
  if (word == "*") return {};
  if (word.starts_with('-')) {
    size_t back = 0;
    std::from_chars(word.data() + 1, word.data() + word.size(), back);
    if (back < std::size(kLongTerm)) return kLongTerm[std::size(kLongTerm) - 1 - back].major;
  }
  std::vector<std::string> names;
  for (const auto& codename : kLongTerm) {
    if (codename.name == word) return codename.major;
    names.emplace_back(codename.name);
  }
  throw InputError(fmt::format("node-version: no release with long-term support is called \"{}\"{}", whole,
                               did_you_mean(word, names)));
}

// "22-nightly", "v20.0.0-rc.1", "21.0.0-v8-canary": builds before a release, which no plain range takes.
std::optional<InstalledTool> choose_early(std::string_view wanted, std::string_view channel,
                                          const std::vector<InstalledTool>& found) {
  int parts = 0;
  const auto base = find_version(wanted, &parts);
  return first_tool(found, [&](const SemanticVersion& version) {
    if (version.prerelease.empty() || version.text().find(channel) == std::string::npos) return false;
    for (int at = 0; base && at < parts; ++at) {
      if (version.numbers[static_cast<size_t>(at)] != base->numbers[static_cast<size_t>(at)]) return false;
    }
    return true;
  });
}

struct LockFiles {
  std::string_view manager;
  std::vector<std::string> names;
};
const std::vector<LockFiles>& lock_files() {
  static const std::vector<LockFiles> all{{"npm", {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock"}},
                                          {"pnpm", {"pnpm-lock.yaml"}},
                                          {"yarn", {"yarn.lock"}}};
  return all;
}

std::string find_lock_file(const LockFiles& files, const fs::path& folder) {
  std::string names;
  for (const auto& name : files.names) {
    if (fs::exists(folder / name)) return name;
    names += (names.empty() ? "" : ",") + name;
  }
  throw InputError(fmt::format("Dependencies lock file is not found in {}. Supported file patterns: {}",
                               folder.string(), names));
}

// Of the project that the lock file names: yarn's versions differ between projects.
Surroundings project_of(const StepHost& host, const std::string& manager, Surroundings around) {
  const auto named = line_inputs(host, "cache-dependency-path");
  if (manager != "yarn" || named.empty()) return around;
  const auto folder = around.folder / fs::path(named.front()).parent_path();
  if (fs::is_directory(folder)) around.folder = folder;
  return around;
}

std::vector<std::string> ask_for_folder(const std::string& manager, bool berry) {
  if (manager == "npm") return {"npm", "config", "get", "cache"};
  if (manager == "pnpm") return {"pnpm", "store", "path", "--silent"};
  if (berry) return {"yarn", "config", "get", "cacheFolder"};
  return {"yarn", "cache", "dir"};
}

std::string cache_folder(const std::string& manager, bool berry, const Surroundings& project) {
  const auto argv = ask_for_folder(manager, berry);
  const auto output = run_tool(argv, project);
  const auto folder = trim(output.out);
  if (output.code != 0 || folder.empty()) {
    throw InputError(fmt::format("Could not get cache folder path for {}: {}", manager, trim(output.err)));
  }
  return std::string(folder);
}

// Yarn 2 and later keep the cache in the project unless told otherwise: an older one is of use then.
bool keeps_cache_itself(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / ".yarn" / "cache", error);
}

}  // namespace

const ToolKind& node_kind() {
  static const ToolKind kind{
      .name = "Node.js",
      .cached_as = "node",
      .programs = {"node"},
      .ask = {"--version"},
      .places = {{"nvm", "NVM_DIR", "~/.nvm", "versions/node/*/bin", "nvm install {}"},
                 {"fnm", "FNM_DIR", "~/.local/share/fnm", "node-versions/*/installation/bin",
                  "fnm install {}"},
                 {"fnm", "", "~/.fnm", "node-versions/*/installation/bin", "fnm install {}"},
                 {"volta", "VOLTA_HOME", "~/.volta", "tools/image/node/*/bin", "volta fetch node@{}"},
                 {"mise", "MISE_DATA_DIR", "~/.local/share/mise", "installs/node/*/bin",
                  "mise install node@{}"},
                 {"asdf", "ASDF_DATA_DIR", "~/.asdf", "installs/nodejs/*/bin", "asdf install nodejs {}"},
                 {"nodenv", "NODENV_ROOT", "~/.nodenv", "versions/*/bin", "nodenv install {}"},
                 {"n", "N_PREFIX", "/usr/local", "n/versions/node/*/bin"}},
      .command =
          "nvm install {} (from github.com/nvm-sh/nvm), or apt-get install nodejs npm where Debian's will "
          "do"};
  return kind;
}

std::optional<InstalledTool> choose_node(std::string_view wanted, const std::vector<InstalledTool>& found) {
  const auto word = lower(trim(wanted));
  if (word == "latest" || word == "current" || word == "node")
    return first_tool(found, [](const SemanticVersion& version) { return version.prerelease.empty(); });
  if (word.starts_with("lts/")) {
    const auto major = long_term_major(std::string_view(word).substr(4), wanted);
    return first_tool(found, [&](const SemanticVersion& version) {
      return version.prerelease.empty() &&
             (major ? version.major() == *major : is_long_term(version.major()));
    });
  }
  for (const std::string_view channel : {"nightly", "v8-canary", "canary", "rc"}) {
    if (word.find(channel) != std::string::npos) return choose_early(word, channel, found);
  }
  const auto range = VersionRange::parse(word);
  if (!range)
    throw InputError(fmt::format("node-version: \"{}\" is neither a version nor a range of them", wanted));
  return first_tool(found, [&](const SemanticVersion& version) { return range->contains(version); });
}

void restore_node_cache(StepHost& host, const std::string& manager, const Surroundings& around) {
  const auto files = std::find_if(lock_files().begin(), lock_files().end(),
                                  [&](const auto& item) { return item.manager == manager; });
  if (files == lock_files().end())
    throw InputError(fmt::format("Caching for '{}' is not supported", manager));
  const auto project = project_of(host, manager, around);
  const bool berry = manager == "yarn" && !ask_tool({"yarn", "--version"}, project).starts_with("1.");
  const auto folder = cache_folder(manager, berry, project);
  auto locks = host.raw_input("cache-dependency-path");
  if (trim(locks).empty()) locks = find_lock_file(*files, around.folder);
  const auto hash =
      hash_files(around.folder, {locks}, {.home = env_value(around.env, "HOME"), .stop = around.stop});
  if (hash.empty()) throw InputError("Some specified paths were not resolved, unable to cache dependencies.");
  ManagedCache cache{.manager = manager, .request = {.paths = {folder}, .key = {}}};
  const auto prefix = fmt::format("node-cache-Linux-{}-{}", machine_architecture(), manager);
  cache.request.key = prefix + "-" + hash;
  if (berry && keeps_cache_itself(project.folder)) cache.request.restore_keys = {prefix};
  cache.hit_is_exact = false;
  const auto matched = restore_managed_cache(host, cache);
  if (!host.version().at_least(7)) return;
  host.set_output("cache-primary-key", cache.request.key);
  host.set_output("cache-matched-key", matched.value_or(""));
}

}  // namespace runner
