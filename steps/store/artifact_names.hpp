// steps/store/artifact_names.hpp -- which names artifacts and the files in them may have, and patterns over
// names.
#pragma once
#include <string>
#include <string_view>

namespace runner {

// The first character that may not stand there, spelled for a message; "" when the name is fine.
std::string bad_in_artifact_name(std::string_view name);
std::string bad_in_artifact_path(std::string_view path);  // the same, but slashes are fine

// minimatch on a name without slashes: * ? [set] {a,b} and a leading !; a leading dot is matched by a dot
// only.
bool name_matches(std::string_view pattern, std::string_view name);

}  // namespace runner
