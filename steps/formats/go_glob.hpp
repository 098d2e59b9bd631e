// steps/formats/go_glob.hpp -- file patterns as Go's filepath.Match and filepath.Glob read them: * ? [a-z]
// and \, no **, no braces; * matches names that begin with a dot too.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

bool is_go_pattern(std::string_view text);  // holds any of * ? [ and \.
std::optional<bool> go_match(std::string_view pattern,
                             std::string_view name);  // nothing: a malformed pattern

// Names as they would be spelled by a program whose working directory is `folder`, sorted; a text without
// pattern characters is itself when it exists. Throws InputError for a malformed pattern.
std::vector<std::string> go_glob(const std::filesystem::path& folder, const std::string& pattern);

}  // namespace runner
