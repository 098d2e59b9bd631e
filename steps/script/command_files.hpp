// steps/script/command_files.hpp -- GITHUB_ENV, GITHUB_OUTPUT, GITHUB_PATH, GITHUB_STATE and
// GITHUB_STEP_SUMMARY: the files a step writes (execution.md 4).
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runner {

struct KeyValues {
  std::vector<std::pair<std::string, std::string>> pairs;  // those before a fault stay
  std::string error;                                       // empty: none; else GitHub's text, a line each
};
KeyValues parse_key_values(std::string_view text);                 // ENV, OUTPUT, STATE
std::vector<std::string> parse_path_lines(std::string_view text);  // PATH

// The five files of one step in `folder`, made empty, named in the environment, removed with this object.
class CommandFiles {
 public:
  CommandFiles(const std::filesystem::path& folder, std::string_view suffix);
  ~CommandFiles();
  CommandFiles(const CommandFiles&) = delete;
  CommandFiles& operator=(const CommandFiles&) = delete;
  std::filesystem::path env, output, path, state, summary;
  static std::string read(const std::filesystem::path& file);  // a deleted file counts as empty
};

}  // namespace runner
