// steps/clients/git/uncommitted.hpp -- what the user's work tree has beside its commit: told by a checkout,
// and with --dirty taken along. Files that hold secrets or values never are (private_files.hpp).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "steps/step.hpp"

namespace runner {

// Puts the user's state of `files` (uncommitted_files()) into `target`, deletions included.
void copy_uncommitted(const Repository& source, const std::vector<std::string>& files,
                      const std::filesystem::path& target);

// After a checkout of the commit `sha`: a warning that names what is left out, or what comes along and what
// never does.
void bring_uncommitted(StepHost& host, const std::filesystem::path& target, const std::string& sha);

// For a repository without a commit, or a folder that is in none: all that is in it, .git left out.
void copy_folder(const Repository& source, const std::filesystem::path& target);

}  // namespace runner
