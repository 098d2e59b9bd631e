// steps/action/load.hpp -- an action that lies in a folder: its action.yml, read.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "parser/model/action.hpp"

namespace runner {

inline constexpr int kMostNestedActions = 9;  // execution.md 8.2

struct LoadedAction {
  std::filesystem::path folder;
  std::shared_ptr<const ActionFile> file;
};

// The folder that `uses: ./path` means. Throws InputError for one outside of `workspace`.
std::filesystem::path local_action_folder(const Uses& uses, const std::filesystem::path& workspace);

// Is there an action in the folder, or at least something that is to be one?
bool has_action(const std::filesystem::path& folder);

// `shown` names the folder in messages. Throws InputError: there is none, or it is wrong, with what is.
LoadedAction load_action(const std::filesystem::path& folder, const std::string& shown);

}  // namespace runner
