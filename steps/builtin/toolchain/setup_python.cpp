// actions/setup-python: the Python that satisfies the request in front of PATH. Makes no virtual environment.
#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/toolchain/on_path.hpp"
#include "steps/builtin/toolchain/python_tool.hpp"
#include "steps/builtin/toolchain/run_tool.hpp"
#include "steps/builtin/toolchain/version_files.hpp"
#include "steps/formats/shell_words.hpp"
#include "steps/step.hpp"
#include "steps/store/cache/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace setup_python_action {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> versions_in(StepHost& host, const std::string& name) {
  const auto file = host.workspace() / name;
  if (!fs::exists(file))
    throw InputError(fmt::format("The specified python version file at: {} doesn't exist.", file.string()));
  const auto versions = python_in_file(name, read_file(file));
  std::string all;
  for (const auto& version : versions) all += (all.empty() ? "" : ", ") + version;
  host.log(fmt::format("Resolved {} as {}", name, all));
  return versions;
}

std::vector<std::string> wanted_versions(StepHost& host) {
  auto versions = line_inputs(host, "python-version");
  const auto file = host.input("python-version-file");
  if (!versions.empty()) {
    if (!file.empty())
      host.warn(
          "Both python-version and python-version-file inputs are specified, only python-version will be "
          "used.");
    return versions;
  }
  if (!file.empty()) return versions_in(host, file);
  if (!host.version().at_least(4)) return {"3.x"};
  if (fs::exists(host.workspace() / ".python-version")) return versions_in(host, ".python-version");
  return {};
}

// Debian has python3 and pip3 only, and steps call them python and pip.
ProgramNames links_of(const InstalledTool& python) {
  const auto file = python.program.filename().string();
  const auto numbered = fmt::format("python{}.{}", python.version.numbers[0], python.version.numbers[1]);
  ProgramNames links{{"python", file}, {"python3", file}, {numbered, file}};
  const auto beside = python.program.parent_path();
  for (const auto& pip : {replace_all(numbered, "python", "pip"), std::string("pip3"), std::string("pip")}) {
    if (!fs::exists(beside / pip)) continue;
    links.insert(links.end(), {{"pip", pip}, {"pip3", pip}});
    break;
  }
  return links;
}

void export_environment(StepHost& host, const InstalledTool& python, Surroundings& around) {
  const auto root = python.root.string();
  for (const auto* name : {"pythonLocation", "Python_ROOT_DIR", "Python2_ROOT_DIR", "Python3_ROOT_DIR"})
    host.set_env(name, root);
  put_on_path(host, python, "python", links_of(python), around);
  if (python.shared) return;  // its libraries are where everybody looks for them
  host.set_env("PKG_CONFIG_PATH", root + "/lib/pkgconfig");
  const auto libraries = root + "/lib", before = env_value(host.env(), "LD_LIBRARY_PATH");
  const auto folders = split(before, ':');
  if (std::find(folders.begin(), folders.end(), libraries) != folders.end()) return;
  host.set_env("LD_LIBRARY_PATH", before.empty() ? libraries : libraries + ":" + before);
}

InstalledTool use_python(StepHost& host, const std::string& wanted, const std::vector<InstalledTool>& found,
                         Surroundings& around) {
  const auto tool = choose_python(wanted, boolean_input(host, "allow-prereleases"), found);
  if (!tool) throw InputError(tool_missing(python_kind(), wanted, wanted, found, around));
  host.log(
      fmt::format("Python {} from {} ({})", python_text(tool->version), tool->from, tool->program.string()));
  if (boolean_input(host, "update-environment")) export_environment(host, *tool, around);
  host.set_output("python-version", python_text(tool->version));
  host.set_output("python-path", tool->program.string());
  host.note("Python " + python_text(tool->version));
  return *tool;
}

// Debian's pip refuses to install beside its own packages.
void tell_managed(StepHost& host, const InstalledTool& python) {
  const auto folder =
      python.root / fmt::format("lib/python{}.{}", python.version.numbers[0], python.version.numbers[1]);
  if (!fs::exists(folder / "EXTERNALLY-MANAGED") &&
      !fs::exists(python.root / fmt::format("lib/python{}", python.version.numbers[0]) /
                  "EXTERNALLY-MANAGED")) {
    return;
  }
  host.log(
      "This Python is managed by the system: pip install needs a virtual environment (python -m venv .venv), "
      "or "
      "a Python of your own (uv python install, pyenv install)");
}

