// steps/clients/git/worktree_encoding.hpp -- the attribute working-tree-encoding (gitattributes(5)), which
// libgit2 does not know: files that are UTF-8 in the repository and something else in the work tree.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// nothing: not to be converted (a character that `encoding` does not have, an encoding nobody knows, a byte
// order mark that is wrong for it); git then leaves the bytes as they are.
std::optional<std::string> to_worktree_encoding(std::string_view stored, const std::string& encoding);
std::optional<std::string> from_worktree_encoding(std::string_view file, const std::string& encoding);

// Makes every repository that libgit2 opens follow the attribute. Call once, after its start.
void register_worktree_encoding();

}  // namespace runner
