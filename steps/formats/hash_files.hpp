// steps/formats/hash_files.hpp -- the function hashFiles (expressions.md 9): one SHA-256 of many files.
#pragma once
#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace runner {

struct HashFilesOptions {
  std::filesystem::path home{};  // what ~ stands for in a pattern
  std::chrono::milliseconds limit = std::chrono::seconds(120);
  std::stop_token stop{};  // asked: throws
};

// Lower-case hex, "" when no file below `root` is selected. Throws expr::EvalError.
std::string hash_files(const std::filesystem::path& root, const std::vector<std::string>& arguments,
                       const HashFilesOptions& options = {});

}  // namespace runner
