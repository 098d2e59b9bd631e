// steps/builtin/toolchain/version_files.hpp -- the version that a file of a project asks for, read as the
// setup actions of the same name read it, their oddities included: what is no version there is none here. ""
// or nothing where a file says none.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct JavaInFile {
  std::string version,
      distribution{};  // the distribution as setup-java calls it; "" where the file tells none
};
// .tool-versions, .sdkmanrc, or the first version in any other file. `distribution`: the one of the step.
JavaInFile java_in_file(const std::string& file_name, const std::string& text,
                        const std::string& distribution);

// package.json (volta, devEngines, engines), mise.toml, .tool-versions, .nvmrc and its like. `extends` gets
// the file that volta names instead.
std::string node_in_file(const std::string& text, std::string& extends);

// pyproject.toml, Pipfile, .tool-versions, or a version a line. A range may have commas.
std::vector<std::string> python_in_file(const std::string& path, const std::string& text);
// Such a range as npm writes them: ">=3.9,<3.13" is ">=3.9 <3.13".
std::string python_range(std::string_view text);

// go.mod and go.work (with `toolchain`: its line beats the line "go"), .tool-versions, or the whole file.
std::string go_in_file(const std::string& file_name, const std::string& text, bool toolchain);

}  // namespace runner
