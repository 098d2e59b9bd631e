// steps/builtin/git/gh_pages/branch.hpp -- the branch as it will be: fetched into a folder of its own,
// changed and staged there. Nothing is pushed here.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "steps/builtin/git/gh_pages/inputs.hpp"
#include "steps/clients/git/git_program.hpp"

namespace runner {

// The folder to publish. Throws InputError when it is not there: an empty branch is nobody's wish.
std::filesystem::path pages_source(const PagesInputs& inputs, const std::filesystem::path& workspace);

// Stages everything in `work`, the empty folder in which `git` runs. `say` hears what is done. Tells whether
// the branch was there before. `on_file`, called for each file before it is copied, may throw.
bool stage_pages(GitProgram& git, const std::filesystem::path& work, const std::filesystem::path& source,
                 const PagesInputs& inputs, const std::string& url,
                 const std::function<void(std::string_view)>& say,
                 const std::function<void(const std::filesystem::path&)>& on_file);

}  // namespace runner
