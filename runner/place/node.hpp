// runner/place/node.hpp -- the Node.js that runs JavaScript actions (execution.md 8.4).
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "steps/system/environment.hpp"

namespace runner {

// `given` (--node) when it is not empty; else the first on PATH; else the newest that a version manager of
// the user or the tool cache has.
std::optional<std::string> node_program(const std::string& given, const Environment& env,
                                        const std::filesystem::path& user_home);

// What to do where there is none: "a/b@v1 needs Node.js ...".
std::string node_missing(const std::string& uses, const std::string& given);

}  // namespace runner
