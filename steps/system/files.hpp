// steps/system/files.hpp -- files and folders that only their owner may read, and their removal. Errors are
// thrown as Error and name the path and the cause; a full disk also its mount point.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "steps/system/fd.hpp"

namespace runner {

void make_private_folder(const std::filesystem::path& folder);  // and its parents, 0700; exists: fine
void write_private_file(const std::filesystem::path& file, std::string_view text);  // 0600, replaces
// Written beside it and renamed: a reader sees the old or the new text, never a part.
void replace_private_file(const std::filesystem::path& file, std::string_view text);
// For what lies in a workspace: a pipe or a device, which may never end, is refused, and nothing waits for
// one.
Fd open_regular(const std::filesystem::path& file);
std::string read_all(const Fd& fd,
                     const std::filesystem::path& name);  // to its end; the name is for messages
std::string read_file(const std::filesystem::path& file);
std::string read_if_there(const std::filesystem::path& file);    // what of it can be read; for /proc
std::string read_given_file(const std::filesystem::path& file);  // by the user, who may give a pipe
// Everything below and the folder itself, also below folders without write permission; through no link and
// into no mount. Gives up silently: what a step made unremovable stays. What is mounted there, file or
// folder, stays with the folders above it, and is given back.
std::vector<std::filesystem::path> remove_tree(const std::filesystem::path& folder) noexcept;
// "No space left on device (/var)".
std::string cause_of(int error_number, const std::filesystem::path& path);

}  // namespace runner
