// runner/cli/values.hpp -- secrets, variables, environment and inputs of a run, from options and files
// (cli.md).
#pragma once
#include <string>
#include <vector>

#include "runner/cli/cli.hpp"
#include "runner/cli/options.hpp"
#include "runner/cli/value_files.hpp"

namespace runner {

struct GivenValues {
  ValueSet secrets, variables;
  Environment env;  // --env, --env-file
  Pairs inputs;
  Pairs common_inputs;                       // of the file .input, which serves several workflows
  std::vector<std::filesystem::path> files;  // those that were read
  std::vector<std::string> warnings;         // files that others can read
};

// `folder` is where .secrets and its kin are looked for. Throws UsageError for what is malformed or missing.
GivenValues read_values(const RunOptions& options, const Tools& tools, const std::filesystem::path& folder);

}  // namespace runner