void run_pip(StepHost& host, const InstalledTool& python, std::vector<std::string> arguments,
             const Surroundings& around) {
  std::vector<std::string> argv{python.program.string(), "-m", "pip", "install"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto output = run_tool(std::move(argv), around);
  host.log(trim(output.out));
  if (output.code != 0)
    throw InputError(fmt::format("pip install failed with {}: {}", output.code, trim(output.err)));
}

void install_packages(StepHost& host, const InstalledTool& python, const Surroundings& around) {
  if (const auto version = host.input("pip-version"); !version.empty())
    run_pip(host, python, {"--upgrade", "pip==" + version}, around);
  if (const auto packages = host.input("pip-install"); !packages.empty())
    run_pip(host, python, shell_words(packages, around.env, around.folder, "pip-install"), around);
}

StepResult run(StepHost& host) {
  auto around = surroundings_of(host);
  const auto wanted = wanted_versions(host);
  if (wanted.empty()) {
    host.warn(
        "The `python-version` input is not set. The version of Python currently in `PATH` will be used.");
    return {};
  }
  check_architecture(host.input("architecture"));
  if (boolean_input(host, "freethreaded"))
    throw InputError("freethreaded: free-threaded Python is not looked for here");
  const auto found = installed_tools(python_kind(), around);
  std::optional<InstalledTool> last;  // the outputs are its
  for (const auto& version : wanted) last = use_python(host, version, found, around);
  tell_managed(host, *last);
  install_packages(host, *last, around);
  if (const auto manager = host.input("cache"); !manager.empty())
    restore_python_cache(host, manager, *last, around);
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::string wanted;
  for (const auto& version : line_inputs(inputs, "python-version"))
    wanted += (wanted.empty() ? "" : ", ") + version;
  if (wanted.empty() && !inputs.input("python-version-file").empty())
    wanted = "of " + inputs.input("python-version-file");
  if (wanted.empty()) wanted = inputs.version().at_least(4) ? "of .python-version" : "3.x";
  std::vector<std::string> lines{"put Python " + wanted + " on PATH"};
  if (const auto manager = inputs.input("cache"); !manager.empty())
    lines.push_back("restore the cache of " + manager);
  return lines;
}

std::vector<std::string> problems(const StepInputs& inputs) try {
  std::vector<std::string> lines;
  const auto manager = inputs.input("cache");
  const std::vector<std::string> known{"pip", "pipenv", "poetry"};
  if (!manager.empty() && !expr::has_expression(manager) &&
      std::find(known.begin(), known.end(), manager) == known.end()) {
    lines.push_back(fmt::format("Caching for '{}' is not supported: pip, pipenv or poetry is{}", manager,
                                did_you_mean(manager, known)));
  }
  const auto wanted = line_inputs(inputs, "python-version");
  if (wanted.empty() || expr::has_expression(inputs.input("python-version"))) return lines;
  const auto around = surroundings_of(inputs);
  const auto found = installed_tools(python_kind(), around);
  const bool prereleases = is_true(inputs.input("allow-prereleases"));
  for (const auto& version : wanted) {
    if (!choose_python(version, prereleases, found))
      lines.push_back(tool_missing(python_kind(), version, version, found, around));
  }
  return lines;
} catch (const InputError& error) {
  return {error.what()};
}

}  // namespace
}  // namespace setup_python_action

BuiltinAction setup_python() {
  using namespace setup_python_action;
  return {
      .spec =
          {.uses = "actions/setup-python",
           .doc = "Puts a version of Python that is on this machine in front of PATH.",
           .inputs =
               {{.name = "python-version", .doc = "3.12, 3.x, >=3.9 <3.13; the last of several lines counts"},
                {.name = "python-version-file",
                 .doc = ".python-version, pyproject.toml, Pipfile, .tool-versions"},
                {.name = "cache", .doc = "pip, pipenv or poetry"},
                {.name = "cache-dependency-path", .doc = "files that say what is needed; globs"},
                {.name = "architecture", .doc = "that of this machine"},
                {.name = "check-latest", .doc = "accepted: the newest here is taken", .fallback = "false"},
                {.name = "token", .doc = "accepted", .secret = true},
                {.name = "update-environment", .doc = "false: only the outputs", .fallback = "true"},
                {.name = "allow-prereleases", .doc = "true: 3.14 may be 3.14.0rc1", .fallback = "false"},
                {.name = "freethreaded", .doc = "refused", .fallback = "false"},
                {.name = "pip-version", .doc = "v6: install this pip first"},
                {.name = "pip-install", .doc = "v6: packages to install"}},
           .outputs = {{"python-version", "its whole version"},
                       {"python-path", "the program"},
                       {"cache-hit", "true for the very key, with a cache"}},
           .first_major = 1,
           .last_major = 7},
      .run = run,
      .post = save_managed_cache,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
