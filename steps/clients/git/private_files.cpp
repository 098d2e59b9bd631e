#include "steps/clients/git/private_files.hpp"

#include <algorithm>

#include "steps/clients/git/repository.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

// In the root these are values, read or not by this run. Deeper, ".env" is an application's own.
constexpr std::string_view kValuesInRoot[] = {".vars", ".env", ".input"};

fs::path real_path(const fs::path& path) {
  std::error_code error;
  auto real = fs::weakly_canonical(path, error);
  return error ? path.lexically_normal() : real;
}

}  // namespace

bool names_secrets(std::string_view file_name) {
  return file_name == ".secrets" || file_name.starts_with(".secrets.");
}

PrivateFiles::PrivateFiles(const Repository& repository) : root_(repository.root) {
  for (const auto& file : repository.value_files) read_.insert(real_path(file));
}

bool PrivateFiles::contains(const std::string& path) const {
  const auto name = fs::path(path).filename().string();
  if (names_secrets(name) || name == ".runnerrc") return true;  // that one may hold --secret NAME=VALUE
  const bool in_root = path.find('/') == std::string::npos;
  if (in_root && (path.starts_with(".vars.") || std::find(std::begin(kValuesInRoot), std::end(kValuesInRoot),
                                                          path) != std::end(kValuesInRoot)))
    return true;
  return read_.contains(real_path(root_ / path));
}

}  // namespace runner
