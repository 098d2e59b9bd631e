#include "steps/builtin/toolchain/python_tool.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/builtin/toolchain/version_files.hpp"
#include "steps/builtin/toolchain/version_range.hpp"
#include "steps/formats/hash_files.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

// Python writes 3.13.0rc1 where npm's ranges want 3.13.0-rc1.
std::string with_dashes(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool starts_word =
        at > 0 && is_digit(text[at - 1]) && (text[at] == 'a' || text[at] == 'b' || text[at] == 'r');
    if (starts_word) result += '-';
    result += text[at];
  }
  return result;
}

bool is_major_minor(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 1 && is_digit(text.front()) && is_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

std::string range_text(std::string_view wanted, bool prereleases) {
  auto text = python_range(wanted);
  if (text.ends_with("-dev")) return "~" + text.substr(0, text.size() - 4) + ".0-0";
  if (prereleases && !text.empty() && is_major_minor(text)) return "~" + text + ".0-0";
  return with_dashes(text);
}

struct Manager {
  std::string_view name;
  std::string files, otherwise;  // what the key is made of
};
const std::vector<Manager>& managers() {
  static const std::vector<Manager> all{{"pip", "**/requirements.txt", "**/pyproject.toml"},
                                        {"pipenv", "**/Pipfile.lock", ""},
                                        {"poetry", "**/poetry.lock", ""}};
  return all;
}

std::string hash_of(const StepHost& host, const Manager& manager, const Surroundings& around) {
  const HashFilesOptions options{.home = env_value(around.env, "HOME"), .stop = around.stop};
  const auto given = host.raw_input("cache-dependency-path");
  const auto files = trim(given).empty() ? manager.files : given;
  auto hash = hash_files(around.folder, {files}, options);
  if (hash.empty() && !manager.otherwise.empty())
    hash = hash_files(around.folder, {manager.otherwise}, options);
  if (!hash.empty()) return hash;
  throw InputError(
      fmt::format("No file in {} matched to [{}{}], make sure you have checked out the target repository",
                  around.folder.string(), replace_all(std::string(trim(files)), "\n", ","),
                  manager.otherwise.empty() ? "" : " or " + manager.otherwise));
}

std::string asked(std::vector<std::string> argv, const std::string& manager, const Surroundings& around) {
  auto folder = ask_tool(std::move(argv), around);
  if (folder.empty()) throw InputError("Could not get cache folder path for " + manager + " package manager");
  return folder;
}

std::string cache_folder(const std::string& manager, const InstalledTool& python,
                         const Surroundings& around) {
  if (manager == "pip") return asked({python.program.string(), "-m", "pip", "cache", "dir"}, manager, around);
  if (manager == "poetry") return asked({"poetry", "config", "virtualenvs.path"}, manager, around);
  const auto own = env_value(around.env, "WORKON_HOME");
  return own.empty() ? env_value(around.env, "HOME") + "/.local/share/virtualenvs" : own;
}

// "12-Debian": what pip built for one release is of no use to another.
std::string system_release() {
  const fs::path file("/etc/os-release");
  if (!fs::exists(file)) return "unknown";
  std::string id, version;
  const auto text = read_file(file);
  for (const auto line : split_lines(text)) {
    if (line.starts_with("ID=")) id = line.substr(3);
    if (line.starts_with("VERSION_ID=")) version = line.substr(11);
  }
  return replace_all(version + "-" + id, "\"", "");
}

}  // namespace

const ToolKind& python_kind() {
  static const ToolKind kind{
      .name = "Python",
      .cached_as = "Python",
      .programs = {"python3", "python", "python3.*"},
      .ask = {"-c", "import platform; print(platform.python_version())"},
      .places = {{"pyenv", "PYENV_ROOT", "~/.pyenv", "versions/*/bin", "pyenv install {}"},
                 {"uv", "UV_PYTHON_INSTALL_DIR", "~/.local/share/uv/python", "cpython-*/bin",
                  "uv python install {}"},
                 {"mise", "MISE_DATA_DIR", "~/.local/share/mise", "installs/python/*/bin",
                  "mise install python@{}"},
                 {"asdf", "ASDF_DATA_DIR", "~/.asdf", "installs/python/*/bin", "asdf install python {}"}},
      .command =
          "uv python install {} (from github.com/astral-sh/uv), or apt-get install python3 where Debian's "
          "will do"};
  return kind;
}

std::string python_text(const SemanticVersion& version) {
  auto text = fmt::format("{}.{}.{}", version.numbers[0], version.numbers[1], version.numbers[2]);
  for (const auto& part : version.prerelease) text += part;
  return text;
}

std::optional<InstalledTool> choose_python(std::string_view wanted, bool prereleases,
                                           const std::vector<InstalledTool>& found) {
  const auto word = lower(trim(wanted));
  for (const std::string_view other : {"pypy", "graalpy"}) {
    if (word.starts_with(other))
      throw InputError(fmt::format("python-version: {} is not looked for here, only CPython", wanted));
  }
  if (!word.empty() && word.back() == 't' && word.size() > 1 && is_digit(word[word.size() - 2]))
    throw InputError(fmt::format("python-version: free-threaded Python ({}) is not looked for here", wanted));
  const auto range = VersionRange::parse(range_text(word, prereleases));
  if (!range)
    throw InputError(fmt::format("python-version: \"{}\" is neither a version nor a range of them", wanted));
  const auto at = std::find_if(found.begin(), found.end(),
                               [&](const auto& tool) { return range->contains(tool.version); });
  if (at == found.end()) return {};
  // a release before what is not finished
  const auto finished = std::find_if(at, found.end(), [&](const auto& tool) {
    return tool.version.prerelease.empty() && range->contains(tool.version);
  });
  return finished == found.end() ? *at : *finished;
}

void restore_python_cache(StepHost& host, const std::string& name, const InstalledTool& python,
                          const Surroundings& around) {
  const auto manager =
      std::find_if(managers().begin(), managers().end(), [&](const auto& item) { return item.name == name; });
  if (manager == managers().end()) throw InputError(fmt::format("Caching for '{}' is not supported", name));
  const auto hash = hash_of(host, *manager, around);
  const bool pip = name == "pip";
  const auto prefix = fmt::format("setup-python-Linux-{}{}-python-{}-{}", machine_architecture(),
                                  pip ? "-" + system_release() : "", python_text(python.version), name);
  ManagedCache cache{.manager = name, .request = {.paths = {cache_folder(name, python, around)}, .key = {}}};
  cache.request.key = prefix + (name == "poetry" ? "-v2-" : "-") + hash;
  if (pip) cache.request.restore_keys = {prefix};
  restore_managed_cache(host, cache);
}

}  // namespace runner
