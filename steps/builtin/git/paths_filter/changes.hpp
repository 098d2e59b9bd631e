// steps/builtin/git/paths_filter/changes.hpp -- the files that an event changed, asked of git. The user's
// repository has every branch, so nothing is fetched; a workspace with commits of its own is asked itself.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "steps/builtin/git/paths_filter/filters.hpp"
#include "steps/step.hpp"

namespace runner {

// `folder`: where the repository was checked out. `base` and `ref` are the inputs. Throws InputError.
std::vector<ChangedFile> changed_files(StepHost& host, const std::filesystem::path& folder,
                                       const std::string& base, const std::string& ref);

// Of `git diff --name-status -z`.
std::vector<ChangedFile> parse_name_status(std::string_view output);

}  // namespace runner
