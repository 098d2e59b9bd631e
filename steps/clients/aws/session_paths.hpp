// steps/clients/aws/session_paths.hpp -- small look-ups that Session and the credentials chain share: a
// setting, the places of the files.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "steps/clients/aws/config_file.hpp"
#include "steps/step.hpp"

namespace runner::aws {

std::string setting_of(const Settings& settings, std::string_view name);      // "" when absent
std::filesystem::path expand_home(const Environment& env, std::string path);  // "~/x" below HOME
std::filesystem::path config_path(const Environment& env);
std::filesystem::path credentials_path(const Environment& env);

}  // namespace runner::aws
