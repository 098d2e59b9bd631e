// runner/cli/value_files.hpp -- .secrets, .vars, .env and .input: NAME=value files in dotenv form (cli.md).
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "runner/order/request.hpp"

namespace runner {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// `export` allowed, single quotes literal, double quotes with \n \" \\ and over several lines, # comments.
// Throws UsageError("FILE:LINE: ..."), which holds names and nothing else of the file.
Pairs parse_dotenv(std::string_view text, const std::string& file);
Pairs read_dotenv(const std::filesystem::path& file);
bool readable_by_others(const std::filesystem::path& file);

}  // namespace runner
