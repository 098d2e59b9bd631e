#include "steps/action/load.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNames[] = {"action.yml", "action.yaml"};
constexpr const char* kImageNames[] = {"Dockerfile", "dockerfile"};

}  // namespace

fs::path local_action_folder(const Uses& uses, const fs::path& workspace) {
  const auto path = replace_all(uses.text, "\\", "/");
  const auto way = fs::path(path.substr(path.find('/') + 1)).lexically_normal();
  if (way.is_absolute() || (!way.empty() && *way.begin() == ".."))
    throw InputError(fmt::format("{} leads out of the workspace", uses.text));
  auto folder = workspace / way;
  if (!folder.has_filename()) folder = folder.parent_path();
  return folder;
}

bool has_action(const fs::path& folder) {
  std::error_code error;
  for (const auto* name : kNames) {
    if (fs::is_regular_file(folder / name, error)) return true;
  }
  for (const auto* name : kImageNames) {
    if (fs::is_regular_file(folder / name, error)) return true;
  }
  return false;
}

LoadedAction load_action(const fs::path& folder, const std::string& shown) {
  std::error_code error;
  for (const auto* name : kNames) {
    const auto file = folder / name;
    if (!fs::is_regular_file(file, error)) continue;
    const auto source = read_file(file);
    const auto path = shown + "/" + name;
    auto result = read_action(path, source);
    if (result.action != nullptr) return {folder, std::move(result.action)};
    std::string text;
    for (const auto& found : result.diagnostics) {
      if (found.severity == Severity::error)
        text += (text.empty() ? "" : "\n") + place_text(found.file, found.pos) + ": " + found.message;
    }
    throw InputError(text);
  }
  for (const auto* name : kImageNames) {
    if (!fs::is_regular_file(folder / name, error)) continue;
    auto image = std::make_shared<ActionFile>();
    image->path = shown + "/" + name;
    image->kind = ActionKind::docker;
    return {folder, std::move(image)};
  }
  throw InputError(
      fmt::format("Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '{}'. Did you forget to run "
                  "actions/checkout before running your local action?",
                  folder.string()));
}

}  // namespace runner
