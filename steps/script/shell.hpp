// steps/script/shell.hpp -- which program runs a `run:` script, and with which arguments (execution.md 8.1).
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct ShellCommand {
  std::vector<std::string> argv;  // argv[0] an absolute path; the script's path filled in
  std::string display;            // "/usr/bin/bash -e {0}"
};

// The script's file name extension for `shell` ("" none given): ".sh", ".py", ...
std::string script_extension(std::string_view shell);
// The text as it is written to the script file (pwsh gets its two lines).
std::string script_text(std::string_view shell, std::string_view script);
// `find` looks a program up on the step's PATH. Throws InputError: "Invalid shell option. ..." or the program
// is not installed.
ShellCommand shell_command(std::string_view shell, const std::filesystem::path& script,
                           const std::function<std::optional<std::string>(std::string_view)>& find);
// Static check: is this a valid `shell:`? Empty: yes; else the error text.
std::string shell_problem(std::string_view shell);

}  // namespace runner
