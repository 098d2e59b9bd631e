#include "steps/builtin/toolchain/pnpm_tool.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/version_range.hpp"
#include "steps/formats/yaml_json.hpp"

namespace runner {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(std::string_view name, std::string_view expected) {
  throw InputError(fmt::format("with.run_install{}: must be {}", name, expected));
}

PnpmInstall read_install(const Json& item) {
  if (!item.is_object()) refuse("", "null, a boolean, a mapping or a list of mappings");
  PnpmInstall install;
  for (const auto& [name, value] : item.items()) {
    if (name == "recursive") {
      if (!value.is_boolean()) refuse(".recursive", "a boolean");
      install.recursive = value.get<bool>();
    } else if (name == "cwd") {
      if (!value.is_string()) refuse(".cwd", "a string");
      install.folder = value.get<std::string>();
    } else if (name == "args") {
      if (!value.is_array()) refuse(".args", "a list of strings");
      for (const auto& argument : value)
        install.arguments.push_back(argument.is_string() ? argument.get<std::string>() : argument.dump());
    } else {
      throw InputError(fmt::format("with.run_install: unknown key \"{}\"{}", name,
                                   did_you_mean(name, {"recursive", "cwd", "args"})));
    }
  }
  return install;
}

}  // namespace

const ToolKind& pnpm_kind() {
  static const ToolKind kind{
      .name = "pnpm",
      .cached_as = "pnpm",
      .programs = {"pnpm", "pnpm.cjs", "pnpm.mjs"},
      .ask = {"--version"},
      .places = {{"corepack", "COREPACK_HOME", "~/.cache/node/corepack", "v1/pnpm/*/bin",
                  "corepack install -g pnpm@{}"},
                 {"PNPM_HOME", "PNPM_HOME", "~/.local/share/pnpm", "."},
                 {"PNPM_HOME", "PNPM_HOME", "~/.local/share/pnpm", ".tools/pnpm/*/bin"},
                 {"volta", "VOLTA_HOME", "~/.volta", "tools/image/pnpm/*/bin", "volta install pnpm@{}"},
                 {"mise", "MISE_DATA_DIR", "~/.local/share/mise", "installs/pnpm/*/bin",
                  "mise install pnpm@{}"},
                 {"mise", "MISE_DATA_DIR", "~/.local/share/mise", "installs/pnpm/*", "mise install pnpm@{}"},
                 {"asdf", "ASDF_DATA_DIR", "~/.asdf", "installs/pnpm/*/bin", "asdf install pnpm {}"}},
      .command = "npm install -g pnpm@{}, or corepack install -g pnpm@{}"};
  return kind;
}

std::optional<InstalledTool> choose_pnpm(std::string_view wanted, const std::vector<InstalledTool>& found) {
  auto word = lower(trim(wanted));
  if (word.starts_with("latest")) word = word == "latest" ? "*" : word.substr(7);  // "latest-9"
  const auto range = VersionRange::parse(word);
  if (!range)
    throw InputError(fmt::format("version: \"{}\" is neither a version of pnpm nor a range of them", wanted));
  const auto at = std::find_if(found.begin(), found.end(),
                               [&](const auto& tool) { return range->contains(tool.version); });
  return at == found.end() ? std::nullopt : std::optional(*at);
}

std::string pnpm_in_package_json(std::string_view text) {
  const auto json = read_json(text);
  if (!json.is_object()) return {};
  const auto named = json.find("packageManager");
  if (named == json.end() || !named->is_string()) return {};
  const auto manager = named->get<std::string>();
  if (!manager.starts_with("pnpm@"))
    throw InputError(
        fmt::format("Invalid packageManager field in package.json: \"{}\", expected pnpm@VERSION", manager));
  return manager.substr(5, manager.find('+') - 5);
}

std::vector<PnpmInstall> read_run_install(std::string_view yaml) {
  if (trim(yaml).empty()) return {};
  Json value;
  try {
    value = parse_json_or_yaml(yaml, "run_install");
  } catch (const Error& error) {
    throw InputError(error.what());
  }
  if (value.is_null() || value == false || value == "null" || value == "false") return {};
  if (value == true || value == "true") return {{.recursive = true, .folder = {}, .arguments = {}}};
  if (!value.is_array()) return {read_install(value)};
  std::vector<PnpmInstall> installs;
  for (const auto& item : value) installs.push_back(read_install(item));
  return installs;
}

}  // namespace runner
