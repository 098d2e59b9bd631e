// runner/order/workflow_files.hpp -- finds workflow files by path, file name or workflow name.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "parser/model/workflow.hpp"
#include "steps/clients/git/repository.hpp"

namespace runner {

struct WorkflowFile {
  std::string path;  // for people: from the repository's root, else as it was given
  std::string source;
};

// All *.yml and *.yaml under .github/workflows, sorted. With `at_commit` of that commit, else of the work
// tree.
std::vector<WorkflowFile> all_workflow_files(const Repository& repository, bool at_commit);

// `wanted`: a path below `directory` (with `at_commit` what that commit has there), else a file name under
// .github/workflows with or without extension, else a workflow's name. Throws UsageError with the nearest
// right name.
WorkflowFile find_workflow_file(const std::string& wanted, const std::filesystem::path& directory,
                                const Repository& repository, bool at_commit);

}  // namespace runner
